"""Keeps a time for a client who is still typing. The first verb of every booking page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.place import PlacedVisit, place_visit
from openchair.booking.appointments.queries import Hold
from openchair.booking.occupancy.take import take
from openchair.platform.db.driver import driver
from openchair.platform.edge.client_address import limit_key
from openchair.platform.ids import new_id
from openchair.platform.rate_limits.take import take as take_limit
from openchair.platform.settings.base import load
from openchair.platform.settings.limits import LimitSettings
from openchair.salons.queries import Salon

TEN_MINUTES = 600

_INSERT = """
    INSERT INTO holds (salon_id, id, expires_at, starts_at, ends_at, price_minor, items)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


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
    """Give the time back at once; nothing happens when the hold is gone already."""
    connection = await driver(session)
    await connection.execute("DELETE FROM holds WHERE salon_id = $1 AND id = $2", salon_id, hold_id)


async def sweep_expired_holds(session: AsyncSession, *, now: datetime) -> None:
    """Delete the holds that expired more than an hour before `now`, a thousand at a time.

    Until then a client who comes late is told that the time was kept and is open again.
    """
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
