"""The team as those see it who lead it: who there is, in which order, who is new, who has left."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.team.members import move_member, show_member
from openchair.booking.team.queries import Member, get_member, list_members
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import NotFound
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import read_form
from openchair.web.console.pages import render, see_other
from openchair.web.media import picture_address

PATH = "/salon/team"
THUMBNAIL = 96
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person of the list."""

    id: UUID
    url: str
    name: str
    title: str
    initials: str
    colour: str
    picture: str
    services: str
    visits: str
    active: bool


@router.get("/console/{salon}/salon/team")
async def show_team(
    request: Request, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """Everybody, those who are hidden below."""
    async with database_of(request).transaction() as session:
        members = await list_members(session, salon_id=desk.salon.id, now=desk.now)
        notice = await _notice(session, desk, request)
    rows = [_row(desk, member) for member in members]
    return render(
        "team/team.html",
        words=desk.words,
        desk=desk,
        shown=[row for row in rows if row.active],
        hidden=[row for row in rows if not row.active],
        notice=notice,
    )


@router.post("/console/{salon}/salon/team/{stylist:uuid}/move")
async def press_move(
    request: Request, stylist: UUID, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """One place up or down, as clients see the team."""
    steps = -1 if (await read_form(request))["to"] == "up" else 1

    async def work(session: AsyncSession) -> None:
        await move_member(
            session, salon_id=desk.salon.id, staff_id=stylist, by=desk.person.actor, steps=steps
        )

    await attempt(database_of(request), work)
    return see_other(f"{desk.url(PATH)}#m-{stylist}")


@router.post("/console/{salon}/salon/team/{stylist:uuid}/hide")
async def press_hide(
    request: Request, stylist: UUID, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """Clients no longer find them; what is booked stays."""
    return await _show(request, desk, stylist, active=False)


@router.post("/console/{salon}/salon/team/{stylist:uuid}/show")
async def press_show(
    request: Request, stylist: UUID, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """Clients find them again."""
    return await _show(request, desk, stylist, active=True)


async def _show(request: Request, desk: Desk, stylist: UUID, *, active: bool) -> Response:
    async def work(session: AsyncSession) -> None:
        await show_member(
            session,
            salon_id=desk.salon.id,
            staff_id=stylist,
            active=active,
            by=desk.person.actor,
            now=desk.now,
        )

    await attempt(database_of(request), work)
    return see_other(desk.url(PATH, did="shown" if active else "hidden", member=stylist))


async def _notice(session: AsyncSession, desk: Desk, request: Request) -> dict[str, str] | None:
    did = request.query_params.get("did", "")
    try:
        found = await get_member(
            session,
            salon_id=desk.salon.id,
            staff_id=UUID(request.query_params.get("member", "")),
            now=desk.now,
        )
    except (ValueError, NotFound):
        return None
    say, plural = desk.words.text, desk.words.plural
    if did == "hidden" and not found.active:
        said = say("Clients do not find {name} any more.", name=found.name)
        if found.coming_visits:
            said += " " + plural(
                "{number} visit stays booked.", "{number} visits stay booked.", found.coming_visits
            )
        return {"sentence": said, "action": desk.url(f"{PATH}/{found.id}/show")}
    if did == "shown" and found.active:
        said = say("Clients find {name} again.", name=found.name)
        return {"sentence": said, "action": desk.url(f"{PATH}/{found.id}/hide")}
    return None


def _row(desk: Desk, member: Member) -> Row:
    plural = desk.words.plural
    found = member.picture
    return Row(
        id=member.id,
        url=desk.url(f"{PATH}/{member.id}"),
        name=member.name,
        title=desk.say(member.title),
        initials="".join(part[:1] for part in member.name.split()[:2]).upper(),
        colour=member.colour,
        picture=picture_address(desk.salon.slug, found.id, found.width_for(THUMBNAIL))
        if found
        else "",
        services=plural("{number} service", "{number} services", len(member.service_ids)),
        visits=plural("{number} coming visit", "{number} coming visits", member.coming_visits),
        active=member.active,
    )
