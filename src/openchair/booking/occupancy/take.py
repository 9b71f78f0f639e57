"""Takes stretches of time of people and things, and gives them back.

Called by the verbs of bookings and blocks only. The exclusion constraint has the last word: a
stretch that somebody else took in between raises 23P01, which the door's `attempt` turns into a
second look.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.occupancy.events import TimeFreed
from openchair.platform.db.driver import driver
from openchair.platform.db.together import Write, write_together
from openchair.platform.events.event import emit
from openchair.platform.ids import new_id

Kind = Literal["staff", "resource", "customer"]
State = Literal["held", "confirmed", "overbooked"]


@dataclass(frozen=True, slots=True)
class Segment:
    """One resource from `start` (inside) to `end` (outside)."""

    resource_id: UUID
    kind: Kind
    start: datetime
    end: datetime


_DROP_EXPIRED = """
    DELETE FROM occupancy o
    USING unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) AS wanted (id, starts, ends)
    WHERE o.resource_id = wanted.id AND o.during && tstzrange(wanted.starts, wanted.ends)
      AND o.state IN ('held', 'confirmed') AND o.expires_at <= $4
    RETURNING o.id
"""

# The rows are inserted in the order of the arrays, so that two bookings that need the same
# people and chairs ask for them in the same order and never deadlock.
_TAKE = """
    INSERT INTO occupancy
        (salon_id, id, resource_id, kind, during, state, expires_at, hold_id, booking_id,
         block_id)
    SELECT $1, wanted.id, wanted.resource_id, wanted.kind,
           tstzrange(wanted.starts, wanted.ends), $7, $8, $9, $10, $11
    FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[])
         AS wanted (id, resource_id, kind, starts, ends)
"""
_TAKE_AFTERWARDS = f"{_TAKE} WHERE (SELECT count(*) FROM dropped) >= 0"  # noqa: S608 - ours


async def take(
    session: AsyncSession,
    *,
    salon_id: UUID,
    segments: Iterable[Segment],
    state: State,
    now: datetime,
    expires_at: datetime | None = None,
    hold_id: UUID | None = None,
    booking_id: UUID | None = None,
    block_id: UUID | None = None,
) -> None:
    """Take all segments for one hold, one booking or one block, or none of them.

    What expired holds still take of it by `now` is dropped first. Raises asyncpg's
    `ExclusionViolationError` (23P01) when somebody has any of it.
    """
    writes = take_writes(
        salon_id=salon_id,
        segments=segments,
        state=state,
        now=now,
        expires_at=expires_at,
        hold_id=hold_id,
        booking_id=booking_id,
        block_id=block_id,
    )
    await write_together(session, writes)


def take_writes(
    *,
    salon_id: UUID,
    segments: Iterable[Segment],
    state: State,
    now: datetime,
    expires_at: datetime | None = None,
    hold_id: UUID | None = None,
    booking_id: UUID | None = None,
    block_id: UUID | None = None,
) -> list[Write]:
    """What `take` writes, for a statement that writes more."""
    wanted = merged(segments)
    resources = [each.resource_id for each in wanted]
    starts, ends = [each.start for each in wanted], [each.end for each in wanted]
    taken = (
        salon_id,
        [new_id() for _ in wanted],
        resources,
        [each.kind for each in wanted],
        starts,
        ends,
        state,
        expires_at,
        hold_id,
        booking_id,
        block_id,
    )
    if state == "overbooked":
        return [Write("taken", _TAKE, taken)]
    return [
        Write("dropped", _DROP_EXPIRED, (resources, starts, ends, now)),
        Write("taken", _TAKE_AFTERWARDS, taken),
    ]


async def keep(session: AsyncSession, *, salon_id: UUID, hold_id: UUID, booking_id: UUID) -> int:
    """Make what a hold took the booking's for good; answers how many stretches that were."""
    connection = await driver(session)
    kept = await connection.fetch(
        """
        UPDATE occupancy
        SET state = 'confirmed', expires_at = NULL, hold_id = NULL, booking_id = $3
        WHERE salon_id = $1 AND hold_id = $2 RETURNING id
        """,
        salon_id,
        hold_id,
        booking_id,
    )
    return len(kept)


async def give_back(session: AsyncSession, *, salon_id: UUID, booking_id: UUID) -> None:
    """Free everything a booking took, and say so: somebody may be waiting for it."""
    connection = await driver(session)
    freed = await connection.fetch(
        """
        DELETE FROM occupancy WHERE salon_id = $1 AND booking_id = $2
        RETURNING resource_id, kind, lower(during) AS starts, upper(during) AS ends
        """,
        salon_id,
        booking_id,
    )
    await tell_freed(
        session,
        salon_id=salon_id,
        subject_id=booking_id,
        segments=[Segment(*row) for row in freed if row["kind"] != "customer"],
    )


async def tell_freed(
    session: AsyncSession, *, salon_id: UUID, subject_id: UUID, segments: Iterable[Segment]
) -> None:
    """Announce that people and things are free in these stretches, which `subject_id` took."""
    stretches = tuple(
        (str(each.resource_id), each.start.isoformat(), each.end.isoformat()) for each in segments
    )
    if stretches:
        await emit(
            session, TimeFreed(salon_id=salon_id, subject_id=subject_id, stretches=stretches)
        )


async def is_busy(
    session: AsyncSession,
    *,
    resource_id: UUID,
    start: datetime,
    end: datetime,
    now: datetime,
    ignore_booking_id: UUID | None = None,
) -> bool:
    """Whether this person or thing is taken at any moment of `[start, end)`."""
    connection = await driver(session)
    found = await connection.fetchval(
        """
        SELECT true FROM occupancy
        WHERE resource_id = $1 AND during && tstzrange($2, $3)
          AND state IN ('held', 'confirmed') AND (expires_at IS NULL OR expires_at > $4)
          AND ($5::uuid IS NULL OR booking_id IS DISTINCT FROM $5)
        LIMIT 1
        """,
        resource_id,
        start,
        end,
        now,
        ignore_booking_id,
    )
    return bool(found)


def merged(segments: Iterable[Segment]) -> Sequence[Segment]:
    """The segments by resource and time, those of one resource that touch made one.

    Two services of one visit share a stylist or a chair back to back, and their buffers overlap;
    a visit is never in its own way.
    """
    found: list[Segment] = []
    ordered = sorted(segments, key=lambda each: (each.resource_id, each.start))
    for _, group in groupby(ordered, key=lambda each: each.resource_id):
        current: Segment | None = None
        for segment in group:
            if current is not None and segment.start <= current.end:
                current = replace(current, end=max(current.end, segment.end))
                continue
            if current is not None:
                found.append(current)
            current = segment
        if current is not None:
            found.append(current)
    return found
