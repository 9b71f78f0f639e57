"""What may be done to a booking, and until when: pure, the time is an argument.

Clients are held to the salon's policies; the team is not.
"""

from collections.abc import Sequence
from datetime import datetime

from openchair.booking.appointments.queries import Booking
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Conflict
from openchair.salons.queries import Salon

OPEN = ("confirmed", "arrived", "in_chair", "done", "paid")
"""The way of a visit that comes about, in its order."""
CHANGEABLE = ("confirmed", "arrived", "in_chair")
"""While the team may still give it other people, another time or length."""
CANCELLABLE = ("confirmed", "arrived")

_STATES = {
    "confirmed": "The client is expected.",
    "cancelled": "This appointment was cancelled.",
    "arrived": "The client has arrived already.",
    "in_chair": "The client is in the chair.",
    "done": "This appointment is done.",
    "paid": "This appointment is paid.",
    "no_show": "This appointment is marked as missed.",
}


def must_be_expected(booking: Booking) -> None:
    """Raise `Conflict` (`not_expected`) unless the visit is still to come about."""
    _must_be(booking, ("confirmed",))


def must_be_unchanged(booking: Booking, revision: int | None) -> None:
    """Raise `Conflict` (`changed_meanwhile`) when it is no longer the visit that somebody saw."""
    if revision is not None and booking.revision != revision:
        raise changed_meanwhile()


def must_be_as_seen(booking: Booking, status: str | None) -> None:
    """Raise `Conflict` (`not_expected`) when somebody has marked it otherwise since."""
    if status is not None:
        _must_be(booking, (status,))


def is_its_day(start: datetime, now: datetime) -> bool:
    """Whether the local day of a visit has come; `start` is in the salon's zone. A client may be
    early that day.
    """
    return start.date() <= now.astimezone(start.tzinfo).date()


def not_yet(start: datetime, now: datetime) -> frozenset[str]:
    """The statuses that nobody can give a visit at `start` (salon's zone) yet: its client has not
    come before its day, and is not missing before it begins.
    """
    missing = frozenset({"no_show"}) if now < start else frozenset()
    return missing if is_its_day(start, now) else missing | frozenset(OPEN[1:])


def must_be_its_day(booking: Booking, now: datetime) -> None:
    """Raise `Conflict` (`too_early`, with its `day`) for a visit of a day still ahead."""
    if not is_its_day(booking.start, now):
        raise Conflict(
            "This visit is on a later day. Move it to today first, if its client is here.",
            code="too_early",
            details={"day": booking.start.date().isoformat()},
        )


def must_not_be_here(booking: Booking, start: datetime, now: datetime) -> None:
    """Raise `Conflict` (`already_here`) when a visit whose client has come would move to `start`,
    on a day still ahead: it would be done before it began.
    """
    day = start.astimezone(booking.start.tzinfo)
    if booking.status != "confirmed" and day != booking.start and not is_its_day(day, now):
        raise Conflict(
            "Its client has arrived already. Take that back first, if the visit is on another day.",
            code="already_here",
        )


def changed_meanwhile() -> Conflict:
    """What is said to whoever acts on a visit that somebody else has changed since."""
    return Conflict(
        "Somebody else has changed this visit in the meantime. Please look at it again.",
        code="changed_meanwhile",
    )


def may_cancel(booking: Booking, salon: Salon, by: Actor, now: datetime) -> None:
    """Raise `Conflict` (`not_expected`, `too_late`) when this person may not call it off now."""
    if by.kind != "client":
        _must_be(booking, CANCELLABLE)
        return
    must_be_expected(booking)
    deadline = booking.can_cancel_until
    if deadline is not None and now > deadline:
        raise _too_late("cancelled", salon)


def may_reschedule(booking: Booking, salon: Salon, by: Actor, now: datetime) -> None:
    """Raise `Conflict` (`not_expected`, `too_late`, `reschedule_limit`) likewise for moving it."""
    if by.kind != "client":
        _must_be(booking, CHANGEABLE)
        return
    must_be_expected(booking)
    if booking.reschedule_count >= salon.policies.reschedule_limit:
        raise Conflict(
            "This appointment has been moved as often as the salon allows."
            f" Please call {salon.phone} and we will find a time together.",
            code="reschedule_limit",
        )
    if booking.can_reschedule_until is None or now > booking.can_reschedule_until:
        raise _too_late("moved", salon)


def before_mark(booking: Booking) -> str:
    """The status that the visit had before its last mark: the one whose moment is on record."""
    if booking.status not in OPEN:
        return "confirmed"
    reached = {
        "arrived": booking.arrived_at,
        "in_chair": booking.in_chair_at,
        "done": booking.done_at,
    }
    earlier = OPEN[1 : OPEN.index(booking.status)]
    return next((each for each in reversed(earlier) if reached.get(each)), "confirmed")


def must_come_after(booking: Booking, status: str) -> None:
    """Raise `Conflict` (`not_expected`) unless `status` lies ahead of the visit on its way."""
    if booking.status not in OPEN or OPEN.index(booking.status) >= OPEN.index(status):
        raise _not_now(booking)


def _must_be(booking: Booking, statuses: Sequence[str]) -> None:
    if booking.status not in statuses:
        raise _not_now(booking)


def _not_now(booking: Booking) -> Conflict:
    return Conflict(
        f"{_STATES[booking.status]} It cannot be changed like that.", code="not_expected"
    )


def _too_late(done: str, salon: Salon) -> Conflict:
    return Conflict(
        f"It is too late for this to be {done} online. Please call {salon.phone};"
        " we will help you.",
        code="too_late",
    )
