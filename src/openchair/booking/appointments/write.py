"""Writes a booking and its appointments. Called by whatever books or changes a visit."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.queries import HeldItem
from openchair.platform.db.together import Write, write_together
from openchair.platform.ids import new_id


@dataclass(frozen=True, slots=True)
class NewBooking:
    """The row of a booking by column name; money in minor units."""

    salon_id: UUID
    id: UUID
    customer_id: UUID
    location_id: UUID
    appointment_date: datetime
    ends_at: datetime
    price_minor: int
    currency: str
    language: str
    contact_name: str
    contact_email: str | None
    contact_phone: str | None
    note: str
    source: str
    manage_token: str
    idempotency_key: str | None
    request_hash: str
    overbooked: bool = False
    hold_id: UUID | None = None
    status: str = "confirmed"


_COLUMNS = [field.name for field in fields(NewBooking)]
_VALUES = attrgetter(*_COLUMNS)


_INSERT_BOOKING = f"""
    INSERT INTO bookings ({", ".join(_COLUMNS)})
    VALUES ({", ".join(f"${number}" for number in range(1, len(_COLUMNS) + 1))})
"""  # noqa: S608 - the names are this module's own
_INSERT_APPOINTMENTS = """
    INSERT INTO appointments (salon_id, id, booking_id, service_id, staff_id, position,
                              service_name, starts_at, ends_at, price_minor, extra_minutes)
    SELECT $1, item.id, $2, item.service_id, item.staff_id, item.position - 1,
           CASE WHEN v.kind <> 'variant' THEN v.name ELSE (
               SELECT jsonb_object_agg(language, concat_ws(' · ', p.name ->> language, words))
               FROM jsonb_each_text(v.name) AS own (language, words)
           ) END,
           item.starts, item.ends, item.price, item.extra
    FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::timestamptz[], $7::timestamptz[],
                $8::int[], $9::smallint[]) WITH ORDINALITY
         AS item (id, service_id, staff_id, starts, ends, price, extra, position)
    JOIN services v ON v.salon_id = $1 AND v.id = item.service_id
    LEFT JOIN services p ON p.salon_id = v.salon_id AND p.id = v.parent_id
"""


def visit_writes(*, booking: NewBooking, items: Sequence[HeldItem]) -> list[Write]:
    """The visit and its services, for one statement; their names are kept as they are now."""
    return [
        Write("booked", _INSERT_BOOKING, _VALUES(booking)),
        _appointments(booking.salon_id, booking.id, items, [new_id() for _ in items]),
    ]


async def write_appointments(
    session: AsyncSession,
    *,
    salon_id: UUID,
    booking_id: UUID,
    items: Sequence[HeldItem],
    ids: Sequence[UUID],
) -> None:
    """Insert the services of a visit in their order, under these ids."""
    await write_together(session, [_appointments(salon_id, booking_id, items, ids)])


def _appointments(
    salon_id: UUID, booking_id: UUID, items: Sequence[HeldItem], ids: Sequence[UUID]
) -> Write:
    values = (
        salon_id,
        booking_id,
        list(ids),
        [item.service_id for item in items],
        [item.staff_id for item in items],
        [item.start for item in items],
        [item.end for item in items],
        [item.price_minor for item in items],
        [item.extra_minutes for item in items],
    )
    return Write("agreed", _INSERT_APPOINTMENTS, values)
