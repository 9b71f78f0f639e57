"""Hands clients out: all of them as a list, and everything about one of them as one file."""

import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from babel.numbers import get_currency_precision
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from openchair.booking.clients.archive import gather_archive
from openchair.booking.clients.list_out import COLUMNS, ListedClient, all_clients, guarded
from openchair.customers.profiles.queries import get_client
from openchair.identity.audit.record import record
from openchair.platform.db.engine import Database
from openchair.platform.errors import Conflict, NotFound
from openchair.web.console.client_data.archive_file import zip_of
from openchair.web.console.client_data.download import csv_headers, file_headers
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import read_form
from openchair.web.console.pages import render

YES_NO = {True: "yes", False: "no", None: ""}
router = APIRouter()


@router.get("/console/{salon}/clients/export")
async def show_export(desk: Annotated[Desk, Depends(May("clients.export"))]) -> Response:
    """What is in the list, before it is made."""
    return render("clients/export.html", words=desk.words, desk=desk, columns=COLUMNS)


@router.post("/console/{salon}/clients/export")
async def press_export(
    request: Request, desk: Annotated[Desk, Depends(May("clients.export"))]
) -> Response:
    """The list, written while it is read. Who took it stands in the audit log."""
    await read_form(request)
    async with database_of(request).transaction() as session:
        await record(
            session,
            actor=desk.person.actor,
            action="export",
            resource_type="client_list",
            resource_id=desk.salon.id,
            salon_id=desk.salon.id,
            metadata={"format": "csv"},
        )
    name = f"{desk.salon.slug}-{desk.formats.local(desk.now).date().isoformat()}.csv"
    return StreamingResponse(_lines(database_of(request), desk), headers=csv_headers(name))


@router.get("/console/{salon}/clients/{client:uuid}/export")
async def show_archive(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.export"))]
) -> Response:
    """What the file about one client holds."""
    async with database_of(request).transaction() as session:
        found = await get_client(session, salon_id=desk.salon.id, client_id=client)
    if found.kind != "person" or found.merged_into or found.erased_at:
        raise _gone()
    return render(
        "clients/archive.html",
        words=desk.words,
        desk=desk,
        client=found,
        url=desk.url(f"/clients/{client}"),
    )


@router.post("/console/{salon}/clients/{client:uuid}/export")
async def press_archive(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.export"))]
) -> Response:
    """Everything about this client, as one zip file."""
    await read_form(request)
    try:
        async with database_of(request).transaction() as session:
            archive = await gather_archive(
                session, salon=desk.salon, client_id=client, by=desk.person.actor, now=desk.now
            )
    except Conflict:
        raise _gone() from None
    name = f"{desk.salon.slug}-{client.hex[-8:]}.zip"
    return StreamingResponse(zip_of(desk, archive), headers=file_headers(name, "application/zip"))


async def _lines(database: Database, desk: Desk) -> AsyncIterator[bytes]:
    yield b"\xef\xbb\xbf" + _line(list(COLUMNS))  # so that spreadsheets know it is UTF-8
    async for page in all_clients(database, salon_id=desk.salon.id):
        yield b"".join(_line(_cells(desk, each)) for each in page)


def _cells(desk: Desk, client: ListedClient) -> list[str]:
    day, digits = desk.formats.local, get_currency_precision(desk.salon.currency)
    return [
        client.name,
        client.email or "",
        client.phone or "",
        client.language,
        client.allergies,
        YES_NO[client.marketing],
        day(client.created_at).date().isoformat(),
        str(client.visits),
        str(client.no_shows),
        day(client.last_visit).date().isoformat() if client.last_visit else "",
        f"{client.spent_minor / 10**digits:.{digits}f}",
        desk.salon.currency,
    ]


def _line(cells: list[str]) -> bytes:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow(guarded(cells))
    return written.getvalue().encode()


def _gone() -> NotFound:
    return NotFound("There is no such client. Please look again.", code="client_not_found")
