"""All messages of a salon: by state, channel and kind, found by recipient, a page at a time; and
one message with its story.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.notifications.dead_letters.queries import Letter, get_letter
from openchair.notifications.queries import Message, get_message, list_messages
from openchair.notifications.rendering import registered_kinds
from openchair.operations.messages.dead_letters import redrive_one
from openchair.operations.messages.decide import Decision, decide
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.message_recipients import clients_among, searched, unwanted_among
from openchair.web.console.message_templates_view import channel_name, kind_name
from openchair.web.console.messages_view import (
    GROUPS,
    facts,
    groups,
    line,
    next_words,
    status_name,
    story,
    tone,
)
from openchair.web.console.pages import render, see_other
from openchair.web.console.phones import as_stored, readable_phone
from openchair.web.cursor import cursor, read_cursor

PAGE_ROWS = 50
MOST_SEARCHED = 100
MOST_KIND = 60
ABOUT_A_BOOKING = "booking:"
ACTS: dict[str, Decision] = {
    "arrived": "arrived",
    "send-again": "send_again",
    "withdraw": "withdraw",
}
router = APIRouter()
Work = Callable[[AsyncSession], Awaitable[None]]


@router.get("/console/{salon}/messages")
async def show_messages(
    request: Request, desk: Annotated[Desk, Depends(May("messages.read"))]
) -> Response:
    """The list; `state`, `channel`, `kind`, `search` and `after` in the query."""
    query = request.query_params
    wish = {
        "state": query.get("state", "") if query.get("state", "") in GROUPS else "",
        "channel": query.get("channel", "") if query.get("channel", "") in {"email", "sms"} else "",
        "kind": query.get("kind", "").replace("\x00", "")[:MOST_KIND],
        "search": query.get("search", "").replace("\x00", "").strip()[:MOST_SEARCHED],
    }
    after = read_cursor(request)
    async with database_of(request).transaction() as session:
        found = await list_messages(
            session,
            salon_id=desk.salon.id,
            states=GROUPS.get(wish["state"], ()),
            channel=wish["channel"] or None,
            kind=wish["kind"] or None,
            recipient=as_stored(wish["search"], country=desk.salon.location.country),
            addresses=await searched(session, desk, wish["search"]),
            limit=PAGE_ROWS + 1,
            after=after,
        )
        shown, more = found[:PAGE_ROWS], len(found) > PAGE_ROWS
        unwanted = await unwanted_among(session, desk, shown)
        clients = await clients_among(session, desk, (each.recipient for each in shown))
    kinds = dict.fromkeys([*registered_kinds(), *([wish["kind"]] if wish["kind"] else [])])
    return render(
        "messages/messages.html",
        words=desk.words,
        desk=desk,
        lines=[
            line(
                desk,
                each,
                client=clients.get(each.recipient, ""),
                unwanted=unwanted.get(each.id, ""),
            )
            for each in shown
        ],
        wish=wish,
        narrowed=any(wish.values()),
        states=groups(desk),
        channels={"": desk.words.text("All"), **_channels(desk)},
        kinds={"": desk.words.text("All"), **{each: kind_name(desk, each) for each in kinds}},
        all_url=desk.url("/messages"),
        first_url=desk.url("/messages", **wish) if after else "",
        more_url=desk.url("/messages", **wish, after=cursor(shown[-1])) if more else "",
    )


@router.get("/console/{salon}/messages/{message:uuid}")
async def show_message(
    request: Request, message: UUID, desk: Annotated[Desk, Depends(May("messages.read"))]
) -> Response:
    """One message, from the writing to its end."""
    return await _page(request, desk, message)


@router.post("/console/{salon}/messages/{message:uuid}/arrived")
async def press_arrived(
    request: Request, message: UUID, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """A doubtful message did arrive."""
    return await _decide(request, desk, message, act="arrived")


@router.post("/console/{salon}/messages/{message:uuid}/send-again")
async def press_send_again(
    request: Request, message: UUID, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """A doubtful message did not arrive, or one that was given up may go again."""

    async def work(session: AsyncSession) -> None:
        found = await get_message(session, message_id=message, salon_id=desk.salon.id)
        if found.status == "failed":
            await redrive_one(
                session, letter_id=message, by=desk.person.actor, salon_id=desk.salon.id
            )
        else:
            await _carry_out(session, desk, message, "send-again", typed)

    typed = await read_form(request)
    return await _do(request, desk, message, work)


@router.post("/console/{salon}/messages/{message:uuid}/withdraw")
async def press_withdraw(
    request: Request, message: UUID, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """A message that waits is not to be sent."""
    return await _decide(request, desk, message, act="withdraw")


def _channels(desk: Desk) -> dict[str, str]:
    return {each: channel_name(desk, each) for each in ("email", "sms")}


async def _decide(request: Request, desk: Desk, message: UUID, *, act: str) -> Response:
    typed = await read_form(request)

    async def work(session: AsyncSession) -> None:
        await _carry_out(session, desk, message, act, typed)

    return await _do(request, desk, message, work)


async def _carry_out(
    session: AsyncSession, desk: Desk, message: UUID, act: str, typed: Typed
) -> None:
    await decide(
        session,
        message_id=message,
        decision=ACTS[act],
        reason=typed.trimmed("reason") or "decided at the console",
        by=desk.person.actor,
        salon_id=desk.salon.id,
    )


async def _do(request: Request, desk: Desk, message: UUID, work: Work) -> Response:
    try:
        await attempt(database_of(request), work)
    except (Conflict, Invalid) as problem:
        return await _page(request, desk, message, refused=problem)
    return see_other(desk.url(f"/messages/{message}"))


async def _page(
    request: Request, desk: Desk, message_id: UUID, *, refused: Conflict | Invalid | None = None
) -> Response:
    async with database_of(request).transaction() as session:
        message = await get_message(session, message_id=message_id, salon_id=desk.salon.id)
        letter = await _letter(session, desk, message_id)
        unwanted = (await unwanted_among(session, desk, [message])).get(message_id, "")
        clients = await clients_among(session, desk, [message.recipient])
    waits = letter is not None and letter.status == "waiting"
    can_redrive = waits and letter is not None and not letter.too_late
    return render(
        "messages/message.html",
        words=desk.words,
        desk=desk,
        status=refused.status if refused else 200,
        refused=_refusal(desk, refused) if refused else "",
        message=message,
        client=clients.get(message.recipient, ""),
        recipient=readable_phone(message.recipient),
        kind=kind_name(desk, message.kind),
        state=status_name(desk, message),
        tone=tone(message.status),
        next=next_words(desk, message, can_redrive=can_redrive, now=desk.now, unwanted=unwanted),
        facts=facts(desk, message),
        moments=story(desk, message),
        visit_url=_visit_url(desk, message),
        can_redrive=can_redrive,
        times=letter.failure_count if letter is not None else 0,
    )


async def _letter(session: AsyncSession, desk: Desk, message_id: UUID) -> Letter | None:
    try:
        return await get_letter(session, letter_id=message_id, salon_id=desk.salon.id)
    except NotFound:
        return None


def _visit_url(desk: Desk, message: Message) -> str:
    if not message.reference.startswith(ABOUT_A_BOOKING):
        return ""
    return desk.url(f"/visits/{message.reference.removeprefix(ABOUT_A_BOOKING)}")


def _refusal(desk: Desk, problem: Conflict | Invalid) -> str:
    """Why it was not done, in the reader's language."""
    say = desk.words.text
    if isinstance(problem, Invalid):
        return say("The reason is too long. Please keep it under 500 characters.")
    return {
        "letter_too_late": say("By now it would come too late, so it was not sent again."),
        "letter_under_way": say("It is on its way already."),
    }.get(problem.code, say("Somebody has decided about it in the meantime."))
