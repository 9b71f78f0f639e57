"""The list of clients, searched while somebody types, and the few that other forms ask for.

Without scripts the search is a form; with them the page fetches itself and shows its list anew.
"""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from openchair.booking.clients.profile import last_visits
from openchair.customers.profiles.search import (
    TEXT_LENGTH,
    ClientPage,
    FoundClient,
    Place,
    search_clients,
)
from openchair.platform.errors import Invalid
from openchair.web.console.clients.contact import Way, initials, sees_all_contacts, ways_to
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.pages import HEADERS, render

PATH = "/clients"
PAGE_ROWS, MOST_SUGGESTED = 50, 10
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Row:
    """One client of the list; `ways` only for those who may see them."""

    name: str
    initials: str
    url: str
    ways: tuple[Way, ...]
    has_allergies: bool
    last_visit: str


@router.get("/console/{salon}/clients")
async def show_clients(
    request: Request, desk: Annotated[Desk, Depends(May("clients.read"))]
) -> Response:
    """Fifty a page: those that fit `q`, the best first, else everybody by name."""
    asked = request.query_params.get("q", "")[:TEXT_LENGTH]
    after = _read_place(request.query_params.get("after", ""))
    async with database_of(request).transaction() as session:
        found = await search_clients(
            session,
            salon_id=desk.salon.id,
            text=asked,
            limit=PAGE_ROWS,
            after=after,
            names_only=not sees_all_contacts(desk),
        )
        visits = await last_visits(
            session, salon_id=desk.salon.id, client_ids=[each.id for each in found.clients]
        )
    say = desk.words.text
    notices = {"erased": say("The client was erased."), "merged": say("The two are one now.")}
    days = {client: desk.formats.date_only(start) for client, start in visits.items()}
    return render(
        "clients/list.html",
        words=desk.words,
        desk=desk,
        asked=asked,
        by_contact=sees_all_contacts(desk),
        rows=[_row(desk, each, days.get(each.id, "")) for each in found.clients],
        first_page=after is None,
        more_url=_more_url(desk, asked, found),
        notice=notices.get(request.query_params.get("did", ""), ""),
    )


@router.get("/console/{salon}/clients/find")
async def find_clients(
    request: Request, desk: Annotated[Desk, Depends(May("clients.read"))]
) -> Response:
    """At most ten that fit `q`, for a form that asks for a client."""
    asked = request.query_params.get("q", "").strip()[:TEXT_LENGTH]
    found = ClientPage((), None)
    if asked:
        async with database_of(request).transaction() as session:
            found = await search_clients(
                session,
                salon_id=desk.salon.id,
                text=asked,
                limit=MOST_SUGGESTED,
                names_only=not sees_all_contacts(desk),
            )
    return JSONResponse(
        {"clients": [_suggested(desk, each) for each in found.clients]}, headers=HEADERS
    )


def _suggested(desk: Desk, client: FoundClient) -> dict[str, object]:
    shown = sees_all_contacts(desk)
    return {
        "id": str(client.id),
        "name": client.name,
        "phone": client.phone if shown else None,
        "email": client.email if shown else None,
        "allergies": client.has_allergies,
        "url": desk.url(f"{PATH}/{client.id}"),
        "new_url": desk.url("/new", client=str(client.id)),
    }


def _row(desk: Desk, client: FoundClient, last_visit: str) -> Row:
    return Row(
        name=client.name,
        initials=initials(client.name),
        url=desk.url(f"{PATH}/{client.id}"),
        ways=ways_to(email=client.email, phone=client.phone) if sees_all_contacts(desk) else (),
        has_allergies=client.has_allergies,
        last_visit=last_visit,
    )


def _more_url(desk: Desk, asked: str, found: ClientPage) -> str:
    if found.after is None:
        return ""
    place = found.after
    return desk.url(PATH, q=asked, after=f"{place.nearness}~{place.id}~{place.name}")


def _read_place(text: str) -> Place | None:
    if not text:
        return None
    nearness, _, rest = text.replace("\x00", "").partition("~")
    client, _, name = rest.partition("~")
    try:
        return Place(min(int(nearness[:9]), 1_000_000), name[:800], UUID(client))
    except ValueError:
        raise Invalid("This page of the list does not exist.", field="after") from None
