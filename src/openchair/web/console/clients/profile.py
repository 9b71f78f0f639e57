"""A client's page: who it is, the story so far, and everything the team keeps. Changes nothing.

The forms on it are sent to the modules beside this one, which show it again when something is
wrong, with what was typed.
"""

from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.clients.profile import PAGE_ROWS, VisitLine, list_visits, read_story
from openchair.customers.consents.queries import list_consents
from openchair.customers.forms.queries import list_answers, list_forms
from openchair.customers.notes.queries import Note, list_notes, list_photos
from openchair.customers.profiles.queries import Client, get_client
from openchair.platform.errors import NotFound
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.clients.consents_view import view_answers, view_consents
from openchair.web.console.clients.contact import sees_contact
from openchair.web.console.clients.forms_view import view_answer_lines, view_states
from openchair.web.console.clients.notices import notice_of
from openchair.web.console.clients.profile_view import view_kept, view_line, view_profile
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed
from openchair.web.console.pages import render, see_other
from openchair.web.cursor import cursor, cursor_at, read_cursor

NOTE_ROWS = 20
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Again:
    """A form of the page that was sent and refused: what was typed, and what is wrong with it."""

    typed: Typed = field(default_factory=lambda: Typed({}))
    wrong: dict[str, str] = field(default_factory=dict)


@router.get("/console/{salon}/clients/{client:uuid}")
async def show_client(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.read"))]
) -> Response:
    """Everything about one client; `before` goes on in the list of visits, `noted` in the notes."""
    return await client_page(request, desk, client, Again())


async def client_page(
    request: Request, desk: Desk, client_id: UUID, again: Again, *, status: int = 200
) -> Response:
    """The page. One who was merged leads to who is left; raises `NotFound`."""
    before = read_cursor(request, "before")
    noted = read_cursor(request, "noted")
    whose = {"salon_id": desk.salon.id, "client_id": client_id}
    async with database_of(request).transaction() as session:
        client = await _shown(session, desk, client_id)
        if client.merged_into:
            return see_other(desk.url(f"/clients/{client.merged_into}"))
        story = await read_story(session, **whose, now=desk.now)
        visits = await list_visits(session, **whose, before=before, limit=PAGE_ROWS + 1)
        notes = await list_notes(session, **whose, after=noted, limit=NOTE_ROWS + 1)
        photos = await list_photos(session, **whose)
        forms = await list_forms(session, salon_id=desk.salon.id, also_retired=True)
        answers = await list_answers(session, **whose)
        given = await list_consents(session, salon_id=desk.salon.id, customer_id=client_id)
        hidden = not await sees_contact(session, desk, client_id)
    shown = visits[:PAGE_ROWS]
    local = desk.formats.local(desk.now)
    speaks = NAMES.get(client.language, client.language)
    return render(
        "clients/profile.html",
        words=desk.words,
        desk=desk,
        status=status,
        client=view_profile(desk, client, story, hidden=hidden, speaks=speaks),
        erased=client.erased_at is not None,
        visits=[view_line(desk, each) for each in shown],
        first_visits=before is None,
        more_url=_more_url(desk, client_id, shown) if len(visits) > PAGE_ROWS else "",
        notes=[view_kept(desk, each) for each in notes[:NOTE_ROWS]],
        first_notes=noted is None,
        more_notes_url=_more_notes_url(desk, client_id, notes) if len(notes) > NOTE_ROWS else "",
        photos=[view_kept(desk, each) for each in photos],
        states=view_states(desk, forms, answers),
        answers=view_answer_lines(desk, forms, answers),
        consents=view_consents(desk, given),
        given=view_answers(desk, given),
        today=local.date().isoformat(),
        clock=f"{local:%H:%M}",
        typed=again.typed,
        wrong=again.wrong,
        notice=notice_of(desk, request.query_params.get("did", "")),
    )


async def _shown(session: AsyncSession, desk: Desk, client_id: UUID) -> Client:
    """The client. The row of the walk-ins is nobody to look at."""
    client = await get_client(session, salon_id=desk.salon.id, client_id=client_id)
    if client.kind != "person":
        raise NotFound("There is no such client. Please look again.", code="client_not_found")
    return client


def _more_url(desk: Desk, client_id: UUID, shown: list[VisitLine]) -> str:
    before = cursor_at(shown[-1].start, shown[-1].id)
    return desk.url(f"/clients/{client_id}", before=before) + "#visits"


def _more_notes_url(desk: Desk, client_id: UUID, notes: list[Note]) -> str:
    return desk.url(f"/clients/{client_id}", noted=cursor(notes[NOTE_ROWS - 1])) + "#notes"
