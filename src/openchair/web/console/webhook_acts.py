"""Making, changing, trying, disabling and deleting endpoints, and sending a message again.

Every form works without scripts. A secret is shown on the page that answers, and never again.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.operations.webhooks import endpoints
from openchair.platform.errors import Conflict, Invalid
from openchair.web.console.acts import carry_out
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.pages import render, see_other
from openchair.web.console.webhooks_view import event_choices, view_endpoint
from openchair.webhooks.outgoing.delete import plan_delete
from openchair.webhooks.outgoing.queries import get_endpoint
from openchair.webhooks.outgoing.rules import EVENT_TYPES

MOST_FIELDS = 60
router = APIRouter()


@router.get("/console/{salon}/webhooks/new")
async def show_new_endpoint(desk: Annotated[Desk, Depends(May("webhooks.manage"))]) -> Response:
    """The empty form."""
    return _form(desk, {"url": "", "description": "", "events": []})


@router.post("/console/{salon}/webhooks/new")
async def send_new_endpoint(
    request: Request, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """Make it and show its secret, or the form again with what was typed."""
    typed = await _typed(request)
    try:
        made = await carry_out(request, desk, endpoints.create, **_wished(typed))
    except (Invalid, Conflict) as problem:
        return _form(desk, typed, problem=problem)
    return await _secret(request, desk, made.id, made.secret)


@router.get("/console/{salon}/webhooks/{endpoint:uuid}/change")
async def show_change(
    request: Request, endpoint: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """The form with what holds now."""
    async with database_of(request).transaction() as session:
        found = await get_endpoint(session, endpoint_id=endpoint, salon_id=desk.salon.id)
    typed = {"url": found.url, "description": found.description, "events": found.event_types}
    return _form(desk, typed, endpoint=endpoint)


@router.post("/console/{salon}/webhooks/{endpoint:uuid}/change")
async def send_change(
    request: Request, endpoint: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """Change it, or the form again."""
    typed = await _typed(request)
    try:
        await carry_out(request, desk, endpoints.change, endpoint_id=endpoint, **_wished(typed))
    except Invalid as problem:
        return _form(desk, typed, problem=problem, endpoint=endpoint)
    return see_other(desk.url(f"/webhooks/{endpoint}", did="changed"))


@router.post("/console/{salon}/webhooks/{endpoint:uuid}/test")
async def press_test(
    request: Request, endpoint: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """Send a test event, and show it."""
    message_id = await carry_out(
        request, desk, endpoints.send_test, endpoint_id=endpoint, now=desk.now
    )
    return see_other(desk.url(f"/webhooks/sent/{message_id}", did="test"))


@router.get("/console/{salon}/webhooks/{endpoint:uuid}/rotate")
async def ask_rotate(
    request: Request, endpoint: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """What a new secret means."""
    return await _ask(request, desk, endpoint, "rotate")


@router.post("/console/{salon}/webhooks/{endpoint:uuid}/rotate")
async def press_rotate(
    request: Request, endpoint: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """A new secret."""
    secret = await carry_out(request, desk, endpoints.rotate, endpoint_id=endpoint, now=desk.now)
    return await _secret(request, desk, endpoint, secret)


@router.post("/console/{salon}/webhooks/{endpoint:uuid}/disable")
async def press_disable(
    request: Request, endpoint: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """Send nothing there any more."""
    await carry_out(request, desk, endpoints.disable, endpoint_id=endpoint)
    return see_other(desk.url(f"/webhooks/{endpoint}", did="disabled"))


@router.post("/console/{salon}/webhooks/{endpoint:uuid}/enable")
async def press_enable(
    request: Request, endpoint: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """Send there again."""
    await carry_out(request, desk, endpoints.enable, endpoint_id=endpoint)
    return see_other(desk.url(f"/webhooks/{endpoint}", did="enabled"))


@router.get("/console/{salon}/webhooks/{endpoint:uuid}/delete")
async def ask_delete(
    request: Request, endpoint: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """What would go with it."""
    return await _ask(request, desk, endpoint, "delete")


@router.post("/console/{salon}/webhooks/{endpoint:uuid}/delete")
async def press_delete(
    request: Request, endpoint: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """Delete it for ever."""
    await carry_out(request, desk, endpoints.delete, endpoint_id=endpoint)
    return see_other(desk.url("/webhooks", did="deleted"))


@router.post("/console/{salon}/webhooks/sent/{delivery:uuid}/replay")
async def press_replay(
    request: Request, delivery: UUID, desk: Annotated[Desk, Depends(May("webhooks.manage"))]
) -> Response:
    """Send one message again."""
    await carry_out(request, desk, endpoints.replay, message_id=delivery)
    return see_other(desk.url(f"/webhooks/sent/{delivery}", did="replayed"))


async def _typed(request: Request) -> dict[str, Any]:
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    texts = {name: form.get(name) for name in ("url", "description")}
    return {
        **{name: text if isinstance(text, str) else "" for name, text in texts.items()},
        "events": [each for each in form.getlist("event") if each in EVENT_TYPES],
    }


def _wished(typed: dict[str, Any]) -> dict[str, Any]:
    return {
        "url": typed["url"],
        "description": typed["description"],
        "event_types": typed["events"],
    }


def _form(
    desk: Desk,
    typed: dict[str, Any],
    *,
    problem: Invalid | Conflict | None = None,
    endpoint: UUID | None = None,
) -> Response:
    here = f"/webhooks/{endpoint}" if endpoint else "/webhooks"
    wrong = {problem.field or "form": desk.words.text(problem.message)} if problem else {}
    return render(
        "webhooks/form.html",
        words=desk.words,
        desk=desk,
        status=problem.status if problem else 200,
        typed=typed,
        wrong=wrong,
        is_new=endpoint is None,
        action=desk.url(f"{here}/change" if endpoint else "/webhooks/new"),
        back=desk.url(here),
        choices=event_choices(desk, typed["events"]),
    )


async def _ask(request: Request, desk: Desk, endpoint: UUID, what: str) -> Response:
    async with database_of(request).transaction() as session:
        found = await get_endpoint(session, endpoint_id=endpoint, salon_id=desk.salon.id)
        plan = await plan_delete(session, salon_id=desk.salon.id, endpoint_id=endpoint)
    return render(
        "webhooks/confirm.html",
        words=desk.words,
        desk=desk,
        endpoint=view_endpoint(desk, found),
        what=what,
        plan=plan,
    )


async def _secret(request: Request, desk: Desk, endpoint: UUID, secret: str) -> Response:
    async with database_of(request).transaction() as session:
        found = await get_endpoint(session, endpoint_id=endpoint, salon_id=desk.salon.id)
    return render(
        "webhooks/secret.html",
        words=desk.words,
        desk=desk,
        endpoint=view_endpoint(desk, found),
        secret=secret,
    )
