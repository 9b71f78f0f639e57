"""Jobs of the lists of clients: taking one over, forgetting its file, forgetting what is old."""

from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.imports.begin import RUN_JOB
from openchair.customers.imports.expire import FORGET_JOB, forget_expired, forget_files
from openchair.customers.imports.queries import ClientImport, get_import
from openchair.customers.imports.read import Line, read_sheet
from openchair.customers.imports.take import give_up, take_rows
from openchair.platform.clock import utc_now
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid, NotFound
from openchair.platform.jobs.queue import JobContext, enqueue, job
from openchair.platform.storage.store import delete, get
from openchair.salons.queries import Salon, get_salon_by_id

BATCH = 250


@job(RUN_JOB)
async def run_import(context: JobContext, payload: dict[str, Any]) -> None:
    """Take a list over, batch by batch, from where it stands. A worker that is told to stop leaves
    the rest to the next one.
    """
    salon_id, import_id = UUID(payload["salon_id"]), UUID(payload["import_id"])
    async with context.database.transaction() as session:
        salon = await get_salon_by_id(session, salon_id=salon_id)
        found = await get_import(session, salon_id=salon_id, import_id=import_id)
    if found.status != "running":
        return
    try:
        is_over = await _take_all(context, salon, found)
    except (NotFound, Invalid):
        async with context.database.transaction() as session:
            await give_up(session, salon_id=salon_id, import_id=import_id, now=utc_now())
        return
    if not is_over:
        async with context.database.transaction() as session:
            await enqueue(session, RUN_JOB, payload)


async def _take_all(context: JobContext, salon: Salon, found: ClientImport) -> bool:
    """False when the worker was told to stop before the end. Raises `NotFound` for a file that is
    lost, `Invalid` for one that cannot be read.
    """
    content = await get(found.key)
    sheet = read_sheet(content, country=salon.location.country, encoding=found.mapping.encoding)
    rows, position = islice(sheet.lines(), found.rows_read, None), found.rows_read
    while not context.stop.is_set():
        lines = list(islice(rows, BATCH))
        if not await _take(context, salon, found.id, position, lines) or not lines:
            return True
        position += len(lines)
    return False


async def _take(
    context: JobContext, salon: Salon, import_id: UUID, position: int, lines: list[Line]
) -> bool:
    async def work(session: AsyncSession) -> bool:
        return await take_rows(
            session, salon=salon, import_id=import_id, position=position, lines=lines, now=utc_now()
        )

    return await attempt(context.database, work)


@job(FORGET_JOB)
async def forget_import_file(_context: JobContext, payload: dict[str, Any]) -> None:
    """The file of a list that is over. What fails because the storage is away is made up for by
    the night's job.
    """
    await delete(payload["key"])


@job("customers.forget_import_files", cron="23 4 * * *")
async def forget_import_files(context: JobContext, _payload: dict[str, Any]) -> None:
    """Every night: files and bad rows of lists that are thirty days old."""
    now = utc_now()
    async with context.database.transaction() as session:
        await forget_expired(session, now=now)
    await forget_files(now=now)
