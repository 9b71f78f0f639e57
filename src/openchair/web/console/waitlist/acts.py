"""The buttons of the waitlist: offer a time, take the offer back, take somebody off, and undo."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.waitlist.offer import offer_time
from openchair.booking.waitlist.queries import get_entry
from openchair.booking.waitlist.take_back import take_back_offer
from openchair.booking.waitlist.withdraw import restore_entry, withdraw_entry
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid
from openchair.web.console.day import FIRST_YEAR, LAST_YEAR
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import read_form
from openchair.web.console.pages import see_other
from openchair.web.console.waitlist.entry import entry_page

NOTHING = UUID(int=0)
router = APIRouter()


@router.post("/console/{salon}/waitlist/{entry:uuid}/offer")
async def press_offer(
    request: Request, entry: UUID, desk: Annotated[Desk, Depends(May("waitlist.manage"))]
) -> Response:
    """Keep a free time for them and ask, by hand."""
    typed = await read_form(request)

    async def work(session: AsyncSession) -> None:
        await get_entry(session, salon_id=desk.salon.id, entry_id=entry)
        start, staff_id = _read_time(typed["time"])
        await offer_time(
            session,
            salon=desk.salon,
            entry_id=entry,
            start=start,
            staff_ids=[staff_id],
            by=desk.person.actor,
            now=desk.now,
        )

    try:
        await attempt(database_of(request), work)
    except (Conflict, Invalid) as problem:
        return await entry_page(request, desk, entry, problem=problem)
    return see_other(desk.url(f"/waitlist/{entry}", did="offered"))


@router.post("/console/{salon}/waitlist/{entry:uuid}/take-back")
async def press_take_back(
    request: Request, entry: UUID, desk: Annotated[Desk, Depends(May("waitlist.manage"))]
) -> Response:
    """The time is needed otherwise; who was asked is told."""
    typed = await read_form(request)

    async def work(session: AsyncSession) -> None:
        await take_back_offer(
            session,
            salon=desk.salon,
            entry_id=entry,
            offer_id=_read_id(typed["offer"]),
            by=desk.person.actor,
            now=desk.now,
        )

    try:
        await attempt(database_of(request), work)
    except Conflict as problem:
        return await entry_page(request, desk, entry, problem=problem)
    return see_other(desk.url(f"/waitlist/{entry}", did="taken-back"))


@router.post("/console/{salon}/waitlist/{entry:uuid}/withdraw")
async def press_withdraw(
    request: Request, entry: UUID, desk: Annotated[Desk, Depends(May("waitlist.manage"))]
) -> Response:
    """They wait no more; the toast takes it back."""

    async def work(session: AsyncSession) -> None:
        await withdraw_entry(
            session, salon=desk.salon, entry_id=entry, by=desk.person.actor, now=desk.now
        )

    await attempt(database_of(request), work)
    return see_other(desk.url("/waitlist", did="withdrawn", entry=str(entry)))


@router.post("/console/{salon}/waitlist/{entry:uuid}/restore")
async def press_restore(
    request: Request, entry: UUID, desk: Annotated[Desk, Depends(May("waitlist.manage"))]
) -> Response:
    """They wait again, at their old place."""

    async def work(session: AsyncSession) -> None:
        await restore_entry(
            session, salon=desk.salon, entry_id=entry, by=desk.person.actor, now=desk.now
        )

    try:
        await attempt(database_of(request), work)
    except Conflict as problem:
        return await entry_page(request, desk, entry, problem=problem)
    return see_other(desk.url("/waitlist", did="restored", entry=str(entry)))


def _read_time(chip: str) -> tuple[datetime, UUID | None]:
    """The start and the person of a chip. Raises `Invalid`."""
    moment, _, person = chip.partition("~")
    try:
        start, staff_id = datetime.fromisoformat(moment), UUID(person) if person else None
    except ValueError:
        start, staff_id = datetime.min, None  # noqa: DTZ901 - refused on the next line
    if start.tzinfo is None or not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise Invalid("Please choose a time.", field="start")
    return start, staff_id


def _read_id(typed: str) -> UUID:
    """What no page of ours sends names nothing."""
    try:
        return UUID(typed)
    except ValueError:
        return NOTHING
