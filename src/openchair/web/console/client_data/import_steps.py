"""What is done with a list: naming its columns, taking it over, its bad rows as a file to correct,
taking it back.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from openchair.booking.clients.list_out import guarded
from openchair.booking.clients.take_back_import import take_back_import
from openchair.customers.imports.begin import map_columns, run_import
from openchair.customers.imports.queries import ClientImport, bad_rows, get_import
from openchair.customers.imports.read import count_lines
from openchair.identity.audit.record import record
from openchair.platform.db.attempt import attempt
from openchair.platform.db.engine import Database
from openchair.platform.errors import Conflict, Invalid
from openchair.web.console.acts import carry_out
from openchair.web.console.client_data.download import csv_headers
from openchair.web.console.client_data.import_view import reason_words
from openchair.web.console.client_data.imports import PATH, import_page, sheet_of
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import see_other

PAGE = 1000
router = APIRouter()


@router.post("/console/{salon}/clients/import/{upload:uuid}/columns")
async def send_columns(
    request: Request, upload: UUID, desk: Annotated[Desk, Depends(May("clients.import"))]
) -> Response:
    """Say what the columns are and see what would come of the first rows."""
    typed = await read_form(request)
    try:
        await _map(request, desk, upload, typed)
    except (Invalid, Conflict) as problem:
        return await _again(request, desk, upload, typed, problem)
    return see_other(f"{desk.url(f'{PATH}/{upload}')}#preview")


@router.post("/console/{salon}/clients/import/{upload:uuid}/run")
async def press_run(
    request: Request, upload: UUID, desk: Annotated[Desk, Depends(May("clients.import"))]
) -> Response:
    """Take the list over, with the columns as they were chosen on the same page."""
    typed = await read_form(request)
    try:
        if typed["duplicates"]:
            await _map(request, desk, upload, typed)
        await carry_out(request, desk, run_import, import_id=upload)
    except (Invalid, Conflict) as problem:
        return await _again(request, desk, upload, typed, problem)
    return see_other(desk.url(f"{PATH}/{upload}"))


@router.post("/console/{salon}/clients/import/{upload:uuid}/undo")
async def press_undo(
    request: Request, upload: UUID, desk: Annotated[Desk, Depends(May("clients.import"))]
) -> Response:
    """Take it back; the page asked first."""
    try:
        await carry_out(request, desk, take_back_import, import_id=upload)
    except Conflict as problem:
        return await _again(request, desk, upload, None, problem)
    return see_other(desk.url(f"{PATH}/{upload}", did="undo"))


@router.get("/console/{salon}/clients/import/{upload:uuid}/errors.csv")
async def download_bad_rows(
    request: Request, upload: UUID, desk: Annotated[Desk, Depends(May("clients.import"))]
) -> Response:
    """The bad rows as they were sent, with what is wrong behind them: corrected, the file can be
    imported again. Who took them stands in the audit log, as with any list of clients.
    """
    async with database_of(request).transaction() as session:
        found = await get_import(session, salon_id=desk.salon.id, import_id=upload)
        await record(
            session,
            actor=desk.person.actor,
            action="export_bad_rows",
            resource_type="client_import",
            resource_id=upload,
            salon_id=desk.salon.id,
            metadata={"rows": found.rows_refused},
        )
    return StreamingResponse(
        _bad_rows(database_of(request), desk, found), headers=csv_headers("corrections.csv")
    )


async def _bad_rows(database: Database, desk: Desk, found: ClientImport) -> AsyncIterator[bytes]:
    heading = [*found.mapping.header, desk.words.text("What is wrong")]
    yield b"\xef\xbb\xbf" + _line(heading)
    after, width = 0, len(found.mapping.header)
    while True:
        async with database.transaction() as session:
            rows = await bad_rows(
                session, salon_id=desk.salon.id, import_id=found.id, after=after, limit=PAGE
            )
        for row in rows:
            cells = [*row.cells, *[""] * width][:width]
            yield _line([*cells, reason_words(desk, row)])
        if len(rows) < PAGE:
            return
        after = rows[-1].line


def _line(cells: list[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=";", lineterminator="\r\n").writerow(guarded(cells))
    return written.getvalue().encode()


async def _map(request: Request, desk: Desk, upload: UUID, typed: Typed) -> None:
    async with database_of(request).transaction() as session:
        found = await get_import(session, salon_id=desk.salon.id, import_id=upload)
    sheet = await sheet_of(desk, found, encoding=typed["encoding"])
    total = await asyncio.to_thread(count_lines, sheet)

    async def work(session: AsyncSession) -> None:
        await map_columns(
            session,
            salon_id=desk.salon.id,
            import_id=upload,
            fields=[typed[f"column-{number}"] for number in range(len(sheet.header))],
            duplicates=typed["duplicates"],
            sheet=sheet,
            rows_total=total,
        )

    await attempt(database_of(request), work)


async def _again(
    request: Request, desk: Desk, upload: UUID, typed: Typed | None, problem: Invalid | Conflict
) -> Response:
    wrong = {problem.field or "page": desk.words.text(problem.message)}
    return await import_page(request, desk, upload, typed=typed, wrong=wrong, status=problem.status)
