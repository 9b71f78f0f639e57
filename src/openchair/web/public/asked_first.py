"""What some services ask for first, such as a patch test, in the visitor's words. Pure, but for one
statement where a service on the list asks for anything.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.form_gate import forms_asked
from openchair.booking.catalogue.queries import Catalogue
from openchair.customers.forms.queries import list_forms
from openchair.platform.errors import Problem
from openchair.platform.languages.catalogues import Words
from openchair.web.public.site import Site

HOURS_A_DAY = 24


async def hints(session: AsyncSession, *, site: Site, catalogue: Catalogue) -> Mapping[UUID, str]:
    """Service → what has to be passed before it. A salon that asks for nothing costs nothing."""
    asked = {each.id: _asked(catalogue, each.id) for each in catalogue.services}
    if not any(asked.values()):
        return {}
    forms = {form.id: form for form in await list_forms(session, salon_id=site.salon.id)}
    return {
        service_id: " ".join(
            hint_words(
                words=site.words, name=site.say(forms[each].name), hours=forms[each].lead_hours
            )
            for each in form_ids
            if each in forms
        )
        for service_id, form_ids in asked.items()
    }


def hint_words(*, words: Words, name: str, hours: int) -> str:
    """Before it is chosen: what to do first."""
    if hours == 0:
        return words.text("Needs first: {name}.", name=name)
    return words.text(
        "Needs first, at least {ahead} before: {name}.", ahead=ahead(words, hours), name=name
    )


def refusal_words(*, words: Words, problem: Problem, phone: str) -> str:
    """When it was refused: what to do now."""
    form: dict[str, Any] = problem.details["forms"][0]
    names: dict[str, str] = form["name"]
    name = names.get(words.language) or next(iter(names.values()), "")
    if form["why"] == "reaction":
        return words.text(
            "After the reaction you had ({name}) we would rather talk first: please call {phone}.",
            name=name,
            phone=phone,
        )
    return words.text(
        "This needs first, at least {ahead} before: {name}. Please book that, then this again; or"
        " call {phone} if you had it here.",
        ahead=ahead(words, form["lead_hours"]),
        name=name,
        phone=phone,
    )


def ahead(words: Words, hours: int) -> str:
    """Hours as people say them: two days, not forty-eight hours."""
    days, rest = divmod(hours, HOURS_A_DAY)
    if days and not rest:
        return words.plural("{number} day", "{number} days", days)
    return words.plural("{number} hour", "{number} hours", hours)


def _asked(catalogue: Catalogue, service_id: UUID) -> tuple[UUID, ...]:
    """What the service or any of its variants asks for."""
    service = catalogue.service(service_id)
    variants = service.variants if service else ()
    return forms_asked(catalogue, [service_id, *(each.id for each in variants)])
