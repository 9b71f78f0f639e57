"""Keeps a person's or a thing's time free on purpose, lets it go again, and undoes that. Audited.

A block takes its time like a visit does: the exclusion constraint refuses whoever comes later.
Run it by `attempt`. It never moves a visit: what is booked there stands in the way.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.blocks.models import BlockRow
from openchair.booking.blocks.queries import (
    Block,
    InTheWay,
    block_gone,
    get_block,
    in_the_way,
    name_of_subject,
)
from openchair.booking.occupancy.take import Kind, Segment, take, tell_freed
from openchair.identity.audit.queries import list_acts
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.ids import new_id
from openchair.platform.live import tell
from openchair.salons.queries import Salon

LONGEST = timedelta(days=1)
SHORTEST = timedelta(minutes=5)
REASON_LETTERS = 200
FIRST_YEAR, LAST_YEAR = 2000, 2200
RESOURCE = "block"
UNBLOCK = "DELETE FROM blocks WHERE salon_id = $1 AND id = $2 RETURNING id"
"""Of two who let it go at once, the second finds nothing."""


async def block_time(
    session: AsyncSession,
    *,
    salon: Salon,
    staff_id: UUID | None = None,
    resource_id: UUID | None = None,
    start: datetime,
    end: datetime,
    reason: str = "",
    by: Actor,
    now: datetime,
) -> Block:
    """Block `[start, end)` of this person, or of this thing.

    Raises `Invalid` (`start`, `end`, `reason`, `staff_id`), `NotFound` (`subject_not_found`) and
    `Conflict` (`time_taken` with `clashes`) when a visit, a block or somebody typing is there.
    """
    subject_id = _one_of(staff_id, resource_id)
    _check(start, end, reason)
    name = await name_of_subject(session, salon_id=salon.id, subject_id=subject_id)
    block = Block(
        id=new_id(),
        salon_id=salon.id,
        staff_id=staff_id,
        resource_id=resource_id,
        name=name,
        start=start.astimezone(UTC),
        end=end.astimezone(UTC),
        reason=reason,
    )
    await _put(session, salon, block, by=by, action="block", now=now)
    return block


async def unblock(session: AsyncSession, *, salon: Salon, block_id: UUID, by: Actor) -> Block:
    """Give the time back, and answer what it was. Raises `NotFound` (`block_not_found`)."""
    block = await get_block(session, salon_id=salon.id, block_id=block_id)
    connection = await driver(session)
    if await connection.fetchval(UNBLOCK, salon.id, block_id) is None:
        raise block_gone()
    await _write_down(session, block, by=by, action="unblock")
    tell.changed(session, salon_id=salon.id)
    await tell_freed(session, salon_id=salon.id, subject_id=block_id, segments=_segments(block))
    return block


async def undo_unblock(
    session: AsyncSession, *, salon: Salon, block_id: UUID, by: Actor, now: datetime
) -> Block:
    """Block again what was let go; there already: nothing happens. Raises `NotFound` for what was
    never blocked, and `Conflict` (`time_taken`) when somebody has the time by now.
    """
    try:
        return await get_block(session, salon_id=salon.id, block_id=block_id)
    except NotFound:
        block = await former_block(session, salon_id=salon.id, block_id=block_id)
    await _put(session, salon, block, by=by, action="block_again", now=now)
    return block


async def former_block(session: AsyncSession, *, salon_id: UUID, block_id: UUID) -> Block:
    """What a block that was let go was, from the audit log. Raises `NotFound`."""
    acts = await list_acts(session, salon_id=salon_id, resource_type=RESOURCE, resource_id=block_id)
    gone = [act for act in acts if act.action == "unblock"]
    if not gone:
        raise block_gone()
    was = gone[0].metadata["before"]
    return Block(
        id=block_id,
        salon_id=salon_id,
        staff_id=UUID(was["staff_id"]) if was["staff_id"] else None,
        resource_id=UUID(was["resource_id"]) if was["resource_id"] else None,
        name=was["name"],
        start=datetime.fromisoformat(was["start"]),
        end=datetime.fromisoformat(was["end"]),
        reason=was["reason"],
    )


def _one_of(staff_id: UUID | None, resource_id: UUID | None) -> UUID:
    found = [each for each in (staff_id, resource_id) if each is not None]
    if len(found) != 1:
        raise Invalid(
            "Please say whose time is to be blocked: one person, or one chair, room or device.",
            field="staff_id",
        )
    return found[0]


def _check(start: datetime, end: datetime, reason: str) -> None:
    for field, moment in (("start", start), ("end", end)):
        if moment.utcoffset() is None or not FIRST_YEAR <= moment.year < LAST_YEAR:
            raise Invalid("Please choose a time we know, with its offset.", field=field)
        if moment.second or moment.microsecond:
            raise Invalid("Please choose whole minutes.", field=field)
    length = end.astimezone(UTC) - start.astimezone(UTC)
    if not SHORTEST <= length <= LONGEST:
        raise Invalid(
            "Time can be blocked for five minutes at least and one day at most."
            " For longer, please enter time off.",
            code="length",
            field="end",
        )
    if len(reason) > REASON_LETTERS:
        raise Invalid(f"Please keep the reason to {REASON_LETTERS} letters.", field="reason")


async def _put(
    session: AsyncSession, salon: Salon, block: Block, *, by: Actor, action: str, now: datetime
) -> None:
    others = await in_the_way(
        session,
        salon_id=salon.id,
        subject_id=block.subject_id,
        start=block.start,
        end=block.end,
        now=now,
    )
    if others:
        raise _taken(salon, others)
    row = BlockRow(
        id=block.id,
        salon_id=salon.id,
        staff_id=block.staff_id,
        resource_id=block.resource_id,
        during=Range(block.start, block.end),
        reason=block.reason,
        created_by=by.user_id,
    )
    session.add(row)
    await session.flush()
    await take(
        session,
        salon_id=salon.id,
        segments=_segments(block),
        state="confirmed",
        now=now,
        block_id=block.id,
    )
    await _write_down(session, block, by=by, action=action)
    tell.changed(session, salon_id=salon.id)


def _segments(block: Block) -> list[Segment]:
    kind: Kind = "staff" if block.staff_id else "resource"
    return [Segment(block.subject_id, kind, block.start, block.end)]


async def _write_down(session: AsyncSession, block: Block, *, by: Actor, action: str) -> None:
    what = {
        "staff_id": str(block.staff_id) if block.staff_id else None,
        "resource_id": str(block.resource_id) if block.resource_id else None,
        "name": block.name,
        "start": block.start.isoformat(),
        "end": block.end.isoformat(),
        "reason": block.reason,
    }
    gone = action == "unblock"
    await record(
        session,
        actor=by,
        action=action,
        resource_type=RESOURCE,
        resource_id=block.id,
        salon_id=block.salon_id,
        metadata={"before": what if gone else None, "after": None if gone else what},
    )


def _taken(salon: Salon, others: Sequence[InTheWay]) -> Conflict:
    zone = ZoneInfo(salon.time_zone)
    return Conflict(
        "Somebody is booked in this time. Please move or cancel the visit first, or block a"
        " shorter time.",
        code="time_taken",
        details={
            "clashes": [
                {
                    "kind": each.kind,
                    "client": each.client,
                    "booking_id": str(each.booking_id) if each.booking_id else None,
                    "start": each.start.astimezone(zone).isoformat(),
                    "end": each.end.astimezone(zone).isoformat(),
                }
                for each in others
            ]
        },
    )
