"""Erases a client: a page that says exactly what goes and what stays, and the name to type."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.clients.erase import ErasurePlan, erase_client, plan_erasure
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other

router = APIRouter()


@router.get("/console/{salon}/clients/{client:uuid}/erase")
async def show_plan(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.erase"))]
) -> Response:
    """What would go and what would stay."""
    return await _page(request, desk, client)


@router.post("/console/{salon}/clients/{client:uuid}/erase")
async def press_erase(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.erase"))]
) -> Response:
    """Erase them, if their name was typed."""
    typed = await read_form(request)

    async def work(session: AsyncSession) -> str:
        return await erase_client(
            session,
            salon=desk.salon,
            client_id=client,
            typed_name=typed["name"][:800],
            by=desk.person.actor,
            now=desk.now,
        )

    try:
        await attempt(database_of(request), work)
    except (Invalid, Conflict) as problem:
        wrong = {problem.field or "page": desk.words.text(problem.message)}
        return await _page(request, desk, client, typed=typed, wrong=wrong, status=problem.status)
    return see_other(desk.url("/clients", did="erased"))


async def _page(
    request: Request,
    desk: Desk,
    client: UUID,
    *,
    typed: Typed | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    try:
        async with database_of(request).transaction() as session:
            plan = await plan_erasure(session, salon=desk.salon, client_id=client, now=desk.now)
    except Conflict:
        raise NotFound(
            "There is no such client. Please look again.", code="client_not_found"
        ) from None
    return render(
        "clients/erase.html",
        words=desk.words,
        desk=desk,
        status=status,
        plan=plan,
        url=desk.url(f"/clients/{client}"),
        coming=[
            (desk.url(f"/visits/{each.id}"), desk.formats.date_and_time(each.start))
            for each in plan.coming
        ],
        goes=_goes(desk, plan),
        until=desk.formats.date_only(plan.keep_until) if plan.keep_until else "",
        typed=typed or Typed({}),
        wrong=wrong or {},
    )


def _goes(desk: Desk, plan: ErasurePlan) -> list[str]:
    say, many = desk.words.text, desk.words.plural
    lines = [say("Name, mail address, phone number, language and allergies")]
    counted = (
        (plan.notes, many("{number} note", "{number} notes", plan.notes)),
        (plan.photos, many("{number} photo", "{number} photos", plan.photos)),
        (plan.forms, many("{number} answer to a form", "{number} answers to forms", plan.forms)),
        (plan.consents, many("{number} consent", "{number} consents", plan.consents)),
        (
            plan.waiting,
            many("{number} place on the waitlist", "{number} places on the waitlist", plan.waiting),
        ),
        (
            plan.messages,
            many(
                "Address and content of {number} message",
                "Address and content of {number} messages",
                plan.messages,
            ),
        ),
    )
    return [*lines, *(words for number, words in counted if number)]
