"""Makes a visit exactly what a snapshot says: its row, its services, and every stretch it took.

Called by `history.py` with the booking locked. Whoever took the time since keeps it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.events import (
    BookingCancelled,
    BookingChanged,
    BookingRescheduled,
    BookingRestored,
    MarkUndone,
)
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.snapshot import Snapshot, kept
from openchair.booking.appointments.tell import (
    CANCELLED,
    CHANGED,
    CONFIRMED,
    forget_time,
    tell_client,
    told_of,
)
from openchair.booking.occupancy.take import Segment, State, give_back, take
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict
from openchair.platform.events.event import Event, emit
from openchair.salons.queries import Salon

_STATES: tuple[State, ...] = ("confirmed", "overbooked")

_ROW = """
    UPDATE bookings AS b
    SET status = was.status, appointment_date = was.start, ends_at = was."end",
        price_minor = was.price_minor, overbooked = was.overbooked, note = was.note,
        cancel_reason = was.cancel_reason, reschedule_count = was.reschedule_count,
        arrived_at = was.arrived_at, in_chair_at = was.in_chair_at, done_at = was.done_at,
        paid_at = was.paid_at, no_show_at = was.no_show_at, cancelled_at = was.cancelled_at,
        revision = b.revision + 1
    FROM jsonb_to_record($3::jsonb) AS was(
        status text, start timestamptz, "end" timestamptz, price_minor int, overbooked boolean,
        note text, cancel_reason text, reschedule_count smallint, arrived_at timestamptz,
        in_chair_at timestamptz, done_at timestamptz, paid_at timestamptz,
        no_show_at timestamptz, cancelled_at timestamptz)
    WHERE b.salon_id = $1 AND b.id = $2
"""
_FORGET_ITEMS = "DELETE FROM appointments WHERE salon_id = $1 AND booking_id = $2"
_ITEMS = """
    INSERT INTO appointments (salon_id, id, booking_id, service_id, staff_id, position,
                              service_name, starts_at, ends_at, price_minor, extra_minutes)
    SELECT $1, (item ->> 'id')::uuid, $2, (item ->> 'service_id')::uuid,
           (item ->> 'staff_id')::uuid, place - 1, item -> 'service_name',
           (item ->> 'start')::timestamptz, (item ->> 'end')::timestamptz,
           (item ->> 'price_minor')::int, (item ->> 'extra_minutes')::smallint
    FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS every(item, place)
"""
_GONE = """
    SELECT coalesce(s.name, r.name, b.contact_name, '')
    FROM jsonb_to_recordset($3::jsonb)
         AS wanted(resource_id uuid, start timestamptz, "end" timestamptz, state text)
    JOIN occupancy o ON o.resource_id = wanted.resource_id
        AND o.during && tstzrange(wanted.start, wanted."end")
        AND o.state IN ('held', 'confirmed') AND (o.expires_at IS NULL OR o.expires_at > $4)
    LEFT JOIN staff s ON s.salon_id = o.salon_id AND s.id = o.resource_id
    LEFT JOIN resources r ON r.salon_id = o.salon_id AND r.id = o.resource_id
    LEFT JOIN bookings b ON b.salon_id = o.salon_id AND b.id = o.booking_id
    WHERE wanted.state = 'confirmed' AND o.salon_id = $1 AND o.booking_id IS DISTINCT FROM $2
    LIMIT 1
"""
_AWAY = """
    SELECT s.name
    FROM jsonb_to_recordset($2::jsonb)
         AS wanted(resource_id uuid, start timestamptz, "end" timestamptz, state text)
    JOIN time_off t ON t.salon_id = $1 AND t.staff_id = wanted.resource_id
        AND t.during && tstzrange(wanted.start, wanted."end")
    JOIN staff s ON s.salon_id = t.salon_id AND s.id = t.staff_id
    WHERE wanted.state = 'confirmed' LIMIT 1
