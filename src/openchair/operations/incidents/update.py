"""Says how an incident stands: to the public, or to the team only. The next word is due a quarter
of an hour later. For commands and pages, which tell the channels afterwards (`tell.py`).
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor
from openchair.operations.incidents.clocks import UPDATE_EVERY
from openchair.operations.incidents.incident import Entry, Incident, checked_words, new_entry
from openchair.operations.incidents.phases import must_be_open, written
from openchair.operations.incidents.queries import lock_incident, view
from openchair.operations.incidents.timeline import enter


async def post_update(
    session: AsyncSession,
    *,
    number: int,
    message: str,
    author: str,
    by: Actor,
    now: datetime,
    is_public: bool = True,
) -> tuple[Incident, Entry]:
    """The incident, and the line that is new. A public word about an incident that is not public is
    kept inside. Raises `NotFound`, `Invalid`, and `Conflict` when it is closed.
    """
    row = await lock_incident(session, number=number)
    must_be_open(row)
    entry = new_entry(
        row.id,
        "update",
        checked_words(message, field="message"),
        at=now,
        author=author,
        is_public=is_public and row.is_public,
    )
    row.update_due_at, row.reminded_at = now + UPDATE_EVERY, None
    await session.flush()
    await enter(session, entries=[entry])
    await written(session, "update", row, author=author, by=by, words=entry.words)
    return view(row), entry
