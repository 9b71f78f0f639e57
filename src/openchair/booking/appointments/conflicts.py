"""Names everything that stands in the way of a visit at one time: shown before the drop, and date
by date for a series. Changes nothing; the verbs decide anew when it comes to it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.change import WALK_IN
from openchair.booking.appointments.clashes import (
    Clash,
    Scene,
    Taker,
    by_start,
    clashes_among,
)
from openchair.booking.appointments.place import check_start, place_regardless
from openchair.booking.appointments.queries import get_booking_by_id
from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.availability.load import board_with_facts
from openchair.booking.availability.rules import place
from openchair.booking.availability.visit import Visit, plan_visit
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.customers.profiles.contact import clean_contact
from openchair.customers.profiles.recognise import known_customer
from openchair.platform.db.driver import driver
from openchair.salons.queries import Salon

__all__ = ["Clash", "clashes_at", "clashes_of_wish", "conflicts_of"]

MOST = 50
MARGIN = timedelta(days=1)

_TAKERS = """
    SELECT o.resource_id, coalesce(s.name, r.name, b.contact_name, ''), lower(o.during),
           upper(o.during), o.booking_id, coalesce(b.contact_name, ''),
           o.block_id IS NOT NULL, coalesce(x.reason, '')
    FROM occupancy o
    LEFT JOIN staff s ON s.salon_id = o.salon_id AND s.id = o.resource_id
    LEFT JOIN resources r ON r.salon_id = o.salon_id AND r.id = o.resource_id
    LEFT JOIN bookings b ON b.salon_id = o.salon_id AND b.id = o.booking_id
    LEFT JOIN blocks x ON x.salon_id = o.salon_id AND x.id = o.block_id
    WHERE o.salon_id = $1 AND o.resource_id = ANY ($2)
      AND lower(o.during) >= $3 AND lower(o.during) < $4
      AND (o.expires_at IS NULL OR o.expires_at > $5)
      AND ($6::uuid IS NULL OR o.booking_id IS DISTINCT FROM $6)
    ORDER BY lower(o.during), o.id LIMIT $7
"""
MOST_TAKERS = 2000


async def conflicts_of(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    start: datetime,
    service_ids: Sequence[UUID] | None = None,
    staff_ids: Sequence[UUID | None] | None = None,
    extra_minutes: Sequence[int] | None = None,
    now: datetime,
) -> tuple[Clash, ...]:
    """What the visit would clash with at `start`, with its own services and people or with these;
    nothing when it can simply be moved. At most fifty. Raises `NotFound`, `Invalid` on `start`,
    `service_ids` or `staff_id`.
    """
    booking = await get_booking_by_id(session, booking_id=booking_id, salon_id=salon.id)
    catalogue = await get_catalogue(session, salon_id=salon.id)
    parts = booking.appointments
    visit = plan_visit(
        catalogue,
        [each.service_id for each in parts] if service_ids is None else service_ids,
        [each.staff_id for each in parts] if staff_ids is None else staff_ids,
        [each.extra_minutes for each in parts] if extra_minutes is None else extra_minutes,
    )
    alone = booking.source != WALK_IN and booking.group_id is None
    return await clashes_at(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=visit,
        start=start,
        customer_id=booking.customer_id if alone else None,
        ignore_booking_id=booking_id,
        now=now,
    )


async def clashes_of_wish(
    session: AsyncSession,
    *,
    salon: Salon,
    service_ids: Sequence[UUID],
    staff_ids: Sequence[UUID | None],
    start: datetime,
    customer: CustomerDetails | None,
    now: datetime,
) -> tuple[Clash, ...]:
    """The same of a visit that somebody asks for. Without a `customer` it may be of somebody who is
    in another visit at the same time. Raises `Invalid` as `book` does.
    """
    catalogue = await get_catalogue(session, salon_id=salon.id)
    return await clashes_at(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=plan_visit(catalogue, service_ids, staff_ids),
        start=start,
        customer_id=await _customer_id(session, salon, customer) if customer else None,
        now=now,
    )


async def _customer_id(
    session: AsyncSession, salon: Salon, customer: CustomerDetails
) -> UUID | None:
    if customer.client_id is not None:
        return customer.client_id
    contact = clean_contact(
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        country=salon.location.country,
    )
    return await known_customer(session, salon_id=salon.id, contact=contact)


async def clashes_at(
    session: AsyncSession,
    *,
    salon: Salon,
    catalogue: Catalogue,
    visit: Visit,
    start: datetime,
    customer_id: UUID | None = None,
    ignore_booking_id: UUID | None = None,
    now: datetime,
) -> tuple[Clash, ...]:
    """The same of a visit that may not exist yet, by three statements. Where somebody can be
    chosen and nobody is free, whatever keeps each of them.
    """
    check_start(salon, start, now, by_team=True)
    day = start.astimezone(ZoneInfo(salon.time_zone)).date()
    clock, board, facts = await board_with_facts(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=visit,
        first=day,
        last=day,
        now=now,
        ignore_booking_id=ignore_booking_id,
    )
    minute = clock.minute_of(start)
    fitting = place(board, visit, minute)
    connection = await driver(session)
    takers = await connection.fetch(
        _TAKERS,
        salon.id,
        _wanted(catalogue, visit, customer_id),
        start - MARGIN,
        start + 2 * MARGIN,
        now,
        ignore_booking_id,
        MOST_TAKERS,
    )
    scene = Scene(
        clock=clock,
        board=board,
        facts=facts,
        placed=fitting or (),
        names={member.id: member.name for member in catalogue.staff},
        takers=[Taker(*row) for row in takers],
        customer_id=customer_id,
        fits=fitting is not None,
    )
    scenes = (
        [scene]
        if fitting
        else [
            replace(scene, placed=place_regardless(board, each, minute))
            for each in _each_person(visit)
        ]
    )
    found = dict.fromkeys(clash for each in scenes for clash in clashes_among(each))
    return tuple(sorted(found, key=by_start)[:MOST])


def _each_person(visit: Visit) -> list[Visit]:
    """The visit with each of those who can do it, in turn; what one cannot do others do."""
    able = dict.fromkeys(task.staff_id for ways in visit if len(ways) > 1 for task in ways)
    return [
        [[task for task in ways if task.staff_id == who] or ways for ways in visit] for who in able
    ] or [visit]


def _wanted(catalogue: Catalogue, visit: Visit, customer_id: UUID | None) -> list[UUID]:
    """Whoever and whatever the visit may take."""
    tasks = [task for ways in visit for task in ways]
    people = {task.staff_id for task in tasks}
    groups = {group for task in tasks for group in task.group_ids}
    things = {thing for group in groups for thing in catalogue.resources.get(group, ())}
    return [*people, *things, *([customer_id] if customer_id else [])]
