"""Closes dead letters that need nothing more: a person has seen to it, or it is too late."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


async def dismiss(session: AsyncSession, *, letters: Sequence[tuple[UUID, UUID]]) -> int:
    """Close these waiting letters, named by salon and id; answers how many. Their messages keep
    their state, and nothing is sent.
    """
    if not letters:
        return 0
    salon_ids, ids = zip(*letters, strict=True)
    closed = await session.execute(DISMISS, {"salon_ids": list(salon_ids), "ids": list(ids)})
    return len(closed.all())


DISMISS = text("""
    UPDATE dead_letter_queue AS letter
    SET status = 'closed', closed_reason = 'dismissed', closed_at = now()
    WHERE status = 'waiting' AND (salon_id, id) IN (
        SELECT * FROM unnest(CAST(:salon_ids AS uuid[]), CAST(:ids AS uuid[])))
    RETURNING id
""")
