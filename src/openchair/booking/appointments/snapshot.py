"""A visit and all it takes as plain data, as the audit log keeps it before and after each change.

Called by the verbs that change a visit; `history.py` puts a visit back by it.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.queries import Appointment, Booking
from openchair.booking.occupancy.queries import Stretch, stretches_of

Snapshot = dict[str, Any]
"""JSON data: instants in UTC, ids as text; `items` are the services, `taken` the stretches."""

STAMPS = ("arrived_at", "in_chair_at", "done_at", "paid_at", "no_show_at", "cancelled_at")


async def snapshot_of(session: AsyncSession, *, booking: Booking) -> Snapshot:
    """The visit as `booking` says, and what it takes now."""
    taken = await stretches_of(session, salon_id=booking.salon_id, booking_id=booking.id)
    return {
        **_own(booking),
        "items": [_item(each) for each in booking.appointments],
        "taken": [_stretch(each) for each in taken],
    }


def kept(before: Snapshot, after: Snapshot) -> dict[str, Snapshot]:
    """The two as the audit log keeps them beside its short words."""
    return {"snapshot": {"before": before, "after": after}}


def utc(instant: datetime | None) -> str | None:
    """An instant as a snapshot has it."""
    return instant.astimezone(UTC).isoformat() if instant is not None else None


def _own(booking: Booking) -> Snapshot:
    return {
        "status": booking.status,
        "start": utc(booking.start),
        "end": utc(booking.end),
        "price_minor": booking.price_minor,
        "overbooked": booking.overbooked,
        "note": booking.note,
        "cancel_reason": booking.cancel_reason,
        "reschedule_count": booking.reschedule_count,
        **{name: utc(getattr(booking, name)) for name in STAMPS},
    }


def _item(part: Appointment) -> Snapshot:
    return {
        "id": str(part.id),
        "service_id": str(part.service_id),
        "service_name": part.service_name,
        "staff_id": str(part.staff_id),
        "staff_name": part.staff_name,
        "start": utc(part.start),
        "end": utc(part.end),
        "price_minor": part.price_minor,
        "extra_minutes": part.extra_minutes,
    }


def _stretch(stretch: Stretch) -> Snapshot:
    return {
        "resource_id": str(stretch.resource_id),
        "kind": stretch.kind,
        "start": utc(stretch.start),
        "end": utc(stretch.end),
        "state": stretch.state,
    }
