"""How much of the working time was booked, by person and by hour of the week. Three statements and
sets of minutes, as availability does it.

Working time is the shifts inside the opening hours without breaks and approved time off; blocked
time counts as working time that was not booked. Booked are visits that were not cancelled, buffers
included; booked outside of working time does not count.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.availability.load import lay_out, read_facts
from openchair.booking.availability.timeline import from_intervals
from openchair.booking.availability.wall_clock import WallClock
from openchair.booking.catalogue.queries import StaffMember
from openchair.booking.reports.figures import Utilisation
from openchair.booking.reports.period import Period
from openchair.salons.queries import Salon

HOUR = 60
Hours = dict[tuple[int, int], int]

_BOOKED = text("""
    SELECT resource_id, array_agg(lower(during)) AS starts, array_agg(upper(during)) AS ends
    FROM occupancy
    WHERE salon_id = :salon_id AND kind <> 'customer' AND booking_id IS NOT NULL
      AND lower(during) >= :first AND lower(during) < :last
      AND resource_id = ANY (CAST(:staff_ids AS uuid[]))
    GROUP BY resource_id
""")


async def utilisation(
    session: AsyncSession, *, salon: Salon, staff: Sequence[StaffMember], period: Period
) -> list[Utilisation]:
    """One for each of `staff`, in their order."""
    clock = WallClock(ZoneInfo(salon.time_zone), period.first, period.last)
    staff_ids = [member.id for member in staff]
    facts = await read_facts(
        session,
        salon=salon,
        clock=clock,
        staff_ids=staff_ids,
        thing_ids=[],
        now=clock.instant_of(clock.length),
    )
    board = lay_out(
        salon=salon, staff_ids=staff_ids, groups={}, clock=clock, facts=replace(facts, busy={})
    )
    booked = await _booked(session, salon=salon, clock=clock, staff_ids=staff_ids)
    days = [period.first + timedelta(days=number) for number in range(period.days)]
    found = []
    for member in staff:
        working = board.working[member.id] & ~board.busy.get(member.id, 0)
        taken = booked.get(member.id, 0) & working
        working_by_hour, booked_by_hour = _by_hour(clock, days, working, taken)
        found.append(
            Utilisation(
                staff_id=member.id,
                name=member.name,
                working=sum(working_by_hour.values()),
                booked=sum(booked_by_hour.values()),
                working_by_hour=working_by_hour,
                booked_by_hour=booked_by_hour,
            )
        )
    return found


async def _booked(
    session: AsyncSession, *, salon: Salon, clock: WallClock, staff_ids: Sequence[UUID]
) -> dict[UUID, int]:
    rows = await session.execute(
        _BOOKED,
        {
            "salon_id": salon.id,
            "first": clock.base,
            "last": clock.instant_of(clock.length),
            "staff_ids": list(staff_ids),
        },
    )
    return {
        row.resource_id: from_intervals(
            (
                (clock.minute_of(begins), clock.minute_of(ends))
                for begins, ends in zip(row.starts, row.ends, strict=True)
            ),
            clock.length,
        )
        for row in rows
    }


def _by_hour(
    clock: WallClock, days: Sequence[date], working: int, booked: int
) -> tuple[Hours, Hours]:
    """Minutes by weekday and hour; on a day on which the clocks change the hours are those since
    midnight, as the day has 23 or 25 of them.
    """
    worked: Hours = {}
    taken: Hours = {}
    mask = (1 << HOUR) - 1
    for day in days:
        begins = clock.midnight(day)
        length = clock.midnight(day + timedelta(days=1)) - begins
        whole = (1 << length) - 1
        of_day = (working >> begins) & whole, (booked >> begins) & whole
        if not of_day[0]:
            continue
        for hour in range(length // HOUR):
            if minutes := (of_day[0] >> hour * HOUR & mask).bit_count():
                key = day.weekday(), min(hour, 23)
                worked[key] = worked.get(key, 0) + minutes
                taken[key] = taken.get(key, 0) + (of_day[1] >> hour * HOUR & mask).bit_count()
    return worked, taken
