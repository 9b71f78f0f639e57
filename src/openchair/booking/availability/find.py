"""When a visit can be: the list of free times that pages and API show. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.availability.load import load_board
from openchair.booking.availability.rules import possible_starts, slots_by_minute
from openchair.booking.availability.visit import Visit, plan_visit
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.platform.errors import Invalid
from openchair.salons.queries import Salon

MOST_DAYS = 62


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment at which the visit can begin (salon's zone) and who could do its first service."""

    start: datetime
    staff_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A local date and its free times, ascending; empty when there are none."""

    date: date
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Availability:
    """Every date asked for, and the first free time from there on, however far away."""

    time_zone: str
    days: tuple[Day, ...]
    next_free: datetime | None


async def find_times(
    session: AsyncSession,
    *,
    salon: Salon,
    service_ids: Sequence[UUID],
    staff_ids: Sequence[UUID | None] = (),
    first: date,
    last: date,
    now: datetime,
    ignore_booking_id: UUID | None = None,
    catalogue: Catalogue | None = None,
) -> Availability:
    """The free times of the local dates `first…last`, at most 62 of them.

    Never in the past, nor sooner than the salon's lead time, nor beyond its horizon. When the
    dates are all full, one more look finds the next free time behind them. Raises `Invalid` on
    `from`, `to`, `service_ids` or `staff_id`.
    """
    _check_range(first, last)
    catalogue = catalogue or await get_catalogue(session, salon_id=salon.id)
    visit = plan_visit(catalogue, service_ids, staff_ids)
    slots = await free_slots(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=visit,
        first=first,
        last=last,
        now=now,
        ignore_booking_id=ignore_booking_id,
    )
    next_free = slots[0].start if slots else None
    horizon = last_bookable_date(salon, now)
    if next_free is None and last < horizon:
        later = await free_slots(
            session,
            salon=salon,
            catalogue=catalogue,
            visit=visit,
            first=last + timedelta(days=1),
            last=horizon,
            now=now,
            ignore_booking_id=ignore_booking_id,
        )
        next_free = later[0].start if later else None
    return Availability(salon.time_zone, _by_day(slots, first, last), next_free)


async def free_slots(
    session: AsyncSession,
    *,
    salon: Salon,
    catalogue: Catalogue,
    visit: Visit,
    first: date,
    last: date,
    now: datetime,
    ignore_booking_id: UUID | None = None,
) -> list[Slot]:
    """The free times between two local dates, ascending, inside lead time and horizon."""
    earliest = now + timedelta(minutes=salon.policies.lead_minutes)
    zone = ZoneInfo(salon.time_zone)
    first = max(first, earliest.astimezone(zone).date())
    last = min(last, last_bookable_date(salon, now))
    if first > last:
        return []
    clock, board = await load_board(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=visit,
        first=first,
        last=last,
        now=now,
        ignore_booking_id=ignore_booking_id,
    )
    return [
        Slot(start, tuple(staff_ids))
        for minute, staff_ids in slots_by_minute(possible_starts(board, visit)).items()
        if (start := clock.instant_of(minute)) >= earliest
    ]


def last_bookable_date(salon: Salon, now: datetime) -> date:
    """The last local date inside the salon's horizon."""
    today = now.astimezone(ZoneInfo(salon.time_zone)).date()
    return today + timedelta(days=salon.policies.horizon_days)


def _check_range(first: date, last: date) -> None:
    if last < first:
        raise Invalid("The last date is before the first. Please swap them.", field="to")
    if (last - first).days >= MOST_DAYS:
        raise Invalid(f"Please ask for at most {MOST_DAYS} days at once.", field="to")
    if not 2000 <= first.year <= last.year <= 2200:
        raise Invalid("Please ask for dates between the years 2000 and 2200.", field="from")


def _by_day(slots: Sequence[Slot], first: date, last: date) -> tuple[Day, ...]:
    found: dict[date, list[Slot]] = {
        first + timedelta(days=number): [] for number in range((last - first).days + 1)
    }
    for slot in slots:
        found[slot.start.date()].append(slot)
    return tuple(Day(day, tuple(of_day)) for day, of_day in found.items())
