"""What may be done to a booking, and until when: pure, the time is an argument.

Clients are held to the salon's policies; the team is not.
"""

from datetime import datetime

from openchair.booking.appointments.queries import Booking
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Conflict
from openchair.salons.queries import Salon

_STATES = {
    "cancelled": "This appointment was cancelled.",
    "arrived": "The client has arrived already.",
    "no_show": "This appointment is marked as missed.",
}


def must_be_expected(booking: Booking) -> None:
    """Raise `Conflict` (`not_expected`) unless the visit is still to come about."""
    if booking.status != "confirmed":
        raise Conflict(
            f"{_STATES[booking.status]} It cannot be changed like that.", code="not_expected"
        )


def may_cancel(booking: Booking, salon: Salon, by: Actor, now: datetime) -> None:
    """Raise `Conflict` (`not_expected`, `too_late`) when this person may not call it off now."""
    must_be_expected(booking)
    deadline = booking.can_cancel_until
    if by.kind == "client" and deadline is not None and now > deadline:
        raise _too_late("cancelled", salon)


def may_reschedule(booking: Booking, salon: Salon, by: Actor, now: datetime) -> None:
    """Raise `Conflict` (`not_expected`, `too_late`, `reschedule_limit`) likewise for moving it."""
    must_be_expected(booking)
    if by.kind != "client":
        return
    if booking.reschedule_count >= salon.policies.reschedule_limit:
        raise Conflict(
            "This appointment has been moved as often as the salon allows."
            f" Please call {salon.phone} and we will find a time together.",
            code="reschedule_limit",
        )
    if booking.can_reschedule_until is None or now > booking.can_reschedule_until:
        raise _too_late("moved", salon)


def _too_late(done: str, salon: Salon) -> Conflict:
    return Conflict(
        f"It is too late for this to be {done} online. Please call {salon.phone};"
        " we will help you.",
        code="too_late",
    )
