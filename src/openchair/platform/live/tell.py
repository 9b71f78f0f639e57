"""Marks a session: what it changes is to be seen by whoever has that salon's calendar open.

Called by `emit` for every event of a salon, and by verbs whose change is no event. It sends
nothing; the Database announces the salons once the transaction is committed.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

MARKED = "live"


def changed(session: AsyncSession, *, salon_id: UUID) -> None:
    """Something that calendars show will be different when this transaction is committed."""
    session.info.setdefault(MARKED, set()).add(salon_id)


def marked(session: AsyncSession) -> set[UUID]:
    """The salons of which this session changed something."""
    found: set[UUID] = session.info.get(MARKED, NONE)
    return found


NONE: set[UUID] = set()
