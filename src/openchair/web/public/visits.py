"""A booked visit as its client sees it: when, what, with whom, and what can change. Pure."""

from dataclasses import dataclass
from typing import Literal

from openchair.booking.appointments.queries import Booking
from openchair.booking.appointments.tell import way_to
from openchair.web.public.phrases import deadline, exact_moment
from openchair.web.public.site import Site

State = Literal["coming", "past", "cancelled"]


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One service of the visit."""

    time: str
    name: str
    person: str
    price: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Ready to print. `cancel_until` and `move_until` are empty when that is not possible now,
    `told_at` when nothing can be sent to the client; `told_by` is email or sms.
    """

    state: State
    weekday: str
    day: str
    time: str
    until: str
    moment: str
    iso: str
    name: str
    told_by: str
    told_at: str
    lines: tuple[VisitLine, ...]
    price: str
    cancel_until: str
    move_until: str
    moves_left: int
    url: str
    calendar_url: str
    move_url: str
    cancel_url: str
    again_url: str


def view_visit(*, site: Site, booking: Booking) -> Visit:
    """The visit in the page's language, in the salon's time."""
    url = site.url(f"/booking/{booking.manage_token}")
    limit = site.salon.policies.reschedule_limit
    way = way_to(email=booking.customer_email, phone=booking.customer_phone)
    addresses = {"email": booking.customer_email, "sms": booking.customer_phone}
    return Visit(
        state=_state(site, booking),
        weekday=site.formats.weekday(site.formats.local(booking.start).weekday()),
        day=site.formats.day_and_month(booking.start),
        time=site.formats.time(booking.start),
        until=site.formats.time(booking.end),
        moment=exact_moment(site=site, instant=booking.start),
        iso=booking.start.isoformat(timespec="minutes"),
        name=booking.customer_name,
        told_by=way or "",
        told_at=addresses.get(way or "") or "",
        lines=tuple(
            VisitLine(
                time=site.formats.time(each.start),
                name=site.say(each.service_name),
                person=each.staff_name,
                price=site.formats.money(each.price_minor),
            )
            for each in booking.appointments
        ),
        price=site.formats.money(booking.price_minor),
        cancel_until=deadline(site=site, until=booking.can_cancel_until),
        move_until=deadline(site=site, until=booking.can_reschedule_until),
        moves_left=max(0, limit - booking.reschedule_count),
        url=url,
        calendar_url=f"{url}/calendar.ics",
        move_url=f"{url}/move",
        cancel_url=f"{url}/cancel",
        again_url=site.url(
            "/book", service=[str(each.service_id) for each in booking.appointments]
        ),
    )


def _state(site: Site, booking: Booking) -> State:
    if booking.status == "cancelled":
        return "cancelled"
    return "past" if booking.status != "confirmed" or booking.end < site.now else "coming"
