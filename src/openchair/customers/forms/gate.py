"""Who may not be treated yet: services ask for a form, such as a patch test before colour.

Asked by the booking verbs only where a service of the visit names a form; one statement then.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.forms.rules import Why, from_when, why_not
from openchair.platform.db.base import Words
from openchair.platform.errors import Conflict
from openchair.salons.words import pick


class FormMissing(Conflict):
    """A form that has not been passed keeps the client from the visit; `forms` says which."""

    code = "form_missing"


CODE = FormMissing.code


@dataclass(frozen=True, slots=True)
class MissingForm:
    """A form that keeps a client from a visit; `from_when` is the first moment at which what was
    passed counts, if it only has to grow older.
    """

    form_id: UUID
    name: Words
    lead_hours: int
    valid_days: int
    why: Why
    from_when: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    outcome: str
    answered_at: datetime


async def missing_forms(
    session: AsyncSession,
    *,
    salon_id: UUID,
    customer_id: UUID | None,
    form_ids: Collection[UUID],
    at: datetime,
) -> tuple[MissingForm, ...]:
    """Which of these forms keep the client from a visit that begins `at`. Somebody who is not
    known (`customer_id` None) has passed none. A retired form keeps nobody.
    """
    if not form_ids:
        return ()
    values = {
        "salon_id": salon_id,
        "customer_id": customer_id or UUID(int=0),
        "form_ids": list(form_ids),
    }
    missing = []
    for form in await session.execute(_FORMS, values):
        answers = [_Answer(each[0], datetime.fromisoformat(each[1])) for each in form.answers or ()]
        if (why := why_not(form, answers, at)) is not None:
            newest = max((each.answered_at for each in answers), default=None)
            ready = from_when(form, newest) if newest and why == "too_fresh" else None
            missing.append(
                MissingForm(form.id, form.name, form.lead_hours, form.valid_days, why, ready)
            )
    return tuple(missing)


def refuse_missing(missing: Sequence[MissingForm], *, language: str, fallback: str) -> None:
    """Raises `Conflict` (`form_missing`) with the `forms` that are, unless there is none."""
    if not missing:
        return
    first = missing[0]
    name = pick(first.name, language, fallback)
    raise FormMissing(
        f"This needs a valid {name} first. Please book the {name} at least {first.lead_hours} hours"
        " before this visit, or ask the salon to note the one you had.",
        details={
            "alternatives": [],
            "forms": [
                {
                    "form_id": str(each.form_id),
                    "name": dict(each.name),
                    "lead_hours": each.lead_hours,
                    "why": each.why,
                    "from": each.from_when.isoformat() if each.from_when else None,
                }
                for each in missing
            ],
        },
    )


_FORMS = text("""
    SELECT form.id, form.name, form.lead_hours, form.valid_days,
        (SELECT jsonb_agg(jsonb_build_array(newest.outcome, newest.answered_at))
         FROM (SELECT outcome, answered_at FROM form_answers AS answer
               WHERE answer.salon_id = form.salon_id AND answer.customer_id = :customer_id
                   AND answer.form_id = form.id
               ORDER BY answered_at DESC LIMIT 20) AS newest) AS answers
    FROM consultation_forms AS form
    WHERE form.salon_id = :salon_id AND form.id = ANY (CAST(:form_ids AS uuid[])) AND form.active
    ORDER BY form.created_at, form.id
""")
