"""Addresses that the salon no longer writes to: which and why, adding one, taking one off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from babel.dates import format_date
from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.customers.profiles.contact import clean_email, clean_phone
from openchair.notifications.suppressions.queries import (
    Address,
    Suppressed,
    count_suppressed,
    list_suppressed,
    suppressed_among,
)
from openchair.operations.messages.suppressions import lift_suppression, suppress_address
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid, NotFound
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.phones import readable_phone
from openchair.web.cursor import cursor, read_cursor

PATH = "/suppressions"
PAGE_ROWS = 50
MAX_NOTE = 200
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One address as the list shows it."""

    id: UUID
    icon: str
    address: str
    reason: str
    note: str
    since: str
    until: str
    message_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """An address of a client to which nothing is sent, and why."""

    sentence: str
    reason: str
    url: str


@router.get("/console/{salon}/suppressions")
async def show_suppressions(
    request: Request, desk: Annotated[Desk, Depends(May("messages.read"))]
) -> Response:
    """The list, the newest first, fifty a page; `search` is a part of an address."""
    say = desk.words.text
    notices = {
        "add": say("The salon writes nothing more to it."),
        "lift": say("The salon writes to it again."),
    }
    notice = notices.get(request.query_params.get("did", ""), "")
    return await _page(request, desk, notice=notice)


@router.post("/console/{salon}/suppressions")
async def add_suppression(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Write no more to an address or a number."""
    typed = await read_form(request)
    try:
        channel, recipient = _read_address(desk, typed.trimmed("recipient"))
        if len(typed.trimmed("note")) > MAX_NOTE:
            raise Invalid("Please keep the note below 200 characters.", field="note")  # noqa: TRY301

        async def work(session: AsyncSession) -> bool:
            return await suppress_address(
                session,
                salon_id=desk.salon.id,
                channel=channel,
                recipient=recipient,
                note=typed.trimmed("note"),
                until=None,
                by=desk.person.actor,
                now=desk.now,
            )

        await attempt(database_of(request), work)
    except Invalid as problem:
        name = "note" if problem.field == "note" else "address"
        wrong = {name: desk.words.text(problem.message)}
        return await _page(request, desk, typed=typed, wrong=wrong, status=422)
    return see_other(desk.url(PATH, did="add"))


@router.post("/console/{salon}/suppressions/{suppression:uuid}/lift")
async def press_lift(
    request: Request, suppression: UUID, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Write to it again; somebody who was faster is as good."""

    async def work(session: AsyncSession) -> None:
        await lift_suppression(
            session, salon_id=desk.salon.id, suppression_id=suppression, by=desk.person.actor
        )

    try:
        await attempt(database_of(request), work)
    except NotFound:
        # Not there, or a neighbour's: the same answer, as for every thing that is not theirs.
        raise NotFound("This address is not on the list.") from None
    return see_other(desk.url(PATH, did="lift"))


async def unreached(
    session: AsyncSession, desk: Desk, *, email: str | None, phone: str | None
) -> list[Unreached]:
    """Which of a client's addresses get nothing, for the page of their visit."""
    given = {"email": email, "sms": phone}
    addresses = [
        Address(salon_id=desk.salon.id, channel=channel, recipient=recipient)
        for channel, recipient in given.items()
        if recipient
    ]
    found = await suppressed_among(session, addresses=addresses, now=desk.now)
    say = desk.words.text
    return [
        Unreached(
            sentence=say("Nothing is sent to {address}.", address=_shown(each.recipient)),
            reason=reason_words(desk, reason),
            url=desk.url(PATH, search=each.recipient) if desk.may("messages.read") else "",
        )
        for each, reason in found.items()
    ]


def reason_words(desk: Desk, reason: str) -> str:
    """Why an address is on the list."""
    say = desk.words.text
    return {
        "hard_bounce": say("The address does not exist: messages come back."),
        "complaint": say("The client called a mail spam."),
        "stop": say("The client answered STOP."),
        "manual": say("Somebody of the team put it here."),
    }[reason]


def _read_address(desk: Desk, address: str) -> tuple[str, str]:
    """Channel and address. Raises `Invalid`."""
    if "@" in address:
        return "email", clean_email(address) or ""
    if not address:
        raise Invalid("Please give a mail address or a phone number.", field="address")
    return "sms", clean_phone(address, country=desk.salon.location.country) or ""


async def _page(
    request: Request,
    desk: Desk,
    *,
    typed: Typed | None = None,
    wrong: dict[str, str] | None = None,
    notice: str = "",
    status: int = 200,
) -> Response:
    search = request.query_params.get("search", "").replace("\x00", "")[:200]
    after = read_cursor(request)
    async with database_of(request).transaction() as session:
        found = await list_suppressed(
            session,
            salon_id=desk.salon.id,
            now=desk.now,
            search=search,
            after=after,
            limit=PAGE_ROWS + 1,
        )
        total = await count_suppressed(session, salon_id=desk.salon.id, now=desk.now)
    rows, more = found[:PAGE_ROWS], len(found) > PAGE_ROWS
    return render(
        "messages/suppressions.html",
        words=desk.words,
        desk=desk,
        status=status,
        rows=[_row(desk, each) for each in rows],
        total=total,
        search=search,
        more_url=desk.url(PATH, search=search, after=cursor(rows[-1])) if more else "",
        typed=typed or Typed({}),
        wrong=wrong or {},
        notice=notice,
    )


def _row(desk: Desk, listed: Suppressed) -> Row:
    mail = listed.channel == "email"
    return Row(
        id=listed.id,
        icon="mail" if mail else "phone",
        address=_shown(listed.recipient),
        reason=reason_words(desk, listed.reason),
        note=listed.note or "",
        since=_day(desk, listed.created_at),
        until=_day(desk, listed.until) if listed.until else "",
        message_url=desk.url(f"/messages/{listed.notification_id}")
        if listed.notification_id
        else "",
    )


def _shown(recipient: str) -> str:
    return recipient if "@" in recipient else readable_phone(recipient)


def _day(desk: Desk, instant: datetime) -> str:
    local = desk.formats.local(instant)
    return str(format_date(local.date(), "long", locale=desk.formats.locale))
