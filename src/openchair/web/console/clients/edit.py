"""Puts a client on the list, and changes who they are and how they are reached."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.customers.profiles.add import add_client
from openchair.customers.profiles.edit import edit_client
from openchair.customers.profiles.queries import Client, get_client
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.phones import example_phone, readable_phone

FIELDS = ("name", "phone", "email", "language")
router = APIRouter()


@router.get("/console/{salon}/clients/add")
async def show_add(
    request: Request, desk: Annotated[Desk, Depends(May("clients.edit"))]
) -> Response:
    """The empty form; a name that was looked for in vain is filled in."""
    name = request.query_params.get("name", "")[:200]
    return _page(desk, Typed({"name": name, "language": desk.salon.default_language}))


@router.post("/console/{salon}/clients/add")
async def send_add(
    request: Request, desk: Annotated[Desk, Depends(May("clients.edit"))]
) -> Response:
    """Add the client, or say what is wrong; who has the address already is named."""
    typed = await read_form(request)

    async def work(session: AsyncSession) -> UUID:
        return await add_client(session, salon=desk.salon, by=desk.person.actor, **_fields(typed))

    try:
        client_id = await attempt(database_of(request), work)
    except (Invalid, Conflict) as problem:
        return _refused(desk, typed, problem)
    return see_other(desk.url(f"/clients/{client_id}", did="added"))


@router.get("/console/{salon}/clients/{client:uuid}/edit")
async def show_edit(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.edit"))]
) -> Response:
    """The form with what is on file."""
    found = await _editable(request, desk, client)
    typed = Typed(
        {
            "name": found.name,
            "phone": readable_phone(found.phone or ""),
            "email": found.email or "",
            "language": found.language,
        }
    )
    return _page(desk, typed, client=found)


@router.post("/console/{salon}/clients/{client:uuid}/edit")
async def send_edit(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.edit"))]
) -> Response:
    """Save it, or say what is wrong."""
    typed = await read_form(request)
    found = await _editable(request, desk, client)

    async def work(session: AsyncSession) -> None:
        await edit_client(
            session, salon=desk.salon, client_id=client, by=desk.person.actor, **_fields(typed)
        )

    try:
        await attempt(database_of(request), work)
    except (Invalid, Conflict) as problem:
        return _refused(desk, typed, problem, client=found)
    return see_other(desk.url(f"/clients/{client}", did="edited"))


async def _editable(request: Request, desk: Desk, client_id: UUID) -> Client:
    async with database_of(request).transaction() as session:
        found = await get_client(session, salon_id=desk.salon.id, client_id=client_id)
    if found.kind != "person" or found.merged_into or found.erased_at:
        raise NotFound("There is no such client. Please look again.", code="client_not_found")
    return found


def _fields(typed: Typed) -> dict[str, str]:
    return {name: typed.trimmed(name) for name in FIELDS}


def _refused(
    desk: Desk, typed: Typed, problem: Invalid | Conflict, *, client: Client | None = None
) -> Response:
    field = (problem.field or "page").removeprefix("customer.")
    known = problem.details.get("client_id")
    return _page(
        desk,
        typed,
        client=client,
        wrong={field: desk.words.text(problem.message)},
        known_url=desk.url(f"/clients/{known}") if known else "",
        known_name=str(problem.details.get("name", "")),
        status=problem.status,
    )


def _page(
    desk: Desk,
    typed: Typed,
    *,
    client: Client | None = None,
    wrong: dict[str, str] | None = None,
    known_url: str = "",
    known_name: str = "",
    status: int = 200,
) -> Response:
    return render(
        "clients/edit.html",
        words=desk.words,
        desk=desk,
        status=status,
        client=client,
        typed=typed,
        wrong=wrong or {},
        known_url=known_url,
        known_name=known_name,
        phone_example=example_phone(desk.salon.location.country),
        languages=[(code, NAMES.get(code, code)) for code in desk.salon.languages],
    )
