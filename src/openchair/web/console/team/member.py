"""One of the team: what clients read about them, what they do, their share, their picture."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.catalogue.queries import Catalogue, Service, get_catalogue
from openchair.booking.team.members import MemberDetails, add_member, change_member
from openchair.booking.team.picture import set_picture
from openchair.booking.team.queries import Member, get_member
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.former import former_state
from openchair.web.console.forms import Typed, read_file, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.media import picture_address

PATH = "/salon/team"
PICTURE_WIDTH = 320
FIRST_COLOUR = "#177f78"
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceBox:
    """One service to tick; variants and add-ons stand below their service."""

    id: str
    name: str
    below: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceGroup:
    """A heading of the price list with what can be ticked."""

    name: str
    boxes: tuple[ServiceBox, ...]


@router.get("/console/{salon}/salon/team/new")
async def show_new_member(
    request: Request, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """The empty form."""
    typed = Typed({"colour": FIRST_COLOUR, "commission": "0"})
    return await _page(request, desk, None, typed)


@router.post("/console/{salon}/salon/team/new")
async def send_new_member(
    request: Request, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """Add them, and lead on to their hours: without those nobody can book them."""
    typed = await read_form(request)
    try:
        details = _details(desk, typed)

        async def work(session: AsyncSession) -> UUID:
            return await add_member(
                session,
                salon_id=desk.salon.id,
                location_id=desk.salon.location.id,
                details=details,
                service_ids=_services(typed),
                by=desk.person.actor,
            )

        stylist = await attempt(database_of(request), work)
    except Invalid as problem:
        return await _page(request, desk, None, typed, problem=problem)
    return see_other(desk.url(f"{PATH}/{stylist}/hours", did="added"))


@router.get("/console/{salon}/salon/team/{stylist:uuid}")
async def show_member_page(
    request: Request, stylist: UUID, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """The form with what is known."""
    async with database_of(request).transaction() as session:
        found = await get_member(session, salon_id=desk.salon.id, staff_id=stylist, now=desk.now)
        undo = (
            await former_state(session, desk, resource_type="staff", resource_id=stylist)
            if request.query_params.get("did") == "save"
            else None
        )
    former = _from_audit(undo) if undo and "name" in undo else None
    return await _page(request, desk, found, _typed(found), undo=former)


@router.post("/console/{salon}/salon/team/{stylist:uuid}")
async def save_member(
    request: Request, stylist: UUID, desk: Annotated[Desk, Depends(May("team.manage"))]
) -> Response:
    """Save, or show what was typed again."""
    typed = await read_form(request)
    try:
        details = _details(desk, typed)

        async def work(session: AsyncSession) -> None:
            await change_member(
                session,
                salon_id=desk.salon.id,
                staff_id=stylist,
                details=details,
                service_ids=_services(typed),
                by=desk.person.actor,
                now=desk.now,
            )

        await attempt(database_of(request), work)
    except Invalid as problem:
        async with database_of(request).transaction() as session:
            found = await get_member(
                session, salon_id=desk.salon.id, staff_id=stylist, now=desk.now
            )
        return await _page(request, desk, found, typed, problem=problem)
    return see_other(desk.url(f"{PATH}/{stylist}", did="save"))


@router.post("/console/{salon}/salon/team/{stylist:uuid}/picture")
async def send_picture(
    request: Request, stylist: UUID, desk: Annotated[Desk, Depends(May("team.manage", files=1))]
) -> Response:
    """Another picture, or none."""
    typed = await read_form(request)
    content = None if typed["remove"] else await read_file(request, "picture")
    try:
        if content == b"":
            raise Invalid("Please choose a picture.", field="picture")  # noqa: TRY301

        async def work(session: AsyncSession) -> None:
            await set_picture(
                session,
                salon_id=desk.salon.id,
                staff_id=stylist,
                content=content,
                by=desk.person.actor,
            )

        await attempt(database_of(request), work)
    except Invalid as problem:
        async with database_of(request).transaction() as session:
            found = await get_member(
                session, salon_id=desk.salon.id, staff_id=stylist, now=desk.now
            )
        return await _page(request, desk, found, _typed(found), problem=problem)
    return see_other(desk.url(f"{PATH}/{stylist}", did="picture"))


async def _page(
    request: Request,
    desk: Desk,
    member: Member | None,
    typed: Typed,
    *,
    problem: Invalid | None = None,
    undo: Typed | None = None,
) -> Response:
    async with database_of(request).transaction() as session:
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    wrong = {problem.field or "name": desk.words.text(problem.message)} if problem else {}
    shape = member.picture if member else None
    return render(
        "team/member.html",
        words=desk.words,
        desk=desk,
        member=member,
        typed=typed,
        groups=_groups(desk, catalogue),
        spoken=[(code, name) for code, name in NAMES.items()],
        picture=picture_address(desk.salon.slug, shape.id, shape.width_for(PICTURE_WIDTH))
        if shape
        else "",
        shape=shape,
        undo=undo,
        wrong=wrong,
        status=problem.status if problem else 200,
    )


def _details(desk: Desk, typed: Typed) -> MemberDetails:
    return MemberDetails(
        name=typed["name"],
        title={code: typed[f"title_{code}"] for code in desk.salon.languages},
        bio={code: typed[f"bio_{code}"] for code in desk.salon.languages},
        colour=typed["colour"].lower(),
        languages=tuple(code for code in NAMES if typed[f"speaks_{code}"]),
        commission_basis_points=_percent(typed.trimmed("commission")),
    )


def _percent(text: str) -> int:
    """`42.5` → 4250 basis points."""
    plain = text.replace(",", ".") or "0"
    whole, _, part = plain.partition(".")
    if not (whole + part).isdigit() or not (whole + part).isascii() or len(plain) > 6:
        raise Invalid("Please type a percentage such as 40 or 42.5.", field="commission")
    return int(whole or "0") * 100 + int(part.ljust(2, "0")[:2] or "0")


def _services(typed: Typed) -> set[UUID]:
    found = set()
    for name in typed.values:
        if name.startswith("service_"):
            try:
                found.add(UUID(name.removeprefix("service_")))
            except ValueError:
                raise Invalid("Please choose services from the list.", field="services") from None
    return found


def _typed(member: Member) -> Typed:
    values = {
        "name": member.name,
        "colour": member.colour if member.colour.startswith("#") else FIRST_COLOUR,
        "commission": f"{member.commission_basis_points / 100:g}",
    }
    values |= {f"title_{code}": said for code, said in member.title.items()}
    values |= {f"bio_{code}": said for code, said in member.bio.items()}
    values |= {f"speaks_{code}": "yes" for code in member.languages}
    values |= {f"service_{service}": "yes" for service in member.service_ids}
    return Typed(values)


def _from_audit(before: dict[str, object]) -> Typed:
    values = {
        "name": str(before["name"]),
        "colour": str(before["colour"]),
        "commission": f"{int(str(before['commission_basis_points'])) / 100:g}",
    }
    for field in ("title", "bio"):
        texts = before[field]
        if isinstance(texts, dict):
            values |= {f"{field}_{code}": str(said) for code, said in texts.items()}
    for field, prefix in (("languages", "speaks"), ("service_ids", "service")):
        listed = before[field]
        if isinstance(listed, list):
            values |= {f"{prefix}_{each}": "yes" for each in listed}
    return Typed(values)


def _groups(desk: Desk, catalogue: Catalogue) -> list[ServiceGroup]:
    groups = [
        ServiceGroup(
            name=desk.say(category.name),
            boxes=tuple(
                box
                for service in catalogue.services
                if service.category_id == category.id
                for box in _boxes(desk, service)
            ),
        )
        for category in catalogue.categories
    ]
    return [group for group in groups if group.boxes]


def _boxes(desk: Desk, service: Service) -> list[ServiceBox]:
    below = [*service.variants, *(each for each in service.addons if each.parent_id)]
    return [
        ServiceBox(id=str(service.id), name=desk.say(service.name), below=False),
        *(ServiceBox(id=str(each.id), name=desk.say(each.name), below=True) for each in below),
    ]
