"""Time off: asked for, granted, declined, taken back. Called by the console's pages.

Only what is approved keeps clients from booking. Visits that are booked already stay; who decides
is told how many there are.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.lock import lock_staff
from openchair.booking.catalogue.models import TimeOffRow
from openchair.booking.occupancy.take import Segment, tell_freed
from openchair.booking.team.events import WorkingTimeChanged
from openchair.booking.team.queries import TimeOff, get_time_off
from openchair.identity.audit.queries import list_acts
from openchair.identity.audit.record import Actor, record
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.events.event import emit
from openchair.platform.ids import new_id

REASON_LENGTH = 200
MOST_DAYS = 400
RESOURCE, WITHDRAW = "time_off", "time_off.withdraw"
REQUESTED, APPROVED, DECLINED = "requested", "approved", "declined"


async def add_time_off(
    session: AsyncSession,
    *,
    salon_id: UUID,
    staff_id: UUID,
    start: datetime,
    end: datetime | None,
    reason: str,
    approved: bool,
    by: Actor,
    now: datetime,
) -> UUID:
    """The id of an absence `[start, end)`: `approved` by whoever may, else only asked for. Without
    an `end` it goes on until somebody says so.

    Raises `NotFound`, `Invalid` on `start`, `end` or `reason`, `Conflict` (`time_off_overlaps`).
    """
    reason = reason.replace("\x00", "").strip()
    _check(start, end, reason)
    await lock_staff(session, salon_id=salon_id, staff_id=staff_id)
    await _refuse_overlap(session, salon_id, staff_id, start, end)
    created = new_id()
    await session.execute(
        insert(TimeOffRow).values(
            salon_id=salon_id,
            id=created,
            staff_id=staff_id,
            during=Range(start, end),
            reason=reason,
            status=APPROVED if approved else REQUESTED,
            requested_by=by.user_id,
            decided_by=by.user_id if approved else None,
            decided_at=now if approved else None,
        )
    )
    after = {
        "staff_id": staff_id,
        "start": start,
        "end": end,
        "reason": reason,
        "status": APPROVED if approved else REQUESTED,
    }
    await _note(session, salon_id, created, by, "time_off.add", before=None, after=after)
    await emit(session, WorkingTimeChanged(salon_id=salon_id, subject_id=staff_id))
    return created


async def decide_time_off(
    session: AsyncSession,
    *,
    salon_id: UUID,
    time_off_id: UUID,
    status: str,
    by: Actor,
    now: datetime,
) -> TimeOff:
    """Set it to `approved`, `declined` or, to take a decision back, `requested`; answers it as it
    was. Decided alike before: nothing happens. Raises `NotFound`, `Invalid` on `status`.
    """
    before = await _locked(session, salon_id, time_off_id, now)
    if status not in {REQUESTED, APPROVED, DECLINED}:
        raise Invalid("Time off is requested, approved or declined.", field="status")
    if before.status == status:
        return before
    await session.execute(
        update(TimeOffRow)
        .where(TimeOffRow.salon_id == salon_id, TimeOffRow.id == time_off_id)
        .values(
            status=status,
            decided_by=None if status == REQUESTED else by.user_id,
            decided_at=None if status == REQUESTED else now,
        )
    )
    await _note(
        session,
        salon_id,
        time_off_id,
        by,
        "time_off.decide",
        before={"status": before.status},
        after={"status": status},
    )
    await emit(session, WorkingTimeChanged(salon_id=salon_id, subject_id=before.staff_id))
    await _tell_freed(session, salon_id, before)
    return before


async def withdraw_time_off(
    session: AsyncSession, *, salon_id: UUID, time_off_id: UUID, by: Actor, now: datetime
) -> TimeOff:
    """Take it away altogether; answers what it was, so that it can be put back.

    Raises `NotFound`.
    """
    before = await _locked(session, salon_id, time_off_id, now)
    await session.execute(
        delete(TimeOffRow).where(TimeOffRow.salon_id == salon_id, TimeOffRow.id == time_off_id)
    )
    gone = {
        "staff_id": before.staff_id,
        "start": before.start,
        "end": before.end,
        "reason": before.reason,
        "status": before.status,
    }
    await _note(session, salon_id, time_off_id, by, WITHDRAW, before=gone, after=None)
    await emit(session, WorkingTimeChanged(salon_id=salon_id, subject_id=before.staff_id))
    await _tell_freed(session, salon_id, before)
    return before


async def put_back_time_off(
    session: AsyncSession, *, salon_id: UUID, time_off_id: UUID, by: Actor, now: datetime
) -> UUID:
    """Undo a withdrawal, once and by whoever made it: asked for, granted or declined as it was,
    under a new id. Raises `NotFound` for any other, and what `add_time_off` raises.
    """
    acts = await list_acts(
        session, salon_id=salon_id, resource_type=RESOURCE, resource_id=time_off_id, limit=1
    )
    if not acts or acts[0].action != WITHDRAW or acts[0].user_id != by.user_id:
        raise NotFound("This time off is not there any more.", code="time_off_not_found")
    gone = acts[0].metadata["before"]
    added = await add_time_off(
        session,
        salon_id=salon_id,
        staff_id=UUID(gone["staff_id"]),
        start=datetime.fromisoformat(gone["start"]),
        end=datetime.fromisoformat(gone["end"]) if gone["end"] else None,
        reason=gone["reason"],
        approved=gone["status"] == APPROVED,
        by=by,
        now=now,
    )
    if gone["status"] == DECLINED:
        await decide_time_off(
            session, salon_id=salon_id, time_off_id=added, status=DECLINED, by=by, now=now
        )
    now_under = {"id": added}
    await _note(
        session, salon_id, time_off_id, by, "time_off.put_back", before=None, after=now_under
    )
    return added


async def _tell_freed(session: AsyncSession, salon_id: UUID, before: TimeOff) -> None:
    """What was granted and is not any more is time that somebody may be waiting for."""
    if before.status == APPROVED:
        end = before.end or before.start + timedelta(days=MOST_DAYS)
        here = Segment(before.staff_id, "staff", before.start, end)
        await tell_freed(session, salon_id=salon_id, subject_id=before.id, segments=[here])


def _check(start: datetime, end: datetime | None, reason: str) -> None:
    if end is not None and end <= start:
        raise Invalid("Time off has to end after it begins.", field="end")
    if end is not None and end - start > timedelta(days=MOST_DAYS):
        raise Invalid(f"Please enter at most {MOST_DAYS} days at once.", field="end")
    if len(reason) > REASON_LENGTH:
        raise Invalid(f"Please keep the reason under {REASON_LENGTH} characters.", field="reason")


async def _refuse_overlap(
    session: AsyncSession, salon_id: UUID, staff_id: UUID, start: datetime, end: datetime | None
) -> None:
    there = await session.scalar(
        select(TimeOffRow.id)
        .where(
            TimeOffRow.salon_id == salon_id,
            TimeOffRow.staff_id == staff_id,
            TimeOffRow.status != DECLINED,
            TimeOffRow.during.op("&&")(Range(start, end)),
        )
        .limit(1)
    )
    if there is not None:
        raise Conflict(
            "There is time off in these days already. Please change or withdraw that first.",
            code="time_off_overlaps",
            field="start",
        )


async def _locked(
    session: AsyncSession, salon_id: UUID, time_off_id: UUID, now: datetime
) -> TimeOff:
    await session.execute(
        select(TimeOffRow.id)
        .where(TimeOffRow.salon_id == salon_id, TimeOffRow.id == time_off_id)
        .with_for_update()
    )
    return await get_time_off(session, salon_id=salon_id, time_off_id=time_off_id, now=now)


async def _note(
    session: AsyncSession,
    salon_id: UUID,
    time_off_id: UUID,
    by: Actor,
    action: str,
    *,
    before: object,
    after: object,
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type=RESOURCE,
        resource_id=time_off_id,
        salon_id=salon_id,
        metadata={"before": before, "after": after},
    )
