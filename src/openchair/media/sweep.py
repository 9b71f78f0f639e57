"""Deletes files of pictures that no row knows: what a transaction that failed left behind.

Called once a day. Files younger than a day are left alone: their transaction may still be open.
"""

from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.media.forget import delete_files
from openchair.media.keys import FOLDER, picture_in
from openchair.media.models import MediaFileRow
from openchair.platform.storage.store import list_keys

OLD_ENOUGH = timedelta(days=1)
MOST_FILES = 100_000
AT_ONCE = 500

Whose = tuple[UUID, UUID]


async def sweep_files(session: AsyncSession, *, now: datetime) -> int:
    """Answers how many files were deleted. Raises `Unavailable`."""
    stored = await list_keys(FOLDER, limit=MOST_FILES)
    old = [each.key for each in stored if each.changed_at < now - OLD_ENOUGH]
    by_picture: dict[Whose, list[str]] = {}
    for key in old:
        if whose := picture_in(key):
            by_picture.setdefault(whose, []).append(key)
    orphans: list[str] = []
    waiting = iter(by_picture)
    while batch := list(islice(waiting, AT_ONCE)):
        known = await _known(session, batch)
        orphans += [key for whose in batch if whose not in known for key in by_picture[whose]]
    await delete_files(orphans)
    return len(orphans)


async def _known(session: AsyncSession, batch: list[Whose]) -> set[Whose]:
    rows = await session.execute(
        select(MediaFileRow.salon_id, MediaFileRow.id).where(
            tuple_(MediaFileRow.salon_id, MediaFileRow.id).in_(batch)
        )
    )
    return {(row.salon_id, row.id) for row in rows}
