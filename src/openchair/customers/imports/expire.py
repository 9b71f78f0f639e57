"""Forgets the file of a list as soon as nobody needs it, and what is thirty days old in any case:
bad rows, and files that were never taken over. The latter by a job, once a night.
"""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.imports.begin import FOLDER
from openchair.platform.jobs.queue import enqueue
from openchair.platform.storage import store

FORGET_JOB = "customers.forget_import_file"
KEPT = timedelta(days=30)
MOST_FILES = 10_000


async def forget_file(session: AsyncSession, *, key: str) -> None:
    """Delete the file once this transaction is committed: a list that is over needs it no more, and
    it would outlive everybody in it who is erased.
    """
    await enqueue(session, FORGET_JOB, {"key": key})


async def forget_expired(session: AsyncSession, *, now: datetime) -> int:
    """Delete the bad rows of old lists, and what was uploaded but never run; answers how many bad
    rows there were.
    """
    gone = await session.execute(BAD_ROWS, {"before": now - KEPT})
    await session.execute(NEVER_RUN, {"before": now - KEPT})
    return len(gone.all())


async def forget_files(*, now: datetime) -> int:
    """Delete the files that are older, also those that no list knows. Raises `Unavailable`."""
    old = [
        each.key
        for each in await store.list_keys(FOLDER, limit=MOST_FILES)
        if each.changed_at < now - KEPT
    ]
    for key in old:
        await store.delete(key)
    return len(old)


BAD_ROWS = text("""
    DELETE FROM customer_import_errors AS bad USING customer_imports AS list
    WHERE list.salon_id = bad.salon_id AND list.id = bad.import_id AND list.created_at < :before
    RETURNING bad.id
""")
NEVER_RUN = text("""
    DELETE FROM customer_imports WHERE status IN ('uploaded', 'mapped') AND created_at < :before
""")
