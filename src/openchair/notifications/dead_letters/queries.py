"""Reads of dead letters: by cause, one by one, and the redrives that let them out again.

Called by the doors (API, command line, console). An open letter is one that is not closed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.dead_letters.filters import FREE, MATCHES, Filter
from openchair.notifications.dead_letters.let_out import WITH_MESSAGE
from openchair.platform.errors import NotFound

PAGE_LIMIT = 200
Cursor = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Cause:
    """The open letters of one cause and channel; `sample` are the provider's latest words.

    `sendable` of them could be sent again now; `too_late` have passed their use-by time.
    """

    failure_type: str
    channel: str
    count: int
    first_at: datetime
    last_at: datetime
    sample: str | None
    sendable: int
    too_late: int


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter with what its message is now; `message_status` is None when it is gone."""

    salon_id: UUID
    salon_slug: str
    id: UUID
    notification_id: UUID | None
    channel: str
    kind: str
    recipient: str
    failure_type: str
    error_message: str | None
    failure_count: int
    status: str
    created_at: datetime
    last_failed_at: datetime
    redriven_at: datetime | None
    closed_reason: str | None
    closed_at: datetime | None
    redrive_id: UUID | None
    message_status: str | None
    expires_at: datetime | None
    too_late: bool
    correlation_id: str | None
    original_payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Redrive:
    """A redrive as it stands; see `models.RedriveRow` for the numbers."""

    id: UUID
    salon_id: UUID | None
    failure_types: tuple[str, ...]
    channel: str | None
    since: datetime | None
    state: str
    rate_per_minute: int
    total: int
    released: int
    sent: int
    failed: int
    ended_otherwise: int
    created_by: str
    stopped_reason: str | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_under_way(self) -> bool:
        """Whether letters may still follow."""
        return self.state in {"canary", "running"}


async def list_causes(session: AsyncSession, *, meant: Filter) -> list[Cause]:
    """The open letters grouped by cause and channel, the largest group first."""
    rows = await session.execute(CAUSES, meant.values)
    return [Cause(**row) for row in rows.mappings()]


async def list_letters(
    session: AsyncSession,
    *,
    meant: Filter,
    limit: int = PAGE_LIMIT,
    after: Cursor | None = None,
    closed: bool = False,
) -> list[Letter]:
    """Open letters (with `closed` also the closed), the youngest first; a page follows `after`."""
    before_at, before_id = after or (None, None)
    rows = await session.execute(
        LETTERS,
        {
            **meant.values,
            "closed": closed,
            "before_at": before_at,
            "before_id": before_id,
            "limit": min(limit, PAGE_LIMIT),
        },
    )
    return [Letter(**row) for row in rows.mappings()]


async def get_letter(
    session: AsyncSession, *, letter_id: UUID, salon_id: UUID | None = None
) -> Letter:
    """One letter by its id or its message's. Raises `NotFound`, also for another salon's."""
    found = await session.execute(LETTER, {"id": letter_id, "salon_id": salon_id})
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such dead letter.", code="letter_not_found")
    return Letter(**row)


async def get_redrive(
    session: AsyncSession, *, redrive_id: UUID, salon_id: UUID | None = None
) -> Redrive:
    """One redrive. Raises `NotFound`, also for one that is not this salon's."""
    found = await session.execute(REDRIVE, {"id": redrive_id, "salon_id": salon_id})
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFound("There is no such redrive.", code="redrive_not_found")
    return _redrive(row)


async def latest_redrives(
    session: AsyncSession, *, salon_id: UUID | None, limit: int = 5
) -> list[Redrive]:
    """The last redrives of a salon, or of all; those under way first, then the youngest."""
    rows = await session.execute(LATEST, {"salon_id": salon_id, "limit": min(limit, PAGE_LIMIT)})
    return [_redrive(row) for row in rows.mappings()]


def _redrive(row: RowMapping) -> Redrive:
    return Redrive(**{**row, "failure_types": tuple(row["failure_types"])})


CAUSES = text(f"""
    SELECT letter.failure_type, letter.channel, count(*) AS count,
        min(letter.created_at) AS first_at, max(letter.last_failed_at) AS last_at,
        (array_agg(letter.error_message ORDER BY letter.last_failed_at DESC)
            FILTER (WHERE letter.error_message IS NOT NULL))[1] AS sample,
        count(*) FILTER (WHERE {FREE}) AS sendable,
        count(*) FILTER (WHERE message.status = 'failed' AND message.expires_at <= now())
            AS too_late
    FROM {WITH_MESSAGE}
    WHERE letter.status <> 'closed' AND {MATCHES}
    GROUP BY letter.failure_type, letter.channel
    ORDER BY count DESC, last_at DESC, letter.failure_type
""")  # noqa: S608 -- the pieces are this slice's own

COLUMNS = f"""
    SELECT letter.salon_id, salon.slug AS salon_slug, letter.id, letter.notification_id,
        letter.channel, letter.kind,
        coalesce(message.recipient, letter.original_payload ->> 'recipient', '') AS recipient,
        letter.failure_type, letter.error_message, letter.failure_count, letter.status,
        letter.created_at, letter.last_failed_at, letter.redriven_at, letter.closed_reason,
        letter.closed_at, letter.redrive_id, message.status AS message_status,
        message.expires_at,
        coalesce(message.status = 'failed' AND message.expires_at <= now(), false) AS too_late,
        letter.correlation_id, letter.original_payload
    FROM {WITH_MESSAGE}
    JOIN salons AS salon ON salon.id = letter.salon_id
"""  # noqa: S608 -- as above

LETTERS = text(f"""
    {COLUMNS}
    WHERE (letter.status <> 'closed' OR CAST(:closed AS boolean)) AND {MATCHES}
        AND (CAST(:before_at AS timestamptz) IS NULL
            OR (letter.created_at, letter.id)
                < (CAST(:before_at AS timestamptz), CAST(:before_id AS uuid)))
    ORDER BY letter.created_at DESC, letter.id DESC LIMIT :limit
""")

LETTER = text(f"""
    {COLUMNS}
    WHERE (letter.id = :id OR letter.notification_id = :id)
        AND (CAST(:salon_id AS uuid) IS NULL OR letter.salon_id = CAST(:salon_id AS uuid))
    ORDER BY letter.id = :id DESC LIMIT 1
""")

REDRIVE_COLUMNS = """
    SELECT id, salon_id, failure_types, channel, since, state, rate_per_minute, total, released,
        sent, failed, ended_otherwise, created_by, stopped_reason, created_at, finished_at
    FROM dead_letter_redrives
    WHERE (CAST(:salon_id AS uuid) IS NULL OR salon_id = CAST(:salon_id AS uuid))
"""

REDRIVE = text(f"{REDRIVE_COLUMNS} AND id = :id")

LATEST = text(f"""
    {REDRIVE_COLUMNS}
    ORDER BY state IN ('canary', 'running') DESC, created_at DESC LIMIT :limit
""")
