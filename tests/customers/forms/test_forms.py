"""Forms are defined, changed and retired; answers are written down and taken back; all audited."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.forms.answer import record_answer, remove_answer
from openchair.customers.forms.define import Definition, change_form, define_form, set_form_active
from openchair.customers.forms.gate import missing_forms
from openchair.customers.forms.queries import get_form, list_answers, list_forms
from openchair.customers.profiles.add import add_client
from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM
from openchair.platform.errors import Invalid, NotFound
from openchair.salons.queries import Salon
from tests.builders import NOW, make_salon

PATCH = Definition({"en": "Patch test", "de": "Test"}, {}, lead_hours=48, valid_days=30)


async def a_form(session: AsyncSession, salon: Salon) -> UUID:
    return await define_form(session, salon=salon, wanted=PATCH, by=SYSTEM)


async def test_a_form_is_made_changed_and_retired(session: AsyncSession) -> None:
    salon = await (await make_salon(session)).salon()
    form_id = await a_form(session, salon)
    changed = Definition({"en": "Allergy test"}, {"en": "Wait."}, lead_hours=24, valid_days=60)
    await change_form(session, salon=salon, form_id=form_id, wanted=changed, by=SYSTEM)
    found = await get_form(session, salon_id=salon.id, form_id=form_id)
    assert (found.name, found.lead_hours, found.valid_days) == ({"en": "Allergy test"}, 24, 60)
    await set_form_active(session, salon=salon, form_id=form_id, active=False, by=SYSTEM)
    assert await list_forms(session, salon_id=salon.id) == []
    acts = (
        await session.scalars(
            select(AuditLogRow).where(AuditLogRow.resource_id == str(form_id)).order_by("id")
        )
    ).all()
    assert [act.action for act in acts] == ["create", "edit", "retire"]
    assert acts[1].details["before"]["lead_hours"] == 48


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Definition({"en": " "}, {}, 48, 30), "name"),
        (Definition({"en": "x" * 81}, {}, 48, 30), "name"),
        (Definition({"en": "Test"}, {"en": "x" * 1001}, 48, 30), "statement"),
        (Definition({"en": "Test"}, {}, -1, 30), "lead_hours"),
        (Definition({"en": "Test"}, {}, 721, 30), "lead_hours"),
        (Definition({"en": "Test"}, {}, 0, 0), "valid_days"),
    ],
)
async def test_a_form_without_sense_is_refused(
    session: AsyncSession, wanted: Definition, field: str
) -> None:
    salon = await (await make_salon(session)).salon()
    with pytest.raises(Invalid) as refused:
        await define_form(session, salon=salon, wanted=wanted, by=SYSTEM)
    assert refused.value.field == field


async def test_what_was_passed_lets_through_and_can_be_taken_back(session: AsyncSession) -> None:
    salon = await (await make_salon(session)).salon()
    form_id = await a_form(session, salon)
    client_id = await add_client(session, salon=salon, name="Anna", by=SYSTEM)

    async def missing() -> list[str]:
        found = await missing_forms(
            session,
            salon_id=salon.id,
            customer_id=client_id,
            form_ids=[form_id],
            at=NOW + timedelta(days=1),
        )
        return [each.why for each in found]

    assert await missing() == ["never"]
    answer_id = await record_answer(
        session,
        salon_id=salon.id,
        client_id=client_id,
        form_id=form_id,
        outcome="passed",
        answered_at=NOW - timedelta(days=2),
        by=SYSTEM,
        now=NOW,
    )
    assert await missing() == []
    await remove_answer(
        session, salon_id=salon.id, client_id=client_id, answer_id=answer_id, by=SYSTEM
    )
    assert await missing() == ["never"]
    assert await list_answers(session, salon_id=salon.id, client_id=client_id) == []


async def test_a_retired_form_keeps_nobody(session: AsyncSession) -> None:
    salon = await (await make_salon(session)).salon()
    form_id = await a_form(session, salon)
    await set_form_active(session, salon=salon, form_id=form_id, active=False, by=SYSTEM)
    found = await missing_forms(
        session, salon_id=salon.id, customer_id=None, form_ids=[form_id], at=NOW
    )
    assert found == ()


async def test_no_answer_from_the_future_or_about_a_neighbours_form(session: AsyncSession) -> None:
    salon = await (await make_salon(session)).salon()
    other = await (await make_salon(session, slug="other")).salon()
    client_id = await add_client(session, salon=salon, name="Anna", by=SYSTEM)
    theirs = await a_form(session, other)
    what: dict[str, Any] = {
        "salon_id": salon.id,
        "client_id": client_id,
        "outcome": "passed",
        "by": SYSTEM,
        "now": NOW,
    }
    with pytest.raises(NotFound):
        await record_answer(session, form_id=theirs, answered_at=NOW, **what)
    later = NOW + timedelta(minutes=1)
    with pytest.raises(Invalid):
        await record_answer(session, form_id=theirs, answered_at=later, **what)