"""


async def put_back(
    session: AsyncSession,
    *,
    salon: Salon,
    booking: Booking,
    now_is: Snapshot,
    back_to: Snapshot,
    undone: str,
    by: Actor,
    tell: bool,
    now: datetime,
) -> Booking:
    """Make the visit what `back_to` says and answer it. Only its revision goes on counting.

    Raises `Conflict` (`time_taken`) when somebody or something it took is no longer free.
    """
    if now_is["taken"] != back_to["taken"]:
        await _refuse_gone(session, booking, back_to, now)
        await _take_again(session, booking, back_to, now)
    connection = await driver(session)
    known = (booking.salon_id, booking.id)
    await connection.execute(_ROW, *known, _json({**back_to, "items": None, "taken": None}))
    await connection.execute(_FORGET_ITEMS, *known)
    await connection.execute(_ITEMS, *known, _json(back_to["items"]))
    await record(
        session,
        actor=by,
        action="undo",
        resource_type="booking",
        resource_id=booking.id,
        salon_id=booking.salon_id,
        metadata={
            "undone": undone,
            "before": now_is["status"],
            "after": back_to["status"],
            "told": tell,
            **kept(now_is, back_to),
        },
    )
    was = await get_booking_by_id(session, booking_id=booking.id, salon_id=salon.id)
    await _announce(session, booking, was, by, now, tell=tell)
    return was


async def _refuse_gone(
    session: AsyncSession, booking: Booking, back_to: Snapshot, now: datetime
) -> None:
    connection = await driver(session)
    wanted = _json(back_to["taken"])
    gone = await connection.fetchval(_GONE, booking.salon_id, booking.id, wanted, now)
    gone = gone or await connection.fetchval(_AWAY, booking.salon_id, wanted)
    if gone:
        raise Conflict(
            "The time it had before has been given to somebody else since."
            " Nothing was changed; please choose a new time.",
            code="time_taken",
            details={"alternatives": [], "taken": gone},
        )


async def _take_again(
    session: AsyncSession, booking: Booking, back_to: Snapshot, now: datetime
) -> None:
    await give_back(session, salon_id=booking.salon_id, booking_id=booking.id)
    for state in _STATES:
        segments = [
            Segment(
                # Whoever the client is by now: they may have been merged into another since.
                booking.customer_id if each["kind"] == "customer" else UUID(each["resource_id"]),
                each["kind"],
                datetime.fromisoformat(each["start"]),
                datetime.fromisoformat(each["end"]),
            )
            for each in back_to["taken"]
            if each["state"] == state
        ]
        if segments:
            await take(
                session,
                salon_id=booking.salon_id,
                segments=segments,
                state=state,
                now=now,
                booking_id=booking.id,
            )


async def _announce(
    session: AsyncSession,
    booking: Booking,
    was: Booking,
    by: Actor,
    now: datetime,
    *,
    tell: bool,
) -> None:
    """Whoever was told of the change is told of its end; the reminder follows the time."""
    kind = _message(booking, was)
    worth_it = was.end > now and (tell if kind == CANCELLED else was.status == "confirmed")
    if kind != CHANGED or _changed(booking, was):
        await forget_time(session, salon_id=booking.salon_id, booking_id=booking.id)
        if worth_it:
            await tell_client(
                session,
                kind=kind if tell else None,
                told=told_of(was, before=booking.start, by_salon=by.kind == "user"),
                now=now,
            )
    await emit(session, _event(booking, was))


def _changed(booking: Booking, was: Booking) -> bool:
    return (booking.start, booking.end, booking.appointments) != (
        was.start,
        was.end,
        was.appointments,
    )


def _message(booking: Booking, was: Booking) -> str:
    if was.status == "cancelled":
        return CANCELLED
    return CONFIRMED if booking.status == "cancelled" else CHANGED


def _event(booking: Booking, was: Booking) -> Event:
    salon_id, subject_id = booking.salon_id, booking.id
    if was.status == "cancelled":
        return BookingCancelled(salon_id=salon_id, subject_id=subject_id, start=was.start)
    if booking.status == "cancelled":
        return BookingRestored(salon_id=salon_id, subject_id=subject_id, start=was.start)
    if booking.start != was.start:
        return BookingRescheduled(
            salon_id=salon_id, subject_id=subject_id, before=booking.start, start=was.start
        )
    if booking.status != was.status:
        return MarkUndone(salon_id=salon_id, subject_id=subject_id, undone=booking.status)
    return BookingChanged(salon_id=salon_id, subject_id=subject_id, start=was.start)


def _json(data: Any) -> str:
    return orjson.dumps(data).decode()
