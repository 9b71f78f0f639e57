"""Who waits, in the order in which they are asked: a page at a time, with those who got a visit and
those who wait no more on lists of their own.
"""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.waitlist.queries import (
    STATES,
    count_by_status,
    get_entry,
    list_entries,
)
from openchair.platform.errors import NotFound
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.pages import render
from openchair.web.console.waitlist.view import line
from openchair.web.cursor import cursor, read_cursor

PAGE_ROWS = 50
STATUS_AFTER = {"added": "waiting", "withdrawn": "withdrawn", "restored": "waiting"}
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Notice:
    """What the button before this page did, as long as it is still so."""

    sentence: str
    entry_id: str
    undo: bool


@router.get("/console/{salon}/waitlist")
async def show_waitlist(
    request: Request, desk: Annotated[Desk, Depends(May("waitlist.read"))]
) -> Response:
    """The list; `state` and `after` in the query."""
    query = request.query_params
    state = query.get("state", "") if query.get("state", "") in STATES else "waiting"
    after = read_cursor(request)
    async with database_of(request).transaction() as session:
        found = await list_entries(
            session,
            salon_id=desk.salon.id,
            statuses=STATES[state],
            newest_first=state != "waiting",
            limit=PAGE_ROWS + 1,
            after=after,
        )
        counts = await count_by_status(session, salon_id=desk.salon.id)
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
        notice = await read_notice(session, desk, request)
    shown, more = found[:PAGE_ROWS], len(found) > PAGE_ROWS
    return render(
        "waitlist/list.html",
        words=desk.words,
        desk=desk,
        lines=[line(desk, each, catalogue=catalogue) for each in shown],
        state=state,
        states=_states(desk, counts),
        first_url=desk.url("/waitlist", state=state) if after else "",
        more_url=desk.url("/waitlist", state=state, after=cursor(shown[-1])) if more else "",
        new_url=desk.url("/waitlist/new"),
        may_manage=desk.may("waitlist.manage"),
        notice=notice,
        back=desk.url("/waitlist", state=state),
    )


async def read_notice(session: AsyncSession, desk: Desk, request: Request) -> Notice | None:
    """The toast after a button."""
    did = request.query_params.get("did", "")
    if did not in STATUS_AFTER:
        return None
    try:
        entry_id = UUID(request.query_params.get("entry", ""))
        entry = await get_entry(session, salon_id=desk.salon.id, entry_id=entry_id)
    except (ValueError, NotFound):
        return None
    if entry.status != STATUS_AFTER[did]:
        return None
    say, name = desk.words.text, entry.name
    sentence = {
        "added": say("{name} is on the waitlist.", name=name),
        "withdrawn": say("{name} is taken off the waitlist.", name=name),
        "restored": say("{name} is on the waitlist again.", name=name),
    }[did]
    undo = did == "withdrawn" and desk.may("waitlist.manage")
    return Notice(sentence=sentence, entry_id=str(entry.id), undo=undo)


def _states(desk: Desk, counts: dict[str, int]) -> list[tuple[str, str, str, int]]:
    """The lists: their name in the address, their address, their name, how many are on them."""
    say = desk.words.text
    names = {
        "waiting": say("On the list"),
        "booked": say("Got a visit"),
        "over": say("No longer waiting"),
    }
    return [
        (state, desk.url("/waitlist", state=state), name, counts[state])
        for state, name in names.items()
    ]
