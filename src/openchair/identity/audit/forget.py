"""Takes out of the audit log what it says about an erased person: names, addresses, free words and
where they called from. Who of the team did what and when stays, and so does every row.

Called by `booking/clients/erase.py`; the same rows are read here for a person who asks for them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MOST = 10_000
IDS_ONLY = (
    "fields", "import_id", "merge_id", "kept_id", "gone_id", "note_id", "photo_id", "form_id",
    "kind", "channel", "erased",
)  # fmt: skip
"""What may stay of an act on a client: never a value."""
FREE_WORDS = (
    "reason", "note", "name", "email", "phone", "contact", "user_agent", "snapshot",
)  # fmt: skip
"""What goes of an act on a visit; times and states stay. A snapshot holds the note, and is only
for the undo."""

Things = Sequence[tuple[str, str]]
"""Kind and id of what acts were about."""


@dataclass(frozen=True, slots=True)
class ActOn:
    """One act about a person's things."""

    actor: str
    user_id: UUID | None
    action: str
    resource_type: str
    resource_id: str
    metadata: dict[str, Any]
    at: datetime


async def acts_on(session: AsyncSession, *, salon_id: UUID, things: Things) -> list[ActOn]:
    """What was done to these, the first first, at most ten thousand acts."""
    rows = await session.execute(READ, {**_values(salon_id, things), "limit": MOST})
    return [ActOn(*row) for row in rows]


async def forget_in_acts(session: AsyncSession, *, salon_id: UUID, things: Things) -> int:
    """Strip the acts on these; answers how many there are."""
    values = {
        **_values(salon_id, things),
        "kept": list(IDS_ONLY),
        "free": list(FREE_WORDS),
    }
    return len((await session.execute(STRIP, values)).all())


def _values(salon_id: UUID, things: Things) -> dict[str, object]:
    return {
        "salon_id": salon_id,
        "types": [kind for kind, _ in things],
        "ids": [identifier for _, identifier in things],
    }


THEIRS = """
    salon_id = :salon_id AND (resource_type, resource_id) IN (
        SELECT * FROM unnest(CAST(:types AS text[]), CAST(:ids AS text[])))
"""
READ = text(f"""
    SELECT actor, user_id, action, resource_type, resource_id, metadata, created_at
    FROM audit_logs WHERE {THEIRS} ORDER BY created_at, id LIMIT :limit
""")  # noqa: S608 - the condition is this module's own
STRIP = text(f"""
    UPDATE audit_logs
    SET ip_address = CASE WHEN actor = 'client' THEN NULL ELSE ip_address END,
        metadata = CASE WHEN resource_type = 'customer' THEN (
                SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(metadata)
                WHERE key = ANY(CAST(:kept AS text[])))
            ELSE metadata - CAST(:free AS text[]) END
    WHERE {THEIRS} RETURNING id
""")  # noqa: S608
