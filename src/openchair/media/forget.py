"""Forgets pictures: the row at once, the files by a job that exists only if the row is really gone.
So a failed transaction loses no file, and no file outlives its row for long.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.media.keys import file_of
from openchair.media.models import MediaFileRow
from openchair.media.rules import widths_of
from openchair.platform.jobs.queue import enqueue
from openchair.platform.storage.store import delete as delete_file

DELETE_JOB = "media.delete_files"


async def forget_picture(session: AsyncSession, *, salon_id: UUID, picture_id: UUID) -> bool:
    """Forget one picture; nothing may refer to it any more. Answers whether there was one."""
    return bool(await forget_pictures(session, salon_id=salon_id, picture_ids=[picture_id]))


async def forget_pictures(
    session: AsyncSession, *, salon_id: UUID, picture_ids: Sequence[UUID]
) -> int:
    """Forget these; answers how many there were."""
    rows = (
        await session.execute(
            delete(MediaFileRow)
            .where(MediaFileRow.salon_id == salon_id, MediaFileRow.id.in_(picture_ids))
            .returning(MediaFileRow.key, MediaFileRow.width)
        )
    ).all()
    files = [file_of(row.key, width) for row in rows for width in widths_of(row.width)]
    if files:
        await enqueue(session, DELETE_JOB, {"files": files})
    return len(rows)


async def delete_files(files: Sequence[str]) -> None:
    """Delete them from the storage; what is gone already is fine. Raises `Unavailable`."""
    for file in files:
        await delete_file(file)
