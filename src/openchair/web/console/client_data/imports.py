"""The lists of clients that a salon brings along: choosing a file, and how each one stands.

A file is read once here, to say at once what is wrong with it; taking it over is the worker's.
"""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from openchair.customers.imports.begin import begin_import, keep_file
from openchair.customers.imports.preview import preview_rows
from openchair.customers.imports.queries import (
    ClientImport,
    bad_rows,
    count_bad_rows,
    get_import,
    list_imports,
)
from openchair.customers.imports.read import ENCODINGS, Sheet, count_lines, read_sheet
from openchair.customers.imports.take_back import TAKEN_OVER
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid, NotFound
from openchair.platform.storage.store import get
from openchair.web.console.client_data.import_view import (
    encoding_words,
    view_bad_row,
    view_columns,
    view_import,
    view_preview,
)
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_file
from openchair.web.console.pages import render, see_other
from openchair.web.cursor import cursor, read_cursor

PATH = "/clients/import"
RELOAD_SECONDS = "2"
BAD_ROWS = 50
PAGE_ROWS = 20
router = APIRouter()


@router.get("/console/{salon}/clients/import")
async def show_imports(
    request: Request, desk: Annotated[Desk, Depends(May("clients.import"))]
) -> Response:
    """The form, and the lists so far, twenty a page."""
    return await _page(request, desk)


@router.post("/console/{salon}/clients/import")
async def send_list(
    request: Request, desk: Annotated[Desk, Depends(May("clients.import", files=1))]
) -> Response:
    """Keep the file and go on to its columns; what cannot be read is refused at once."""
    content = await read_file(request, "file")
    try:
        if not content:
            raise Invalid("Please choose a file.", field="file")  # noqa: TRY301
        sheet, total = await asyncio.to_thread(_read, desk, content)
    except Invalid as problem:
        return await _page(request, desk, wrong=_words(desk, problem), status=422)
    key = await keep_file(salon_id=desk.salon.id, content=content)
    chosen = (await request.form()).get("file")
    filename = chosen.filename or "" if isinstance(chosen, UploadFile) else ""

    async def work(session: AsyncSession) -> UUID:
        return await begin_import(
            session,
            salon_id=desk.salon.id,
            filename=filename,
            key=key,
            sheet=sheet,
            rows_total=total,
            by=desk.person.actor,
        )

    import_id = await attempt(database_of(request), work)
    return see_other(desk.url(f"{PATH}/{import_id}"))


@router.get("/console/{salon}/clients/import/{upload:uuid}")
async def show_import(
    request: Request, upload: UUID, desk: Annotated[Desk, Depends(May("clients.import"))]
) -> Response:
    """One list: its columns and what would come of it, how far it is, or what came of it."""
    return await import_page(request, desk, upload)


async def import_page(
    request: Request,
    desk: Desk,
    upload: UUID,
    *,
    typed: Typed | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    """The page of one list as it stands, with what was refused."""
    async with database_of(request).transaction() as session:
        found = await get_import(session, salon_id=desk.salon.id, import_id=upload)
    if found.status in {"uploaded", "mapped"}:
        return await _columns_page(request, desk, found, typed, wrong=wrong or {}, status=status)
    return await _outcome_page(request, desk, found, wrong or {}, status)


async def sheet_of(desk: Desk, found: ClientImport, *, encoding: str = "") -> Sheet:
    """The file as it was sent. Raises `NotFound` after thirty days, `Unavailable`."""
    try:
        content = await get(found.key)
    except NotFound:
        raise NotFound("The file is no longer there. Please choose it once more.") from None
    return await asyncio.to_thread(
        read_sheet,
        content,
        country=desk.salon.location.country,
        encoding=encoding or found.mapping.encoding,
    )


async def _columns_page(
    request: Request,
    desk: Desk,
    found: ClientImport,
    typed: Typed | None,
    *,
    wrong: dict[str, str],
    status: int,
) -> Response:
    sheet = await sheet_of(desk, found)
    async with database_of(request).transaction() as session:
        rows = await preview_rows(session, salon=desk.salon, sheet=sheet, mapping=found.mapping)
    return render(
        "clients/import_columns.html",
        words=desk.words,
        desk=desk,
        status=status,
        list=view_import(desk, found),
        url=desk.url(f"{PATH}/{found.id}"),
        columns=view_columns(desk, found, rows, typed),
        encodings=[(each, encoding_words(desk, each)) for each in ENCODINGS],
        encoding=typed["encoding"] if typed else found.mapping.encoding,
        duplicates=typed["duplicates"] if typed else found.mapping.duplicates,
        rows=[view_preview(desk, each) for each in rows],
        checked=found.status == "mapped",
        wrong=wrong,
    )


async def _outcome_page(
    request: Request, desk: Desk, found: ClientImport, wrong: dict[str, str], status: int
) -> Response:
    after = request.query_params.get("after", "")
    behind = int(after) if after.isascii() and after.isdigit() and len(after) < 9 else 0
    which = {"salon_id": desk.salon.id, "import_id": found.id}
    async with database_of(request).transaction() as session:
        bad = await bad_rows(session, **which, after=behind, limit=BAD_ROWS + 1)
        kept = await count_bad_rows(session, **which)
    url = desk.url(f"{PATH}/{found.id}")
    page = render(
        "clients/import_outcome.html",
        words=desk.words,
        desk=desk,
        status=status,
        list=view_import(desk, found),
        url=url,
        running=found.status == "running",
        failed=found.status == "failed",
        can_undo=found.status in TAKEN_OVER and found.rows_created > 0,
        bad=[view_bad_row(desk, found, each) for each in bad[:BAD_ROWS]],
        bad_kept=kept,
        more_url=f"{url}?after={bad[BAD_ROWS - 1].line}" if len(bad) > BAD_ROWS else "",
        wrong=wrong,
        notice=desk.words.text("The list was taken back.")
        if request.query_params.get("did") == "undo"
        else "",
    )
    if found.status == "running":
        page.headers["Refresh"] = RELOAD_SECONDS  # as the page has no script that could
    return page


async def _page(
    request: Request, desk: Desk, *, wrong: dict[str, str] | None = None, status: int = 200
) -> Response:
    after = read_cursor(request)
    async with database_of(request).transaction() as session:
        found = await list_imports(
            session, salon_id=desk.salon.id, limit=PAGE_ROWS + 1, after=after
        )
    lists = found[:PAGE_ROWS]
    more = cursor(lists[-1]) if len(found) > PAGE_ROWS else ""
    return render(
        "clients/import.html",
        words=desk.words,
        desk=desk,
        status=status,
        lists=[view_import(desk, each) for each in lists],
        more_url=desk.url(PATH, after=more) if more else "",
        wrong=wrong or {},
    )


def _read(desk: Desk, content: bytes) -> tuple[Sheet, int]:
    sheet = read_sheet(content, country=desk.salon.location.country)
    return sheet, count_lines(sheet)


def _words(desk: Desk, problem: Invalid) -> dict[str, str]:
    if line := problem.details.get("line"):
        said = desk.words.text(
            "Line {line} cannot be read: a quotation mark may be missing there.", line=line
        )
        return {"file": said}
    return {"file": desk.words.text(problem.message)}
