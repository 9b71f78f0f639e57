"""Moves or cancels a visit of a series together with all later ones ("this and later"). "This one"
needs nothing special: it is moved or cancelled like any visit.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.lock import lock_booking
from openchair.booking.appointments.obstacles import Obstacle, obstacle_at, refuse_all
from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.booking.appointments.repeat import MOST_VISITS, shifted, wall_distance
from openchair.booking.appointments.reschedule import reschedule_booking
from openchair.booking.appointments.series import TAKEN, Choice
from openchair.booking.appointments.tell import CANCELLED, CHANGED, tell_client, told_of
from openchair.booking.availability.visit import plan_visit
from openchair.booking.catalogue.queries import get_catalogue
from openchair.identity.audit.record import Actor
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict, Invalid
from openchair.salons.queries import Salon


async def move_later_visits(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    start: datetime,
    staff_ids: Sequence[UUID | None] | None = None,
    choices: Mapping[UUID, Choice] | None = None,
    by: Actor,
    tell: bool = True,
    now: datetime,
) -> list[UUID]:
    """Move this visit to `start` and every later one of its series that is still expected as far
    on the wall clock; answers which were moved. `choices` by the id of a visit: "skip" leaves it
    where it is. The client gets one message, which names all dates.

    Raises `Conflict` (`series_conflicts` with `obstacles`), `NotFound`, `Invalid` on `series`.
    Run it by `attempt`.
    """
    visits = await _later(session, salon, booking_id)
    by_distance = wall_distance(visits[0].start, start)
    # Later ones first when they move on, so that no visit runs into the next of its own series.
    order = visits if by_distance < timedelta() else visits[::-1]
    obstacles: list[Obstacle] = []
    moved: list[UUID] = []
    for visit in order:
        choice = (choices or {}).get(visit.id)
        if choice is not None and choice.kind == "skip":
            continue
        planned = shifted(visit.start, by_distance)
        target = choice.start if choice and choice.start else planned
        try:
            await reschedule_booking(
                session,
                salon=salon,
                booking_id=visit.id,
                start=target,
                staff_ids=staff_ids,
                by=by,
                tell=False,
                overbook=choice is not None and choice.kind == "overbook",
                now=now,
            )
            moved.append(visit.id)
        except Conflict as refusal:
            if refusal.code not in TAKEN:
                raise
            obstacles.append(
                await _obstacle(
                    session,
                    salon,
                    visit,
                    staff_ids=staff_ids,
                    planned=planned,
                    start=target,
                    client_is_busy=refusal.code == "customer_busy",
                    now=now,
                )
            )
    refuse_all(sorted(obstacles, key=lambda each: each.planned))
    if tell:
        before = {visit.id: visit.start for visit in visits}
        await _tell(session, salon, moved, kind=CHANGED, before=before, now=now)
    return moved


async def cancel_later_visits(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    by: Actor,
    reason: str = "",
    tell: bool = True,
    now: datetime,
) -> list[UUID]:
    """Call off this visit and every later one of its series that is still expected; answers which.
    The client gets one message, which names all dates.

    Raises `NotFound`, `Invalid` on `series` or `reason`.
    """
    visits = await _later(session, salon, booking_id)
    for visit in visits:
        await cancel_booking(
            session,
            salon=salon,
            booking_id=visit.id,
            by=by,
            reason=reason,
            tell=False,
            now=now,
        )
    gone = [visit.id for visit in visits]
    if tell:
        await _tell(session, salon, gone, kind=CANCELLED, by_salon=by.kind == "user", now=now)
    return gone


async def _tell(
    session: AsyncSession,
    salon: Salon,
    booking_ids: Sequence[UUID],
    *,
    kind: str,
    before: Mapping[UUID, datetime] | None = None,
    by_salon: bool = False,
    now: datetime,
) -> None:
    """One message about the first of them, which names the others."""
    visits = [
        await get_booking_by_id(session, booking_id=each, salon_id=salon.id) for each in booking_ids
    ]
    visits.sort(key=lambda visit: visit.start)
    if not visits or visits[0].end <= now:
        return
    told = told_of(
        visits[0],
        before=(before or {}).get(visits[0].id),
        by_salon=by_salon,
        also=[each.start for each in visits[1:]],
    )
    await tell_client(session, kind=kind, told=told, now=now)


async def _later(session: AsyncSession, salon: Salon, booking_id: UUID) -> list[Booking]:
    """This visit and the expected ones after it, all locked in their order."""
    booking = await get_booking_by_id(session, booking_id=booking_id, salon_id=salon.id)
    if booking.series_id is None:
        raise Invalid("This visit is not part of a series.", field="series")
    connection = await driver(session)
    rows = await connection.fetch(
        """
        SELECT id FROM bookings
        WHERE salon_id = $1 AND series_id = $2 AND status = 'confirmed'
          AND (appointment_date > $3 OR id = $4)
        ORDER BY appointment_date, id LIMIT $5
        """,
        salon.id,
        booking.series_id,
        booking.start,
        booking_id,
        MOST_VISITS,
    )
    found = [await lock_booking(session, salon_id=salon.id, booking_id=row["id"]) for row in rows]
    if not found or found[0].id != booking_id:
        raise Conflict("This visit cannot be changed any more.", code="not_expected")
    return found


async def _obstacle(
    session: AsyncSession,
    salon: Salon,
    visit: Booking,
    *,
    staff_ids: Sequence[UUID | None] | None,
    planned: datetime,
    start: datetime,
    client_is_busy: bool,
    now: datetime,
) -> Obstacle:
    catalogue = await get_catalogue(session, salon_id=salon.id)
    parts = visit.appointments
    return await obstacle_at(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=plan_visit(
            catalogue,
            [each.service_id for each in parts],
            [each.staff_id for each in parts] if staff_ids is None else staff_ids,
            [each.extra_minutes for each in parts],
        ),
        planned=planned,
        start=start,
        client_is_busy=client_is_busy,
        booking_id=visit.id,
        now=now,
    )
