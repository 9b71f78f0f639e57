"""A place on the waitlist as its owner sees it: what they wait for, and the time that is kept for
them. Pure.
"""

from dataclasses import dataclass
from typing import Literal

from openchair.booking.appointments.links import manage_url
from openchair.booking.appointments.queries import Hold
from openchair.booking.catalogue.queries import Catalogue
from openchair.booking.waitlist.queries import Entry
from openchair.booking.waitlist.wish_words import WishWords, describe, service_name
from openchair.web.public.phrases import cancel_terms, exact_moment
from openchair.web.public.site import Site
from openchair.web.public.visits import VisitLine

State = Literal["waiting", "offered", "booked", "withdrawn", "expired"]


@dataclass(frozen=True, slots=True)
class Kept:
    """The time that was offered; `expires` is ISO 8601 for the countdown."""

    weekday: str
    day: str
    time: str
    until: str
    iso: str
    moment: str
    answer_until: str
    expires: str
    lines: tuple[VisitLine, ...]
    price: str
    terms: str


@dataclass(frozen=True, slots=True)
class Place:
    """Ready to print. `kept` only while an offer waits for an answer."""

    state: State
    wish: WishWords
    kept: Kept | None
    told_by: str
    told_at: str
    url: str
    visit_url: str
    again_url: str
    times_url: str


def view_place(
    *, site: Site, entry: Entry, hold: Hold | None, catalogue: Catalogue, token: str
) -> Place:
    """The entry in the page's language; `hold` is what an open offer keeps."""
    service = [str(each) for each in entry.service_ids]
    staff = str(entry.staff_id) if entry.staff_id else "any"
    return Place(
        state=_state(entry, hold),
        wish=describe(
            entry.wish,
            service_ids=entry.service_ids,
            staff_id=entry.staff_id,
            catalogue=catalogue,
            formats=site.formats,
            say=site.say,
        ),
        kept=_kept(site, hold, catalogue) if hold else None,
        told_by="email" if entry.email else "sms",
        told_at=entry.email or entry.phone or "",
        url=site.url(f"/waitlist/{token}"),
        visit_url=_visit(site, entry),
        again_url=site.url("/waitlist", service=service, staff=staff),
        times_url=site.url("/book/time", service=service, staff=staff),
    )


def _state(entry: Entry, hold: Hold | None) -> State:
    """An offer whose time to answer is over is none, whether or not that was noted already."""
    match entry.status:
        case "booked":
            return "booked"
        case "withdrawn":
            return "withdrawn"
        case "expired":
            return "expired"
        case _:
            return "offered" if hold else "waiting"


def _kept(site: Site, hold: Hold, catalogue: Catalogue) -> Kept:
    formats = site.formats
    return Kept(
        weekday=formats.weekday(formats.local(hold.start).weekday()),
        day=formats.day_and_month(hold.start),
        time=formats.time(hold.start),
        until=formats.time(hold.end),
        iso=hold.start.isoformat(timespec="minutes"),
        moment=exact_moment(site=site, instant=hold.start),
        answer_until=formats.time(hold.expires_at),
        expires=hold.expires_at.isoformat(timespec="seconds"),
        lines=tuple(_line(site, catalogue, hold, index) for index in range(len(hold.items))),
        price=formats.money(hold.price_minor),
        terms=cancel_terms(site),
    )


def _line(site: Site, catalogue: Catalogue, hold: Hold, index: int) -> VisitLine:
    item = hold.items[index]
    service, member = catalogue.service(item.service_id), catalogue.member(item.staff_id)
    return VisitLine(
        time=site.formats.time(item.start),
        name=service_name(service, catalogue, site.say) if service else "",
        person=member.name if member else "",
        price=site.formats.money(item.price_minor),
    )


def _visit(site: Site, entry: Entry) -> str:
    if entry.manage_token is None:
        return ""
    return manage_url(
        slug=site.salon.slug, language=site.language, token=entry.manage_token
    ).removeprefix(site.origin)
