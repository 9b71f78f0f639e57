"""The private addresses under which stylists read their visits in a calendar program."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.feeds.address import end_address, make_address
from openchair.booking.feeds.queries import FeedState, list_feeds
from openchair.identity.accounts.permissions import Reach
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Forbidden
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.pages import render, see_other
from openchair.web.feed import feed_path

PATH = "/feeds"
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One stylist's address, if they have one."""

    url: str
    name: str
    has_one: bool
    about: str


@router.get("/console/{salon}/feeds")
async def show_feeds(
    request: Request, desk: Annotated[Desk, Depends(May("feed.manage"))]
) -> Response:
    """Who has an address and when it was last read; a stylist sees their own."""
    return await _page(request, desk)


@router.post("/console/{salon}/feeds/{stylist:uuid}")
async def press_make(
    request: Request, stylist: UUID, desk: Annotated[Desk, Depends(May("feed.manage"))]
) -> Response:
    """A new address, shown this once; the former one ends."""
    _require_own(desk, stylist)

    async def work(session: AsyncSession) -> str:
        return await make_address(
            session, salon_id=desk.salon.id, staff_id=stylist, by=desk.person.actor, now=desk.now
        )

    token = await attempt(database_of(request), work)
    return await _page(request, desk, made=stylist, token=token)


@router.post("/console/{salon}/feeds/{stylist:uuid}/end")
async def press_end(
    request: Request, stylist: UUID, desk: Annotated[Desk, Depends(May("feed.manage"))]
) -> Response:
    """Nobody reads it any more."""
    _require_own(desk, stylist)

    async def work(session: AsyncSession) -> bool:
        return await end_address(
            session, salon_id=desk.salon.id, staff_id=stylist, by=desk.person.actor, now=desk.now
        )

    await attempt(database_of(request), work)
    return see_other(desk.url(PATH, did="ended"))


def _require_own(desk: Desk, stylist: UUID) -> None:
    if desk.reach is Reach.OWN and stylist != desk.membership.staff_id:
        raise Forbidden("You can have the address of your own calendar only.", code="not_yours")


async def _page(
    request: Request, desk: Desk, *, made: UUID | None = None, token: str = ""
) -> Response:
    nobody = UUID(int=0)
    own = (desk.membership.staff_id or nobody) if desk.reach is Reach.OWN else None
    async with database_of(request).transaction() as session:
        found = await list_feeds(session, salon_id=desk.salon.id, staff_id=own)
    address = f"{load(InstallationSettings).address}{feed_path(token)}" if token else ""
    return render(
        "feeds.html",
        words=desk.words,
        desk=desk,
        rows=[_row(desk, each) for each in found],
        made=next((each.staff_name for each in found if each.staff_id == made), ""),
        address=address,
        webcal=address.replace("https://", "webcal://").replace("http://", "webcal://"),
        ended=request.query_params.get("did") == "ended",
    )


def _row(desk: Desk, state: FeedState) -> Row:
    say = desk.words.text
    if state.since is None:
        about = say("No address yet")
    elif state.last_read_at is None:
        about = say("Not read by any program yet")
    else:
        about = say("Last read {when}", when=desk.formats.date_and_time(state.last_read_at))
    return Row(
        url=desk.url(f"{PATH}/{state.staff_id}"),
        name=state.staff_name,
        has_one=state.since is not None,
        about=about,
    )
