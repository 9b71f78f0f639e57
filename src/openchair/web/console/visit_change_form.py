"""The form that changes a visit: what it shows at first, and what was typed. Pure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openchair.booking.appointments.edit import WantedService
from openchair.booking.appointments.queries import Booking
from openchair.booking.appointments.resize import minutes_of
from openchair.identity.accounts.permissions import Reach
from openchair.platform.errors import Invalid
from openchair.web.console.door import Desk
from openchair.web.console.forms import Typed
from openchair.web.console.new_visit_form import Option, read_service, read_start

MORE_ROWS = 2
MOST_ROWS = 8
MOST_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Change:
    """The visit as it is to be; `later` when all later ones of its series move along."""

    start: datetime
    services: tuple[WantedService, ...]
    note: str
    tell: bool
    later: bool
    revision: int | None


def rows_of(booking: Booking) -> range:
    """The numbers of the form's rows: the visit's services and two more."""
    return range(1, min(len(booking.appointments) + MORE_ROWS, MOST_ROWS) + 1)


def first_typed(booking: Booking) -> Typed:
    """The form as it opens."""
    values = {
        "date": booking.start.date().isoformat(),
        "time": f"{booking.start:%H:%M}",
        "note": booking.note,
        "revision": str(booking.revision),
        "tell": "yes",
    }
    for number, part in enumerate(booking.appointments, start=1):
        values[f"service_{number}"] = str(part.service_id)
        values[f"staff_{number}"] = str(part.staff_id)
        values[f"minutes_{number}"] = str(minutes_of(part))
    return Typed(values)


def team_options(booking: Booking, offered: tuple[Option, ...]) -> list[Option]:
    """Whom a row offers: whoever may be booked here, and who has a part in the visit now."""
    known = {option.value for option in offered}
    own = {str(part.staff_id): part.staff_name for part in booking.appointments}
    return [*offered, *(Option(value, name) for value, name in own.items() if value not in known)]


def read_change(desk: Desk, booking: Booking, typed: Typed) -> Change:
    """The change as typed. Raises `Invalid` on `date`, `start`, `service_ids`, `staff_id`,
    `minutes`.
    """
    rows = [number for number in rows_of(booking) if typed[f"service_{number}"]]
    if not rows:
        raise Invalid("Please choose a service.", field="service_ids")
    return Change(
        start=_start(desk, booking, typed),
        services=tuple(_service(desk, booking, typed, number) for number in rows),
        note=typed["note"],
        tell=typed["tell"] == "yes",
        later=typed["scope"] == "later" and booking.series_id is not None,
        revision=_number(typed["revision"]),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS + 1 else None


def _start(desk: Desk, booking: Booking, typed: Typed) -> datetime:
    """The moment typed; untouched it is the visit's own, also in the hour that happens twice."""
    untouched = (booking.start.date().isoformat(), f"{booking.start:%H:%M}")
    if (typed["date"], typed["time"]) == untouched:
        return booking.start
    return read_start(desk, typed)


def _service(desk: Desk, booking: Booking, typed: Typed, number: int) -> WantedService:
    service_id = read_service(typed[f"service_{number}"])
    staff_id = _staff(desk, booking, typed[f"staff_{number}"])
    return WantedService(
        service_id, staff_id, _minutes(booking, typed, number, (service_id, staff_id))
    )


def _minutes(
    booking: Booking, typed: Typed, number: int, chosen: tuple[UUID, UUID | None]
) -> int | None:
    """The length typed; one that was left there from another service or person counts as none."""
    minutes = typed.trimmed(f"minutes_{number}")
    if not minutes:
        return None
    if not minutes.isdecimal() or len(minutes) > MOST_DIGITS:
        raise Invalid("Please give the length in minutes.", field="minutes")
    if number <= len(booking.appointments):
        part = booking.appointments[number - 1]
        untouched = int(minutes) == minutes_of(part)
        if untouched and chosen != (part.service_id, part.staff_id):
            return None
    return int(minutes)


def _staff(desk: Desk, booking: Booking, text: str) -> UUID | None:
    if not text:
        if desk.reach is Reach.OWN:
            raise Invalid("You can book visits to yourself only.", field="staff_id")
        return None
    try:
        chosen = UUID(text)
    except ValueError:
        raise Invalid("Please choose somebody from the list.", field="staff_id") from None
    known = {part.staff_id for part in booking.appointments} | {desk.membership.staff_id}
    if desk.reach is Reach.OWN and chosen not in known:
        raise Invalid("You can book visits to yourself only.", field="staff_id")
    return chosen
