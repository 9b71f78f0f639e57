"""The small forms of a client's page: notes, allergies, what came of a form, consents.

Each changes one thing and shows the page again, with what was typed when it was refused.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.customers.consents.change import change_consent
from openchair.customers.forms.answer import record_answer, remove_answer
from openchair.customers.notes.write import remove_note, write_note
from openchair.customers.profiles.edit import set_allergies
from openchair.platform.errors import Conflict, Invalid
from openchair.web.console.acts import carry_out
from openchair.web.console.clients.profile import Again, client_page
from openchair.web.console.door import Desk, May
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import see_other

router = APIRouter()


@router.post("/console/{salon}/clients/{client:uuid}/notes")
async def send_note(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.note"))]
) -> Response:
    """Keep a note."""
    typed = await read_form(request)
    return await _do(request, desk, client, write_note, typed=typed, did="note", body=typed["body"])


@router.post("/console/{salon}/clients/{client:uuid}/notes/{note:uuid}/remove")
async def press_remove_note(
    request: Request, client: UUID, note: UUID, desk: Annotated[Desk, Depends(May("clients.note"))]
) -> Response:
    """Delete one; the page asked first."""
    await read_form(request)
    return await _do(
        request,
        desk,
        client,
        remove_note,
        typed=Typed({}),
        did="note-removed",
        at="notes",
        note_id=note,
    )


@router.post("/console/{salon}/clients/{client:uuid}/allergies")
async def send_allergies(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.note"))]
) -> Response:
    """What this client does not bear."""
    typed = await read_form(request)
    said = typed["allergies"]
    return await _do(
        request,
        desk,
        client,
        set_allergies,
        typed=typed,
        did="allergies",
        at="allergies",
        allergies=said,
    )


@router.post("/console/{salon}/clients/{client:uuid}/forms")
async def send_answer(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.note"))]
) -> Response:
    """What came of a form, such as a patch test."""
    typed = await read_form(request)
    try:
        answered = _read_moment(desk, typed)
        form_id = _read_form_id(typed["form"])
    except Invalid as problem:
        return await _again(request, desk, client, typed, problem)
    return await _do(
        request,
        desk,
        client,
        record_answer,
        typed=typed,
        did="form",
        at="forms",
        form_id=form_id,
        outcome=typed["outcome"],
        answered_at=answered,
        note=typed["answer_note"],
        now=desk.now,
    )


@router.post("/console/{salon}/clients/{client:uuid}/forms/{answer:uuid}/remove")
async def press_remove_answer(
    request: Request,
    client: UUID,
    answer: UUID,
    desk: Annotated[Desk, Depends(May("clients.note"))],
) -> Response:
    """Take back what was written down by mistake; the page asked first."""
    return await _do(
        request,
        desk,
        client,
        remove_answer,
        typed=Typed({}),
        did="form-removed",
        at="forms",
        answer_id=answer,
    )


@router.post("/console/{salon}/clients/{client:uuid}/consents")
async def send_consent(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.edit"))]
) -> Response:
    """What the client said about reminders or news."""
    typed = await read_form(request)
    return await _do(
        request,
        desk,
        client,
        change_consent,
        typed=typed,
        did="consent",
        at="consents",
        kind=typed["kind"],
        channel=typed["channel"] if typed["channel"] in {"email", "sms"} else None,
        granted=typed["granted"] == "yes",
    )


async def _do(
    request: Request,
    desk: Desk,
    client: UUID,
    verb: Callable[..., Awaitable[object]],
    *,
    typed: Typed,
    did: str,
    at: str = "notes",
    **which: Any,
) -> Response:
    try:
        await carry_out(request, desk, verb, client_id=client, **which)
    except (Invalid, Conflict) as problem:
        return await _again(request, desk, client, typed, problem)
    return see_other(f"{desk.url(f'/clients/{client}', did=did)}#{at}")


async def _again(
    request: Request, desk: Desk, client: UUID, typed: Typed, problem: Invalid | Conflict
) -> Response:
    names = {"note": "answer_note", "": "page"}
    field = problem.field or ""
    wrong = {names.get(field, field): desk.words.text(problem.message)}
    return await client_page(request, desk, client, Again(typed, wrong), status=problem.status)


def _read_moment(desk: Desk, typed: Typed) -> datetime:
    """On the salon's clock; without a time the day's noon, or now if that is still to come."""
    try:
        day = date.fromisoformat(typed["day"])
        clock = time.fromisoformat(typed["clock"]) if typed["clock"] else time(12)
        moment = datetime.combine(day, clock.replace(tzinfo=None), desk.formats.zone)
        return min(moment, desk.now) if day == desk.formats.local(desk.now).date() else moment
    except (ValueError, OverflowError):
        raise Invalid("Please give a day that is not in the future.", field="answered_at") from None


def _read_form_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Please choose a form.", field="form") from None
