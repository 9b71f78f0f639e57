"""Who comes next when time is free again: the first who waits for a time that could not be had
before. Called by the job of the waitlist, one transaction an offer.

What was freed is laid on the board as if it were taken still; a start that is possible without it
and not with it is a new one. So nobody is offered a time that was there all along.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.availability.find import MOST_DAYS, last_bookable_date
from openchair.booking.availability.load import load_board
from openchair.booking.availability.rules import Board, place, possible_starts
from openchair.booking.availability.timeline import each_minute, from_intervals
from openchair.booking.availability.visit import Visit, plan_visit
from openchair.booking.availability.wall_clock import WallClock
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.booking.waitlist.candidates import Candidate, candidates
from openchair.booking.waitlist.lock import lock_waitlist
from openchair.booking.waitlist.offer import offer_time
from openchair.booking.waitlist.queries import Offer, offer_minutes
from openchair.booking.waitlist.rules import (
    Stretch,
    answer_until,
    is_over,
    nearest,
    refused_with,
    wants,
    was_refused,
)
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import Conflict, Invalid
from openchair.salons.queries import Salon


@dataclass(frozen=True, slots=True)
class Freed:
    """The salon's free time as it is now, and as it would be if nothing had been freed."""

    salon: Salon
    catalogue: Catalogue
    clock: WallClock
    now_free: Board
    before: Board
    stretches: tuple[Stretch, ...]
    minutes: int
    now: datetime


async def offer_next(
    session: AsyncSession, *, salon: Salon, stretches: Sequence[Stretch], now: datetime
) -> Offer | None:
    """Make one offer of what is new since `stretches` were freed; None when there is nobody to
    ask or nothing to offer. Never a time in the past, inside lead time or beyond the horizon.
    """
    await lock_waitlist(session, salon_id=salon.id)
    freed = await _lay_out(session, salon=salon, stretches=stretches, now=now)
    if freed is None:
        return None
    first, last = freed.clock.first, freed.clock.last
    async for candidate in candidates(session, salon_id=salon.id, first=first, last=last):
        chosen = _choose(freed, candidate)
        if chosen is None:
            continue
        start, staff_ids = chosen
        try:
            return await offer_time(
                session,
                salon=salon,
                entry_id=candidate.id,
                start=start,
                staff_ids=staff_ids,
                by=SYSTEM,
                now=now,
            )
        except (Conflict, Invalid):
            continue  # taken this very moment, or the wish cannot be booked: the next may want it
    return None


async def _lay_out(
    session: AsyncSession, *, salon: Salon, stretches: Sequence[Stretch], now: datetime
) -> Freed | None:
    """Both boards of the dates that the stretches touch; None when all of it is too soon, past or
    too far.
    """
    zone = ZoneInfo(salon.time_zone)
    earliest = now + timedelta(minutes=salon.policies.lead_minutes)
    ahead = tuple(each for each in stretches if each.end > earliest)
    if not ahead:
        return None
    first = max(min(each.start for each in ahead), earliest).astimezone(zone).date()
    last = max(each.end for each in ahead).astimezone(zone).date()
    last = min(last, last_bookable_date(salon, now), first + timedelta(days=MOST_DAYS - 1))
    if first > last:
        return None
    catalogue = await get_catalogue(session, salon_id=salon.id)
    clock, board = await load_board(
        session, salon=salon, catalogue=catalogue, first=first, last=last, now=now
    )
    return Freed(
        salon=salon,
        catalogue=catalogue,
        clock=clock,
        now_free=board,
        before=as_if_taken(board, clock, ahead),
        stretches=ahead,
        minutes=await offer_minutes(session, salon_id=salon.id),
        now=now,
    )


def as_if_taken(board: Board, clock: WallClock, stretches: Sequence[Stretch]) -> Board:
    """The board with these stretches taken. Pure."""
    busy: dict[UUID, int] = dict(board.busy)
    for each in stretches:
        minutes = (clock.minute_of(each.start), clock.minute_of(each.end))
        taken = from_intervals([minutes], board.length)
        busy[each.resource_id] = busy.get(each.resource_id, 0) | taken
    return replace(board, busy=busy, found={})


def new_starts(now_free: Board, before: Board, visit: Visit) -> Mapping[UUID, int]:
    """For each person who could begin the visit: the minutes that are possible now and were not
    before. Pure.
    """
    found = possible_starts(before, visit)
    return {
        staff_id: fresh
        for staff_id, minutes in possible_starts(now_free, visit).items()
        if (fresh := minutes & ~found.get(staff_id, 0))
    }


def _choose(freed: Freed, candidate: Candidate) -> tuple[datetime, list[UUID | None]] | None:
    """The start to offer them, and with whom."""
    today = freed.now.astimezone(freed.clock.zone).date()
    if is_over(candidate.wish, today):
        return None
    try:
        visit = plan_visit(freed.catalogue, candidate.service_ids, [candidate.staff_id])
    except Invalid:
        return None  # not offered any more; the desk sees who waits for it
    possible = dict(_fitting(freed, candidate, visit))
    start = nearest(possible, freed.stretches)
    if start is None:
        return None
    # One service: with who is free again. Several: whoever is, as each may need somebody else.
    alone = len(visit) == 1
    return start, [possible[start] if alone else candidate.staff_id]


def _fitting(freed: Freed, candidate: Candidate, visit: Visit) -> Iterator[tuple[datetime, UUID]]:
    """Every new start that they want, can answer in time and did not refuse."""
    earliest = freed.now + timedelta(minutes=freed.salon.policies.lead_minutes)
    refused = refused_with(candidate.refused, freed.stretches)
    for staff_id, minutes in new_starts(freed.now_free, freed.before, visit).items():
        for minute in each_minute(minutes):
            start = freed.clock.instant_of(minute)
            if start < earliest or not wants(candidate.wish, start):
                continue
            if answer_until(now=freed.now, start=start, minutes=freed.minutes) is None:
                continue
            placed = place(freed.now_free, visit, minute)
            if placed is None:
                continue
            first, last = placed[0], placed[-1].task
            begins = freed.clock.instant_of(first.start - first.task.buffer_before)
            ends = placed[-1].start + last.duration + last.buffer_after
            if not was_refused(begins, freed.clock.instant_of(ends), refused):
                yield start, staff_id
