"""Makes one client of two: choosing the other one, both side by side, and the undo."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.clients.merge import MergePlan, merge_clients, part_clients, plan_merge
from openchair.customers.profiles.merge import BOTH, FIELDS
from openchair.customers.profiles.part import merges_of
from openchair.customers.profiles.queries import Client, get_client
from openchair.customers.profiles.search import TEXT_LENGTH, search_clients
from openchair.customers.profiles.twins import likely_twins
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.acts import carry_out
from openchair.web.console.client_data.merge_view import Candidate, view_fields, view_moves
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.phones import readable_phone

MOST_FOUND = 20
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Undoable:
    """Somebody who was merged into this client; only the last one can be parted again."""

    name: str
    when: str
    url: str


@router.get("/console/{salon}/clients/{client:uuid}/merge")
async def choose_other(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.merge"))]
) -> Response:
    """Who may be the same, a search, and who was merged into this client already."""
    return await _choose_page(request, desk, client)


@router.get("/console/{salon}/clients/{client:uuid}/merge/{other:uuid}")
async def show_both(
    request: Request,
    client: UUID,
    other: UUID,
    desk: Annotated[Desk, Depends(May("clients.merge"))],
) -> Response:
    """Both side by side, what is kept and what moves."""
    return await _plan_page(request, desk, client, other)


@router.post("/console/{salon}/clients/{client:uuid}/merge/{other:uuid}")
async def press_merge(
    request: Request,
    client: UUID,
    other: UUID,
    desk: Annotated[Desk, Depends(May("clients.merge"))],
) -> Response:
    """Make one of them."""
    typed = await read_form(request)
    choices = {field: typed[field] for field in FIELDS if typed[field] in {"kept", "gone", BOTH}}
    try:
        await carry_out(
            request, desk, merge_clients, kept_id=client, gone_id=other, choices=choices
        )
    except (Invalid, Conflict) as problem:
        return await _refused(request, desk, client, problem)
    return see_other(desk.url(f"/clients/{client}/merge", did="merge"))


@router.post("/console/{salon}/clients/{client:uuid}/merges/{merge:uuid}/undo")
async def press_undo(
    request: Request,
    client: UUID,
    merge: UUID,
    desk: Annotated[Desk, Depends(May("clients.merge"))],
) -> Response:
    """Part them again."""

    async def work(session: AsyncSession) -> None:
        merges = await merges_of(session, salon_id=desk.salon.id, client_id=client)
        if merge not in {each.id for each in merges}:
            raise NotFound("These clients were never merged.", code="merge_not_found")
        await part_clients(
            session, salon_id=desk.salon.id, merge_id=merge, by=desk.person.actor, now=desk.now
        )

    try:
        await attempt(database_of(request), work)
    except Conflict as problem:
        return await _refused(request, desk, client, problem)
    return see_other(desk.url(f"/clients/{client}/merge", did="undo"))


async def _refused(
    request: Request, desk: Desk, client: UUID, problem: Invalid | Conflict
) -> Response:
    wrong = {"page": desk.words.text(problem.message)}
    return await _choose_page(request, desk, client, wrong=wrong, status=problem.status)


async def _choose_page(
    request: Request,
    desk: Desk,
    client: UUID,
    *,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    asked = request.query_params.get("q", "").strip()[:TEXT_LENGTH]
    salon_id = desk.salon.id
    async with database_of(request).transaction() as session:
        kept = await _present(session, desk, client)
        twins = await likely_twins(
            session, salon_id=salon_id, client_id=client, name=kept.name, phone=kept.phone
        )
        page = (
            await search_clients(session, salon_id=salon_id, text=asked, limit=MOST_FOUND)
            if asked
            else None
        )
        merges = await merges_of(session, salon_id=salon_id, client_id=client)
    say, base = desk.words.text, desk.url(f"/clients/{client}")
    notices = {"merge": say("The two are one client now."), "undo": say("They are two again.")}
    did = request.query_params.get("did", "")
    return render(
        "clients/merge.html",
        words=desk.words,
        desk=desk,
        status=status,
        client=kept,
        url=base,
        asked=asked,
        twins=[
            _candidate(base, each.id, each.name, each.email, each.phone, same_phone=each.same_phone)
            for each in twins
        ],
        found=[
            _candidate(base, each.id, each.name, each.email, each.phone)
            for each in (page.clients if page else ())
            if each.id != client
        ],
        merges=[
            Undoable(
                each.gone_name,
                desk.formats.date_and_time(each.created_at),
                f"{base}/merges/{each.id}/undo",
            )
            for each in merges
        ],
        wrong=wrong or {},
        notice=notices.get(did, ""),
        can_undo=did == "merge" and bool(merges),
    )


async def _plan_page(request: Request, desk: Desk, client: UUID, other: UUID) -> Response:
    try:
        async with database_of(request).transaction() as session:
            plan = await plan_merge(session, salon_id=desk.salon.id, kept_id=client, gone_id=other)
    except (Invalid, Conflict) as problem:
        return await _refused(request, desk, client, problem)
    return render(
        "clients/merge_two.html",
        words=desk.words,
        desk=desk,
        kept=plan.kept,
        gone=plan.gone,
        url=desk.url(f"/clients/{client}/merge/{other}"),
        back=desk.url(f"/clients/{client}/merge"),
        swapped=desk.url(f"/clients/{other}/merge/{client}"),
        fields=view_fields(desk, plan, NAMES),
        moves=view_moves(desk, plan),
        clashes=_clashes(desk, plan),
        typed=Typed({}),
    )


def _clashes(desk: Desk, plan: MergePlan) -> list[str]:
    return [
        f"{desk.formats.date_and_time(begins)}–{desk.formats.time(ends)}"
        for begins, ends in plan.clashes
    ]


async def _present(session: AsyncSession, desk: Desk, client_id: UUID) -> Client:
    """The client, who has to be there still."""
    found = await get_client(session, salon_id=desk.salon.id, client_id=client_id)
    if found.kind != "person" or found.merged_into or found.erased_at:
        raise NotFound("There is no such client. Please look again.", code="client_not_found")
    return found


def _candidate(
    base: str,
    client_id: UUID,
    name: str,
    email: str | None,
    phone: str | None,
    *,
    same_phone: bool = False,
) -> Candidate:
    ways = [readable_phone(phone) if phone else "", email or ""]
    return Candidate(
        name, " · ".join(filter(None, ways)), f"{base}/merge/{client_id}", same_phone=same_phone
    )
