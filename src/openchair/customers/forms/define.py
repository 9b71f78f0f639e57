"""Says what a salon asks before a treatment, changes it, and retires it. Audited."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.forms.models import ConsultationFormRow
from openchair.customers.forms.queries import MOST_FORMS, get_form, list_forms
from openchair.customers.profiles.words import clean_lines
from openchair.identity.audit.record import Actor, record
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.ids import new_id
from openchair.salons.queries import Salon

NAME_LENGTH, STATEMENT_LENGTH = 80, 1000
MOST_LEAD_HOURS, MOST_VALID_DAYS = 720, 3650


@dataclass(frozen=True, slots=True)
class Definition:
    """A form as it is asked for: words by language, hours before the visit, days it counts."""

    name: Mapping[str, str]
    statement: Mapping[str, str]
    lead_hours: int
    valid_days: int


async def define_form(
    session: AsyncSession, *, salon: Salon, wanted: Definition, by: Actor
) -> UUID:
    """The new form's id. Raises `Invalid` on `name`, `statement`, `lead_hours`, `valid_days`;
    `Conflict` (`forms_full`) at fifty.
    """
    clean = _clean(salon, wanted)
    if len(await list_forms(session, salon_id=salon.id, also_retired=True)) >= MOST_FORMS:
        raise Conflict("That is as many forms as a salon can have.", code="forms_full")
    form_id = new_id()
    await session.execute(
        insert(ConsultationFormRow).values(salon_id=salon.id, id=form_id, **asdict(clean))
    )
    await _record(
        session, salon=salon, form_id=form_id, by=by, action="create", said={"after": asdict(clean)}
    )
    return form_id


async def change_form(
    session: AsyncSession, *, salon: Salon, form_id: UUID, wanted: Definition, by: Actor
) -> None:
    """Raises `NotFound` and what `define_form` raises. Answers that exist count by the new rule."""
    clean = _clean(salon, wanted)
    before = await get_form(session, salon_id=salon.id, form_id=form_id)
    await session.execute(
        update(ConsultationFormRow)
        .where(ConsultationFormRow.salon_id == salon.id, ConsultationFormRow.id == form_id)
        .values(**asdict(clean))
    )
    said = {
        "before": {name: getattr(before, name) for name in asdict(clean)},
        "after": asdict(clean),
    }
    await _record(session, salon=salon, form_id=form_id, by=by, action="edit", said=said)


async def set_form_active(
    session: AsyncSession, *, salon: Salon, form_id: UUID, active: bool, by: Actor
) -> None:
    """Retire a form, which then keeps nobody from anything, or ask for it again."""
    await get_form(session, salon_id=salon.id, form_id=form_id)
    await session.execute(
        update(ConsultationFormRow)
        .where(ConsultationFormRow.salon_id == salon.id, ConsultationFormRow.id == form_id)
        .values(active=active)
    )
    action = "restore" if active else "retire"
    await _record(
        session,
        salon=salon,
        form_id=form_id,
        by=by,
        action=action,
        said={"before": not active, "after": active},
    )


def _clean(salon: Salon, wanted: Definition) -> Definition:
    name = _words(salon, wanted.name, field="name", most=NAME_LENGTH)
    if not name.get(salon.default_language):
        raise Invalid("Please name the form.", field="name")
    if not 0 <= wanted.lead_hours <= MOST_LEAD_HOURS:
        raise Invalid("Please give 0 to 720 hours.", field="lead_hours")
    if not 1 <= wanted.valid_days <= MOST_VALID_DAYS:
        raise Invalid("Please give 1 to 3650 days.", field="valid_days")
    statement = _words(salon, wanted.statement, field="statement", most=STATEMENT_LENGTH)
    return Definition(name, statement, wanted.lead_hours, wanted.valid_days)


def _words(salon: Salon, words: Mapping[str, str], *, field: str, most: int) -> dict[str, str]:
    cleaned = {
        language: clean_lines(words.get(language, ""), field=field, most=most)
        for language in salon.languages
    }
    return {language: text for language, text in cleaned.items() if text}


async def _record(
    session: AsyncSession,
    *,
    salon: Salon,
    form_id: UUID,
    by: Actor,
    action: str,
    said: Mapping[str, Any],
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="form",
        resource_id=form_id,
        salon_id=salon.id,
        metadata=said,
    )
