"""A held time as the wizard shows it: until when, and where to go on. Pure."""

from dataclasses import dataclass

from openchair.booking.appointments.queries import Hold
from openchair.web.public.journey import Journey
from openchair.web.public.phrases import exact_moment
from openchair.web.public.site import Site


@dataclass(frozen=True, slots=True)
class Held:
    """`expires` is ISO 8601 for the countdown; `until` is the same as a time of day."""

    id: str
    moment: str
    day: str
    time: str
    until: str
    minutes: int
    expires: str
    details_url: str
    times_url: str


def view_held(*, site: Site, hold: Hold, journey: Journey) -> Held:
    """The hold in words."""
    day = site.formats.local(hold.start).date()
    state = journey.state
    return Held(
        id=str(hold.id),
        moment=exact_moment(site=site, instant=hold.start),
        day=site.formats.weekday_day_month(hold.start),
        time=site.formats.time(hold.start),
        until=site.formats.time(hold.expires_at),
        minutes=max(1, round((hold.expires_at - site.now).total_seconds() / 60)),
        expires=hold.expires_at.isoformat(timespec="seconds"),
        details_url=site.url("/book/details", hold=str(hold.id), **state),
        times_url=site.url("/book/time", **state, date=day) + "#times",
    )
