"""Begins an import: the file is kept, its columns are named, and then it is run. Called by the
console's page, one verb a step.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.imports.columns import guess_fields, wrong_fields
from openchair.customers.imports.models import CustomerImportRow
from openchair.customers.imports.queries import ClientImport, get_import
from openchair.customers.imports.read import ENCODINGS, Sheet
from openchair.identity.audit.record import Actor, record
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.ids import new_id
from openchair.platform.jobs.queue import enqueue
from openchair.platform.storage import store

FOLDER = "imports"
RUN_JOB = "customers.run_import"
DUPLICATES = ("fill", "skip")


async def keep_file(*, salon_id: UUID, content: bytes) -> str:
    """Keep the file until the list is taken over, at most thirty days, and answer its key; no
    transaction needs to be open. Raises `Unavailable`.
    """
    key = f"{FOLDER}/{salon_id}/{new_id()}.csv"
    await store.put(key, content)
    return key


async def begin_import(
    session: AsyncSession,
    *,
    salon_id: UUID,
    filename: str,
    key: str,
    sheet: Sheet,
    rows_total: int,
    by: Actor,
) -> UUID:
    """Write the list down, with a guess of what its columns are: with a good one it can be run at
    once.
    """
    import_id, fields = new_id(), guess_fields(sheet.header)
    session.add(
        CustomerImportRow(
            salon_id=salon_id,
            id=import_id,
            filename=filename.strip()[-120:] or "clients.csv",
            key=key,
            mapping={
                "encoding": sheet.encoding,
                "header": list(sheet.header),
                "fields": fields,
                "duplicates": DUPLICATES[0],
            },
            status="uploaded" if wrong_fields(fields) else "mapped",
            rows_total=rows_total,
            started_by=by.user_id,
        )
    )
    await session.flush()
    await record(session, actor=by, salon_id=salon_id, **_act(import_id, "upload", rows_total))
    return import_id


async def map_columns(
    session: AsyncSession,
    *,
    salon_id: UUID,
    import_id: UUID,
    fields: Sequence[str],
    duplicates: str,
    sheet: Sheet,
    rows_total: int,
) -> None:
    """Say what the columns are. Raises `Invalid` on `fields`, `Conflict` once it was run."""
    found = await _not_begun(session, salon_id, import_id)
    chosen = [*fields, *[""] * len(sheet.header)][: len(sheet.header)]
    if wrong := wrong_fields(chosen):
        raise Invalid(WRONG[wrong], field="fields")
    if duplicates not in DUPLICATES or sheet.encoding not in ENCODINGS:
        raise Invalid("Please choose one of the ways that are offered.", field="duplicates")
    await _change(
        session,
        found,
        status="mapped",
        rows_total=rows_total,
        mapping={
            "encoding": sheet.encoding,
            "header": list(sheet.header),
            "fields": chosen,
            "duplicates": duplicates,
        },
    )


async def run_import(session: AsyncSession, *, salon_id: UUID, import_id: UUID, by: Actor) -> None:
    """Let the worker take the rows over. Raises `Conflict` before the columns are named, and while
    another list of the salon runs.
    """
    is_other_running = await hold_lists(session, salon_id=salon_id)
    found = await _not_begun(session, salon_id, import_id)
    if found.status != "mapped":
        raise Conflict("Please say first what the columns are.", code="not_mapped")
    if is_other_running:
        raise Conflict("Another list is being taken over. Please wait until it is done.")
    await _change(session, found, status="running", started_by=by.user_id)
    await record(session, actor=by, salon_id=salon_id, **_act(import_id, "run", found.rows_total))
    await enqueue(
        session,
        RUN_JOB,
        {"salon_id": str(salon_id), "import_id": str(import_id)},
        dedupe_key=f"import:{import_id}",
    )


async def hold_lists(session: AsyncSession, *, salon_id: UUID) -> bool:
    """Whether a list of the salon runs. None begins to until this transaction ends."""
    await session.execute(ONE_AT_A_TIME, {"salon": f"import:{salon_id}"})
    return bool(await session.scalar(RUNNING, {"salon_id": salon_id}))


async def _not_begun(session: AsyncSession, salon_id: UUID, import_id: UUID) -> ClientImport:
    found = await get_import(session, salon_id=salon_id, import_id=import_id, for_update=True)
    if found.status not in {"uploaded", "mapped"}:
        raise Conflict("This list was taken over already.", code="import_begun")
    return found


async def _change(session: AsyncSession, found: ClientImport, **values: object) -> None:
    await session.execute(
        update(CustomerImportRow)
        .where(CustomerImportRow.salon_id == found.salon_id, CustomerImportRow.id == found.id)
        .values(**values)
    )


def _act(import_id: UUID, action: str, rows: int) -> dict[str, Any]:
    return {
        "action": action,
        "resource_type": "client_import",
        "resource_id": import_id,
        "metadata": {"rows": rows},
    }


WRONG = {
    "names": "Please say which column holds the name.",
    "twice": "Two columns are the same. Please choose one of them.",
    "unknown": "Please choose one of the ways that are offered.",
}
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:salon, 0))")
RUNNING = text("""
    SELECT EXISTS (
        SELECT FROM customer_imports WHERE salon_id = :salon_id AND status = 'running')
""")
