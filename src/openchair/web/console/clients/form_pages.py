"""What a salon asks before a treatment: the list of its forms, each form, and who asks for it."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.clients.required_forms import AskingService, list_asking, require_form
from openchair.customers.forms.define import (
    Definition,
    change_form,
    define_form,
    set_form_active,
)
from openchair.customers.forms.queries import Form, get_form, list_forms
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.forms import MOST_FIELDS

PATH = "/salon/forms"
NEW = {"lead_hours": "48", "valid_days": "180"}
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Card:
    """One form of the list."""

    name: str
    statement: str
    url: str
    rule: str
    services: str
    active: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A service that may ask for the form; `other` names the form it asks for now."""

    id: UUID
    name: str
    chosen: bool
    other: str


@router.get("/console/{salon}/salon/forms")
async def show_forms(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Every form, with the services that ask for it."""
    async with database_of(request).transaction() as session:
        forms = await list_forms(session, salon_id=desk.salon.id, also_retired=True)
        services = await list_asking(session, salon_id=desk.salon.id)
    say = desk.words.text
    notices = {
        "saved": say("The form is saved."),
        "retired": say("Nobody is asked for this form any more."),
        "restored": say("The form is asked for again."),
    }
    return render(
        "clients/forms.html",
        words=desk.words,
        desk=desk,
        cards=[_card(desk, form, services) for form in forms],
        notice=notices.get(request.query_params.get("did", ""), ""),
    )


@router.get("/console/{salon}/salon/forms/new")
async def show_new_form(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """The empty form."""
    return await _page(request, desk, Typed(NEW), chosen=())


@router.post("/console/{salon}/salon/forms/new")
async def send_new_form(
    request: Request, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Make it, and have the chosen services ask for it."""
    return await _save(request, desk, None)


@router.get("/console/{salon}/salon/forms/{form:uuid}")
async def show_form(
    request: Request, form: UUID, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """One form as it is."""
    async with database_of(request).transaction() as session:
        found = await get_form(session, salon_id=desk.salon.id, form_id=form)
        services = await list_asking(session, salon_id=desk.salon.id)
    chosen = [each.id for each in services if each.required_form_id == form]
    typed = {"lead_hours": str(found.lead_hours), "valid_days": str(found.valid_days)}
    for language in desk.salon.languages:
        typed[f"name_{language}"] = found.name.get(language, "")
        typed[f"statement_{language}"] = found.statement.get(language, "")
    return await _page(request, desk, Typed(typed), chosen=chosen, form=found)


@router.post("/console/{salon}/salon/forms/{form:uuid}")
async def send_form(
    request: Request, form: UUID, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Save it."""
    return await _save(request, desk, form)


@router.post("/console/{salon}/salon/forms/{form:uuid}/active")
async def press_active(
    request: Request, form: UUID, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Retire the form, or ask for it again."""
    active = (await read_form(request))["active"] == "yes"

    async def work(session: AsyncSession) -> None:
        await set_form_active(
            session, salon=desk.salon, form_id=form, active=active, by=desk.person.actor
        )

    await attempt(database_of(request), work)
    return see_other(desk.url(PATH, did="restored" if active else "retired"))


async def _save(request: Request, desk: Desk, form_id: UUID | None) -> Response:
    typed = await read_form(request)
    sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
    chosen: list[UUID] = []

    async def work(session: AsyncSession) -> None:
        wanted = _read(desk, typed)
        if form_id is None:
            saved = await define_form(
                session, salon=desk.salon, wanted=wanted, by=desk.person.actor
            )
        else:
            saved = form_id
            await change_form(
                session, salon=desk.salon, form_id=saved, wanted=wanted, by=desk.person.actor
            )
        await require_form(
            session,
            salon_id=desk.salon.id,
            form_id=saved,
            service_ids=chosen,
            by=desk.person.actor,
        )

    try:
        chosen = [_read_id(each) for each in sent.getlist("service") if isinstance(each, str)]
        await attempt(database_of(request), work)
    except (Invalid, Conflict) as problem:
        form = None
        if form_id is not None:
            async with database_of(request).transaction() as session:
                form = await get_form(session, salon_id=desk.salon.id, form_id=form_id)
        wrong = {problem.field or "page": desk.words.text(problem.message)}
        return await _page(
            request, desk, typed, chosen=chosen, form=form, wrong=wrong, status=problem.status
        )
    return see_other(desk.url(PATH, did="saved"))


async def _page(
    request: Request,
    desk: Desk,
    typed: Typed,
    *,
    chosen: list[UUID] | tuple[UUID, ...],
    form: Form | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    async with database_of(request).transaction() as session:
        services = await list_asking(session, salon_id=desk.salon.id)
        forms = await list_forms(session, salon_id=desk.salon.id, also_retired=True)
    names = {each.id: desk.say(dict(each.name)) for each in forms}
    return render(
        "clients/form.html",
        words=desk.words,
        desk=desk,
        status=status,
        form=form,
        title=names.get(form.id, "") if form else "",
        typed=typed,
        wrong=wrong or {},
        languages=[(code, NAMES.get(code, code)) for code in desk.salon.languages],
        choices=[
            Choice(
                id=each.id,
                name=_name(desk, each),
                chosen=each.id in chosen,
                other=names.get(each.required_form_id, "")
                if each.required_form_id and (form is None or each.required_form_id != form.id)
                else "",
            )
            for each in services
        ],
    )


def _card(desk: Desk, form: Form, services: list[AskingService]) -> Card:
    asking = [_name(desk, each) for each in services if each.required_form_id == form.id]
    return Card(
        name=desk.say(dict(form.name)),
        statement=desk.say(dict(form.statement)),
        url=desk.url(f"{PATH}/{form.id}"),
        rule=desk.words.text(
            "At least {hours} hours before the visit; counts for {days} days.",
            hours=form.lead_hours,
            days=form.valid_days,
        ),
        services=desk.formats.listed(asking),
        active=form.active,
    )


def _name(desk: Desk, service: AskingService) -> str:
    own = desk.say(dict(service.name))
    return f"{desk.say(dict(service.parent_name))}, {own}" if service.parent_name else own


def _read(desk: Desk, typed: Typed) -> Definition:
    return Definition(
        name={each: typed[f"name_{each}"] for each in desk.salon.languages},
        statement={each: typed[f"statement_{each}"] for each in desk.salon.languages},
        lead_hours=_number(typed.trimmed("lead_hours")),
        valid_days=_number(typed.trimmed("valid_days")),
    )


def _number(text: str) -> int:
    """What is no number is none that is allowed either."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1


def _read_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("Please choose services from the list.", field="service_ids") from None
