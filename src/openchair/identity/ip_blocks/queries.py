"""Reads of blocked addresses. Called by the gate, by doors and by commands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.ip_blocks.models import IpBlockRow

MOST = 200
MOST_ACTIVE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class IpBlock:
    """One block. `blocked_by` is None when the system did it by itself."""

    id: UUID
    address: str
    reason: str
    blocked_by: UUID | None
    created_at: datetime
    expires_at: datetime
    lifted_at: datetime | None


async def list_blocks(
    session: AsyncSession,
    *,
    active_only: bool = True,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[IpBlock]:
    """The newest first, at most two hundred; `before` is time and id of the last one seen."""
    wanted = select(*(getattr(IpBlockRow, name) for name in IpBlock.__dataclass_fields__))
    if active_only:
        wanted = wanted.where(IpBlockRow.lifted_at.is_(None), IpBlockRow.expires_at > func.now())
    if before is not None:
        wanted = wanted.where(tuple_(IpBlockRow.created_at, IpBlockRow.id) < before)
    rows = await session.execute(
        wanted.order_by(IpBlockRow.created_at.desc(), IpBlockRow.id.desc()).limit(min(limit, MOST))
    )
    return [IpBlock(**row) for row in rows.mappings()]


async def active_blocks(session: AsyncSession) -> dict[str, float]:
    """Every address that is blocked now, with the seconds that are left of it; the gate's copy.

    Of more than fifty thousand those that last longest.
    """
    left = func.extract("epoch", func.max(IpBlockRow.expires_at) - func.now())
    rows = await session.execute(
        select(IpBlockRow.address, left)
        .where(IpBlockRow.lifted_at.is_(None), IpBlockRow.expires_at > func.now())
        .group_by(IpBlockRow.address)
        .order_by(left.desc())
        .limit(MOST_ACTIVE)
    )
    return {address: float(seconds) for address, seconds in rows}
