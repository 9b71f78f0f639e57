"""Sets when somebody works: by the week, or on one date instead. Called by the team's pages.

Visits that are booked already stay where they are; whoever plans is told of them by the door.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.lock import lock_staff
from openchair.booking.catalogue.models import ShiftBreakRow, ShiftRow
from openchair.booking.team.events import WorkingTimeChanged
from openchair.booking.team.queries import get_roster
from openchair.booking.team.week import DayShift, Span, shift_of, spans_of
from openchair.identity.audit.record import Actor, record
from openchair.platform.events.event import emit
from openchair.platform.ids import new_id

MOST_DATES = 366


async def set_week(
    session: AsyncSession,
    *,
    salon_id: UUID,
    staff_id: UUID,
    week: Mapping[int, Sequence[Span]],
    by: Actor,
    today: date,
) -> bool:
    """Let somebody work these stretches on these weekdays (0 is Monday) from now on, and on no
    others. True when that is a change. Raises `NotFound`, `Invalid` on `day_0` … `day_6`.
    """
    await lock_staff(session, salon_id=salon_id, staff_id=staff_id)
    wanted = {
        weekday: shift
        for weekday, spans in sorted(week.items())
        if (shift := shift_of(spans, field=f"day_{weekday}")) is not None
    }
    roster = await get_roster(session, salon_id=salon_id, staff_id=staff_id, since=today)
    before = {weekday: spans_of(shifts) for weekday, shifts in roster.week.items()}
    after = {weekday: spans_of((shift,)) for weekday, shift in wanted.items()}
    if before == after:
        return False
    await session.execute(
        delete(ShiftRow).where(
            ShiftRow.salon_id == salon_id,
            ShiftRow.staff_id == staff_id,
            ShiftRow.weekday.is_not(None),
        )
    )
    for weekday, shift in wanted.items():
        await _write(session, salon_id, staff_id, shift, weekday=weekday)
    await _announce(session, salon_id, staff_id, by, act="set_week", before=before, after=after)
    return True


async def set_date(
    session: AsyncSession,
    *,
    salon_id: UUID,
    staff_id: UUID,
    day: date,
    spans: Sequence[Span],
    by: Actor,
) -> bool:
    """Let somebody work these stretches on one date instead of the week's; none at all means that
    the week counts again. True when that is a change. Raises `NotFound`, `Invalid` on `spans`.
    """
    await lock_staff(session, salon_id=salon_id, staff_id=staff_id)
    wanted = shift_of(spans, field="spans")
    roster = await get_roster(session, salon_id=salon_id, staff_id=staff_id, since=day)
    before = {day: spans_of(roster.dates.get(day, ()))}
    after = {day: spans_of((wanted,)) if wanted else ()}
    if before == after:
        return False
    await session.execute(
        delete(ShiftRow).where(
            ShiftRow.salon_id == salon_id, ShiftRow.staff_id == staff_id, ShiftRow.date == day
        )
    )
    if wanted is not None:
        await _write(session, salon_id, staff_id, wanted, date=day)
    await _announce(session, salon_id, staff_id, by, act="set_date", before=before, after=after)
    return True


async def _write(
    session: AsyncSession, salon_id: UUID, staff_id: UUID, shift: DayShift, **when: Any
) -> None:
    shift_id = new_id()
    await session.execute(
        insert(ShiftRow).values(
            salon_id=salon_id,
            id=shift_id,
            staff_id=staff_id,
            starts_minute=shift.starts,
            ends_minute=shift.ends,
            **when,
        )
    )
    if shift.breaks:
        await session.execute(
            insert(ShiftBreakRow),
            [
                {
                    "salon_id": salon_id,
                    "id": new_id(),
                    "shift_id": shift_id,
                    "starts_minute": pause.starts,
                    "ends_minute": pause.ends,
                }
                for pause in shift.breaks
            ],
        )


async def _announce(
    session: AsyncSession,
    salon_id: UUID,
    staff_id: UUID,
    by: Actor,
    *,
    act: str,
    before: Mapping[Any, Sequence[Span]],
    after: Mapping[Any, Sequence[Span]],
) -> None:
    await record(
        session,
        actor=by,
        action=f"roster.{act}",
        resource_type="roster",
        resource_id=staff_id,
        salon_id=salon_id,
        metadata={"before": _told(before), "after": _told(after)},
    )
    await emit(session, WorkingTimeChanged(salon_id=salon_id, subject_id=staff_id))


def _told(days: Mapping[Any, Sequence[Span]]) -> dict[str, list[list[int]]]:
    return {str(day): [[span.starts, span.ends] for span in spans] for day, spans in days.items()}
