"""Keeps a time for a client who is still typing, and gives it back. The first verb of every booking
page.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.place import PlacedVisit, place_visit
from openchair.booking.appointments.queries import Hold
from openchair.booking.occupancy.take import Segment, take, tell_freed
from openchair.platform.db.driver import driver
from openchair.platform.edge.client_address import limit_key
from openchair.platform.ids import new_id
from openchair.platform.rate_limits.take import take as take_limit
from openchair.platform.settings.base import load
from openchair.platform.settings.limits import LimitSettings
from openchair.salons.queries import Salon

TEN_MINUTES = 600

AT_ONCE = 100

_INSERT = """
    INSERT INTO holds (salon_id, id, expires_at, starts_at, ends_at, price_minor, items)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_GIVE_BACK = """
    DELETE FROM occupancy AS o USING over
    WHERE o.salon_id = over.salon_id AND o.hold_id = over.id
    RETURNING o.salon_id, o.hold_id, o.resource_id, o.kind,
              lower(o.during) AS starts, upper(o.during) AS ends
"""
# The hold first, as whoever books it does; who is just booking it keeps it.
_RELEASE = f"""
    WITH over AS (SELECT salon_id, id FROM holds WHERE salon_id = $1 AND id = $2 FOR UPDATE)
    {_GIVE_BACK}
"""  # noqa: S608 - ours
_LAPSE = f"""
    WITH over AS (
        SELECT h.salon_id, h.id FROM holds h
        WHERE (h.salon_id, h.id) IN (
            SELECT o.salon_id, o.hold_id FROM occupancy o
            WHERE o.hold_id IS NOT NULL AND o.expires_at <= $1)
        ORDER BY h.expires_at LIMIT $2 FOR UPDATE OF h SKIP LOCKED
    )
    {_GIVE_BACK}
"""  # noqa: S608 - ours


async def hold_time(
    session: AsyncSession,
    *,
    salon: Salon,
    service_ids: Sequence[UUID],
    start: datetime,
    staff_ids: Sequence[UUID | None] = (),
    address: str | None = None,
    until: datetime | None = None,
    by_team: bool = False,
    now: datetime,
) -> Hold:
    """Hold the visit for the salon's hold minutes, or `until` then. Run it by `attempt`. For the
    team lead time and grid do not count.

    Raises what `place_visit` raises: `Invalid`, or `Conflict` with `alternatives`; and `TooMany`
    when this client `address` holds times as if it wanted them all.
    """
    await _count(session, address)
    visit = await place_visit(
        session,
        salon=salon,
        service_ids=service_ids,
        staff_ids=staff_ids,
        start=start,
        now=now,
        by_team=by_team,
    )
    until = until or now + timedelta(minutes=salon.policies.hold_minutes)
    hold = Hold(
        id=new_id(),
        salon_id=salon.id,
        expires_at=until.astimezone(ZoneInfo(salon.time_zone)),
        start=visit.start,
        end=visit.end,
        price_minor=visit.price_minor,
        items=visit.items,
    )
    await _write(session, hold, visit, now)
    return hold


async def _count(session: AsyncSession, address: str | None) -> None:
    """Count the hold for its address; one that comes to nothing is not counted."""
    if address is not None:
        await take_limit(
            session,
            key=f"holds:{limit_key(address)}",
            limit=load(LimitSettings).limit_holds_per_ten_minutes,
            per_seconds=TEN_MINUTES,
        )


async def release_hold(session: AsyncSession, *, salon_id: UUID, hold_id: UUID) -> None:
    """Give the time back at once, and say so: somebody may be waiting for it. Nothing happens when
    the hold is gone already.
    """
    connection = await driver(session)
    kept = await connection.fetch(_RELEASE, salon_id, hold_id)
    await connection.execute("DELETE FROM holds WHERE salon_id = $1 AND id = $2", salon_id, hold_id)
    await _tell_freed(session, kept)


async def lapse_holds(session: AsyncSession, *, now: datetime) -> bool:
    """Say that the time of holds which expired by `now` is free again, once for each; answers
    whether there may be more. They stopped blocking by themselves; what is deleted is the mark of
    one nobody was told about yet. The hold itself stays, for the client who comes late.
    """
    connection = await driver(session)
    kept = await connection.fetch(_LAPSE, now, AT_ONCE)
    await _tell_freed(session, kept)
    return len({row["hold_id"] for row in kept}) == AT_ONCE


async def sweep_expired_holds(session: AsyncSession, *, now: datetime) -> None:
    """Delete the holds that expired more than an hour before `now`, a thousand at a time; who waits
    hears of those that never lapsed in time.

    Until then a client who comes late is told that the time was kept and is open again.
    """
    while await lapse_holds(session, now=now):
        pass
    connection = await driver(session)
    await connection.execute(
        """
        DELETE FROM holds WHERE (salon_id, id) IN (
            SELECT salon_id, id FROM holds WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000
            FOR UPDATE SKIP LOCKED
        )
        """,
        now - timedelta(hours=1),
    )


async def _write(session: AsyncSession, hold: Hold, visit: PlacedVisit, now: datetime) -> None:
    connection = await driver(session)
    await connection.execute(
        _INSERT,
        hold.salon_id,
        hold.id,
        hold.expires_at,
        hold.start,
        hold.end,
        hold.price_minor,
        orjson.dumps(hold.items).decode(),
    )
    await take(
        session,
        salon_id=hold.salon_id,
        segments=visit.segments,
        state="held",
        now=now,
        expires_at=hold.expires_at,
        hold_id=hold.id,
    )


async def _tell_freed(session: AsyncSession, kept: Sequence[Mapping[str, Any]]) -> None:
    """Announce it hold by hold."""
    by_hold: dict[tuple[UUID, UUID], list[Segment]] = {}
    for row in kept:
        segment = Segment(row["resource_id"], row["kind"], row["starts"], row["ends"])
        by_hold.setdefault((row["salon_id"], row["hold_id"]), []).append(segment)
    for (salon_id, hold_id), segments in by_hold.items():
        await tell_freed(session, salon_id=salon_id, subject_id=hold_id, segments=segments)
