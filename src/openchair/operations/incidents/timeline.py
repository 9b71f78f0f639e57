"""Writes lines of incidents' timelines: what anybody or anything did, once for each source.

Called by the verbs of this room and by the watcher's step. A line is never changed or taken back:
what was wrong is said in another one.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.incidents.incident import Entry, checked_words, new_entry
from openchair.operations.incidents.queries import lock_incident


async def enter(session: AsyncSession, *, entries: Sequence[Entry]) -> int:
    """Write entries of incidents that are there; what stands there already, by its id or its
    source, is left as it was. Answers how many were new.
    """
    if not entries:
        return 0
    rows = orjson.dumps([asdict(each) for each in entries], default=str).decode()
    written = await session.execute(INSERT, {"rows": rows})
    return len(written.all())


async def note(
    session: AsyncSession,
    *,
    number: int,
    words: str,
    author: str,
    by: Actor,
    now: datetime,
    at: datetime | None = None,
) -> Entry:
    """A line by hand, also after the incident is closed. `at` is when it happened, if not now.
    Raises `NotFound` and `Invalid`.
    """
    incident = await lock_incident(session, number=number)
    entry = new_entry(
        incident.id,
        "note",
        checked_words(words, field="note"),
        at=min(at or now, now),
        author=author,
    )
    await enter(session, entries=[entry])
    await record(
        session,
        actor=by,
        action="note",
        resource_type="incident",
        resource_id=incident.id,
        salon_id=None,
        metadata={"number": incident.number, "author": author},
    )
    return entry


INSERT = text("""
    INSERT INTO incident_entries
        (id, incident_id, at, kind, author, words, is_public, source, data)
    SELECT id, incident_id, at, kind, author, words, is_public, source, data
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given(id uuid, incident_id uuid,
        at timestamptz, kind text, author text, words text, is_public boolean, source text,
        data jsonb)
    WHERE EXISTS (SELECT FROM incidents WHERE incidents.id = given.incident_id)
    ORDER BY at, id
    ON CONFLICT DO NOTHING
    RETURNING id
""")
