"""The salon's own words for its messages: which it has, changing them, going back.

Every page works without scripts. What words look like, and trying them, is in
`message_samples.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.accounts.queries import names_of
from openchair.identity.audit.queries import list_acts
from openchair.notifications.templates.place import Place
from openchair.notifications.templates.queries import Template, list_own
from openchair.notifications.templates.rules import Written, mistakes_in
from openchair.operations.wording.change import (
    OVERTAKEN,
    RESOURCE,
    bring_back,
    change_words,
    version_of,
)
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.ids import new_id
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.message_template_form import read_wording_form
from openchair.web.console.message_templates_view import (
    channel_name,
    kind_name,
    mistake_sentences,
    our_words,
    place_of,
    place_url,
    view_history,
    view_list,
    view_variables,
)
from openchair.web.console.pages import render, see_other
from openchair.web.console.phones import example_phone

HISTORY = 10
DONE = frozenset({"save", "reset", "bring_back"})
# The page holds a frame, and a script of ours that keeps it up to date.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of sending a sample: where it went, or why it did not."""

    recipient: str = ""
    wrong: str = ""
    sent: bool = False


@router.get("/console/{salon}/templates")
async def show_templates(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """All kinds, channels and languages, and which are the salon's own."""
    async with database_of(request).transaction() as session:
        own = await list_own(session, salon_id=desk.salon.id)
    return render(
        "messages/templates.html", words=desk.words, desk=desk, kinds=view_list(desk, own)
    )


@router.get("/console/{salon}/templates/edit")
async def show_template(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """The words of one place, to change them."""
    place = place_of(desk, request.query_params)
    if place is None:
        return see_other(desk.url("/templates"))
    return await template_page(request, desk, place)


@router.post("/console/{salon}/templates/edit")
async def save_template(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Save; words that cannot be filled in are shown again with what is wrong, and words that
    would replace somebody else's newer ones with those. Our own words saved unchanged are no words
    of the salon's.
    """
    form = await read_wording_form(request, desk)
    place, typed, written = form.place, form.typed, form.written
    try:
        return await _change(request, desk, place, form.own, seen=typed["version"])
    except Conflict as problem:
        return await _overtaken(request, desk, place, problem, written=written)
    except Invalid as problem:
        return await template_page(
            request,
            desk,
            place,
            written=written,
            version=typed["version"],
            status=problem.status,
        )


@router.post("/console/{salon}/templates/reset")
async def reset_template(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Back to the built-in words: shows them first, does it when that was confirmed."""
    form = await read_wording_form(request, desk)
    place, typed = form.place, form.typed
    if typed["sure"] == "yes":
        try:
            return await _change(request, desk, place, None, seen=typed["version"])
        except Conflict as problem:
            return await _overtaken(request, desk, place, problem)
    return render(
        "messages/template_reset.html",
        words=desk.words,
        desk=desk,
        place=place,
        title=kind_name(desk, place.kind),
        back=place_url(desk, place),
        ours=our_words(desk, place),
        version=typed["version"],
    )


@router.post("/console/{salon}/templates/undo")
async def undo_template(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Bring back what stood there before one change of the history."""
    form = await read_wording_form(request, desk)
    place, typed = form.place, form.typed

    async def work(session: AsyncSession) -> bool:
        at = datetime.fromisoformat(typed["at"])
        return await bring_back(
            session,
            place=place,
            at=at,
            by=desk.person.actor,
            now=desk.now,
            seen=typed["version"] or None,
        )

    try:
        changed = await attempt(database_of(request), work)
    except Conflict as problem:
        if problem.code == OVERTAKEN:
            return await _overtaken(request, desk, place, problem)
        changed = False
    except ValueError:
        changed = False
    return see_other(place_url(desk, place, did="bring_back" if changed else ""))


async def template_page(
    request: Request,
    desk: Desk,
    place: Place,
    *,
    written: Written | None = None,
    version: str = "",
    overtaken: bool = False,
    tried: Tried | None = None,
    status: int = 200,
) -> Response:
    """The editor with what was `written`, or else with what counts. `version` is what whoever
    wrote had read, unless they are told now that they were `overtaken`.
    """
    async with database_of(request).transaction() as session:
        own = await list_own(session, salon_id=desk.salon.id)
        acts = await list_acts(
            session,
            salon_id=desk.salon.id,
            resource_type=RESOURCE,
            resource_id=place.id,
            limit=HISTORY,
        )
        names = await names_of(session, user_ids={act.user_id for act in acts if act.user_id})
    saved = next((each.written for each in own if _is_at(each, place)), None)
    shown = written or saved or our_words(desk, place)
    mistakes = mistakes_in(shown, channel=place.channel, variables=place.variables)
    history = view_history(desk, acts, names)
    did = request.query_params.get("did", "")
    answer = render(
        "messages/template_edit.html",
        words=desk.words,
        desk=desk,
        place=place,
        title=kind_name(desk, place.kind),
        channel=channel_name(desk, place.channel),
        is_own=saved is not None,
        written=shown,
        version=version or version_of(saved),
        overtaken=overtaken,
        kept=written is not None,
        saved=saved,
        changed=next((past for past in history if past.can_undo), None),
        wrong=mistake_sentences(desk, place, mistakes),
        variables=view_variables(desk, place),
        history=history,
        did=did if did in DONE and history else "",
        tried=tried or Tried(recipient=_own_address(desk, place)),
        example=example_phone(desk.salon.location.country),
        click=new_id().hex,
        here=place_url(desk, place),
        status=status,
    )
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


async def _change(
    request: Request, desk: Desk, place: Place, written: Written | None, *, seen: str
) -> Response:
    async def work(session: AsyncSession) -> bool:
        return await change_words(
            session,
            place=place,
            written=written,
            by=desk.person.actor,
            now=desk.now,
            seen=seen or None,
        )

    changed = await attempt(database_of(request), work)
    did = ("save" if written else "reset") if changed else ""
    return see_other(place_url(desk, place, did=did))


async def _overtaken(
    request: Request,
    desk: Desk,
    place: Place,
    problem: Conflict,
    *,
    written: Written | None = None,
) -> Response:
    """The editor again: what was typed is kept, and what somebody saved meanwhile stands above."""
    return await template_page(
        request, desk, place, written=written, overtaken=True, status=problem.status
    )


def _is_at(template: Template, place: Place) -> bool:
    return (template.kind, template.channel, template.language) == (
        place.kind,
        place.channel,
        place.language,
    )


def _own_address(desk: Desk, place: Place) -> str:
    """Where a sample goes unless they say otherwise."""
    return desk.person.session.email if place.channel == "email" else ""
