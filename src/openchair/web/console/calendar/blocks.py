"""Time that is kept free: drawn into the calendar, taken out again, and that undone."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.blocks.block import block_time, former_block, unblock, undo_unblock
from openchair.booking.blocks.queries import Block, get_block
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import NotFound
from openchair.web.console.calendar.fields import read_instant, read_optional_id
from openchair.web.console.calendar.refusals import answer
from openchair.web.console.calendar.rights import require_own_column
from openchair.web.console.calendar.sentences import moment
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import read_form

router = APIRouter()


@router.post("/console/{salon}/calendar/blocks")
async def press_block(
    request: Request, desk: Annotated[Desk, Depends(May("time.block"))]
) -> Response:
    """Keep `staff_id`'s or `resource_id`'s time free from `start` to `end`, for a `reason`."""
    typed = await read_form(request)

    async def work(session: AsyncSession) -> Block:
        staff_id = read_optional_id(typed, "staff_id")
        resource_id = read_optional_id(typed, "resource_id")
        if staff_id or resource_id:
            require_own_column(desk, staff_id)
        return await block_time(
            session,
            salon=desk.salon,
            staff_id=staff_id,
            resource_id=resource_id,
            start=read_instant(typed, "start"),
            end=read_instant(typed, "end"),
            reason=typed.trimmed("reason"),
            by=desk.person.actor,
            now=desk.now,
        )

    return _blocked(desk, await attempt(database_of(request), work))


@router.post("/console/{salon}/calendar/blocks/{block:uuid}/remove")
async def press_unblock(
    request: Request, block: UUID, desk: Annotated[Desk, Depends(May("time.block"))]
) -> Response:
    """Give the time back."""

    async def work(session: AsyncSession) -> Block:
        found = await get_block(session, salon_id=desk.salon.id, block_id=block)
        require_own_column(desk, found.staff_id)
        return await unblock(session, salon=desk.salon, block_id=block, by=desk.person.actor)

    gone = await attempt(database_of(request), work)
    sentence = desk.words.text("{name} is free again, {start} to {end}.", **_span(desk, gone))
    return answer({"id": gone.id, "sentence": sentence, "undo": {"block_id": gone.id}})


@router.post("/console/{salon}/calendar/blocks/{block:uuid}/undo")
async def press_block_again(
    request: Request, block: UUID, desk: Annotated[Desk, Depends(May("time.block"))]
) -> Response:
    """Block again what was given back, if it is still free."""

    async def work(session: AsyncSession) -> Block:
        require_own_column(desk, (await _known(session, desk, block)).staff_id)
        return await undo_unblock(
            session, salon=desk.salon, block_id=block, by=desk.person.actor, now=desk.now
        )

    return _blocked(desk, await attempt(database_of(request), work))


async def _known(session: AsyncSession, desk: Desk, block: UUID) -> Block:
    try:
        return await get_block(session, salon_id=desk.salon.id, block_id=block)
    except NotFound:
        return await former_block(session, salon_id=desk.salon.id, block_id=block)


def _blocked(desk: Desk, block: Block) -> Response:
    sentence = desk.words.text("{name} is blocked, {start} to {end}.", **_span(desk, block))
    return answer({"id": block.id, "sentence": sentence, "undo": {"block_id": block.id}})


def _span(desk: Desk, block: Block) -> dict[str, str]:
    return {
        "name": block.name,
        "start": moment(desk, block.start),
        "end": desk.formats.time(block.end),
    }
