"""Asks somebody by mail to join the team, asks again, and takes it back. For owners."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.accounts.permissions import ROLES
from openchair.identity.invitations.invite import invite, resend, revoke
from openchair.identity.invitations.queries import get_invitation
from openchair.platform.errors import Conflict, Invalid, Problem
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.acts import carry_out
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.people import id_from, require_stylist, stylists_of
from openchair.web.console.people_view import role_choices, view_invitation

router = APIRouter()
EMPTY = Typed({})


@router.get("/console/{salon}/salon/people/invite")
async def show_form(
    request: Request, desk: Annotated[Desk, Depends(May("people.manage"))]
) -> Response:
    """Address, role, stylist, language."""
    return await _form(request, desk, EMPTY)


@router.post("/console/{salon}/salon/people/invite")
async def send(request: Request, desk: Annotated[Desk, Depends(May("people.manage"))]) -> Response:
    """The first mail."""
    typed = await read_form(request)
    async with database_of(request).transaction() as session:
        stylists = await stylists_of(session, desk)
    staff_id = id_from(typed["staff_id"])
    try:
        require_stylist(staff_id, stylists)
        language = typed["language"]
        await carry_out(
            request,
            desk,
            invite,
            email=typed.trimmed("email"),
            role=_require_role(typed["role"]),
            staff_id=staff_id,
            language=language if language in NAMES else desk.salon.default_language,
            now=desk.now,
        )
    except (Invalid, Conflict) as problem:
        return await _form(request, desk, typed, problem=problem)
    return see_other(desk.url("/salon/people", did="invited"))


@router.post("/console/{salon}/salon/people/invitations/{invitation:uuid}/resend")
async def send_again(
    request: Request, invitation: UUID, desk: Annotated[Desk, Depends(May("people.manage"))]
) -> Response:
    """A new link; the old one no longer counts."""
    await carry_out(request, desk, resend, invitation_id=invitation, now=desk.now)
    return see_other(desk.url("/salon/people", did="resent"))


@router.get("/console/{salon}/salon/people/invitations/{invitation:uuid}/revoke")
async def ask_to_revoke(
    request: Request, invitation: UUID, desk: Annotated[Desk, Depends(May("people.manage"))]
) -> Response:
    """Whose it is."""
    async with database_of(request).transaction() as session:
        found = await get_invitation(session, salon_id=desk.salon.id, invitation_id=invitation)
        stylists = await stylists_of(session, desk)
    return render(
        "people/revoke.html",
        words=desk.words,
        desk=desk,
        invitation=view_invitation(desk, found, stylists=stylists),
    )


@router.post("/console/{salon}/salon/people/invitations/{invitation:uuid}/revoke")
async def take_back(
    request: Request, invitation: UUID, desk: Annotated[Desk, Depends(May("people.manage"))]
) -> Response:
    """Its link is worth nothing any more."""
    await carry_out(request, desk, revoke, invitation_id=invitation, now=desk.now)
    return see_other(desk.url("/salon/people", did="revoked"))


def _require_role(role: str) -> str:
    if role not in ROLES:
        raise Invalid("Please choose one of these roles.", field="role", code="role_not_known")
    return role


async def _form(
    request: Request, desk: Desk, typed: Typed, *, problem: Problem | None = None
) -> Response:
    async with database_of(request).transaction() as session:
        stylists = await stylists_of(session, desk)
    return render(
        "people/invite.html",
        words=desk.words,
        desk=desk,
        status=problem.status if problem else 200,
        typed=typed,
        roles=role_choices(desk.words),
        stylists=stylists,
        chosen=typed["language"] or desk.salon.default_language,
        wrong={problem.field or "form": desk.words.text(problem.message)} if problem else {},
    )
