"""Reads of the addresses that are not written to. Called by the gate, pages and commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.suppressions.rules import listed_as

PAGE_LIMIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """One address on the list; without `until` for ever. `notification_id` is what bounced."""

    id: UUID
    channel: str
    recipient: str
    reason: str
    note: str | None
    notification_id: UUID | None
    until: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One address of one salon's client."""

    salon_id: UUID
    channel: str
    recipient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Why an address is on the list, and until when; without `until` for ever."""

    reason: str
    until: datetime | None

    def holds_at(self, moment: datetime) -> bool:
        """Whether it is still on the list then."""
        return self.until is None or self.until > moment


async def suppressed_among(
    session: AsyncSession, *, addresses: Sequence[Address], now: datetime
) -> dict[Address, str]:
    """Those of the addresses that are not to be written to, with the reason; one statement."""
    found = await listed_among(session, addresses=addresses, now=now)
    return {address: listed.reason for address, listed in found.items()}


async def listed_among(
    session: AsyncSession, *, addresses: Sequence[Address], now: datetime
) -> dict[Address, Listed]:
    """The same with the time it ends, for what goes out later only."""
    if not addresses:
        return {}
    rows = await session.execute(
        AMONG,
        {
            "salon_ids": [each.salon_id for each in addresses],
            "channels": [each.channel for each in addresses],
            "recipients": [listed_as(each.recipient) for each in addresses],
            "now": now,
        },
    )
    return {addresses[row.position - 1]: Listed(reason=row.reason, until=row.until) for row in rows}


async def list_suppressed(
    session: AsyncSession,
    *,
    salon_id: UUID,
    now: datetime,
    channel: str | None = None,
    search: str = "",
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE_LIMIT,
) -> list[Suppressed]:
    """The list, the newest first, at most a hundred; those behind `after` (time and id).

    `search` is a part of the address. What has run out is not shown.
    """
    rows = await session.execute(
        LIST,
        {
            "salon_id": salon_id,
            "now": now,
            "channel": channel,
            "search": listed_as(search.strip()),
            "after": after[0] if after else None,
            "after_id": after[1] if after else None,
            "limit": min(limit, PAGE_LIMIT + 1),
        },
    )
    return [Suppressed(**row) for row in rows.mappings()]


async def count_suppressed(session: AsyncSession, *, salon_id: UUID, now: datetime) -> int:
    """How many addresses are on the list now."""
    return await session.scalar(COUNT, {"salon_id": salon_id, "now": now}) or 0


AMONG = text("""
    SELECT asked.position, listed.reason, listed.until
    FROM unnest(CAST(:salon_ids AS uuid[]), CAST(:channels AS text[]), CAST(:recipients AS text[]))
        WITH ORDINALITY AS asked (salon_id, channel, recipient, position)
    JOIN notification_suppressions AS listed
        ON listed.salon_id = asked.salon_id AND listed.channel = asked.channel
            AND listed.recipient = asked.recipient
    WHERE listed.until IS NULL OR listed.until > :now
""")

LIST = text("""
    SELECT id, channel, recipient, reason, note, notification_id, until, created_at
    FROM notification_suppressions
    WHERE salon_id = :salon_id AND (until IS NULL OR until > :now)
        AND (CAST(:channel AS text) IS NULL OR channel = :channel)
        AND strpos(recipient, :search) > 0
        AND (CAST(:after AS timestamptz) IS NULL
            OR (created_at, id) < (CAST(:after AS timestamptz), CAST(:after_id AS uuid)))
    ORDER BY created_at DESC, id DESC LIMIT :limit
""")

COUNT = text("""
    SELECT count(*) FROM notification_suppressions
    WHERE salon_id = :salon_id AND (until IS NULL OR until > :now)
""")
