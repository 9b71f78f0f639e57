"""Sets a stored webhook to be handled again. Called by the API and the command, which write the
audit log. Handling it twice is harmless; it is refused nevertheless unless somebody insists.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.errors import Invalid, NotFound

MOST_NAME = 200


@dataclass(frozen=True, slots=True)
class Replayed:
    """`before` is the state it was in; `queued` whether this very call set it going again."""

    id: UUID
    source: str
    event_type: str
    before: str
    queued: bool

    @property
    def status(self) -> str:
        """The state it is in now."""
        return "received" if self.queued else self.before


async def replay(session: AsyncSession, *, name: str, force: bool = False) -> Replayed:
    """Let a worker handle the event again, with all its tries. `name` is our id or the service's.

    What waits or is being handled stays as it is; what was processed or ignored too, unless
    `force`. Raises `NotFound`, and `Invalid` when two services have an event of that id.
    """
    if not name or len(name) > MOST_NAME or "\x00" in name:
        raise Invalid(f"An id has 1 to {MOST_NAME} characters.", field="webhook_id")
    found = await _lock(session, name)
    ended = {"processed", "ignored"} if force else set()
    queued = found.before in {"failed", *ended}
    if queued:
        await session.execute(AGAIN, {"id": found.id})
    return Replayed(found.id, found.source, found.event_type, found.before, queued)


async def _lock(session: AsyncSession, name: str) -> Replayed:
    try:
        by_id: UUID | None = UUID(name)
    except ValueError:
        by_id = None
    rows = (await session.execute(FIND, {"id": by_id, "name": name})).all()
    if not rows:
        raise NotFound("We have no webhook with this id.", code="webhook_not_found")
    if len(rows) > 1:
        ours = ", ".join(f"{row.id} ({row.source})" for row in rows)
        raise Invalid(
            f"Several services have an event of this id. Please name it by ours: {ours}.",
            code="webhook_ambiguous",
            field="webhook_id",
        )
    row = rows[0]
    return Replayed(row.id, row.source, row.event_type, row.status, queued=False)


FIND = text("""
    SELECT id, source, event_type, status FROM webhook_events
    WHERE id = CAST(:id AS uuid) OR provider_event_id = :name
    ORDER BY id LIMIT 5 FOR UPDATE
""")

AGAIN = text("""
    UPDATE webhook_events
    SET status = 'received', retry_count = 0, next_attempt_at = now(), processed_at = NULL,
        lease_token = NULL, lease_until = NULL
    WHERE id = :id
""")
