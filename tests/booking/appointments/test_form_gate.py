"""Colour needs a patch test first: on every way to a booking, and only where it is asked for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.confirm import book, confirm_hold
from openchair.booking.appointments.hold import hold_time
from openchair.booking.appointments.reschedule import reschedule_booking
from openchair.booking.appointments.walk_in import walk_in
from openchair.booking.catalogue.models import ServiceRow
from openchair.booking.clients.required_forms import list_asking, require_form
from openchair.customers.forms.answer import record_answer
from openchair.customers.forms.define import Definition, define_form
from openchair.customers.profiles.add import add_client
from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM, Actor
from openchair.platform.errors import Conflict, Invalid
from openchair.salons.queries import Salon
from tests.builders import NOW, guest, make_salon

PATCH = Definition({"en": "Patch test"}, {}, lead_hours=48, valid_days=30)
CLIENT = Actor("client")
START = NOW + timedelta(days=3, hours=2)


class Colour:
    """A salon whose colour asks for a patch test; its cut does not."""

    salon: Salon
    colour: UUID
    cut: UUID
    form: UUID
    client: UUID


@pytest.fixture
async def here(session: AsyncSession) -> Colour:
    shop = await make_salon(session)
    found = Colour()
    found.colour = await shop.service("colour", 60)
    found.cut = await shop.service("cut", 30)
    await shop.person("anna", found.colour, found.cut)
    found.salon = await shop.salon()
    found.form = await define_form(session, salon=found.salon, wanted=PATCH, by=SYSTEM)
    await require_form(
        session, salon_id=found.salon.id, form_id=found.form, service_ids=[found.colour], by=SYSTEM
    )
    found.client = await add_client(
        session, salon=found.salon, name="Client 1", email="client1@example.com", by=SYSTEM
    )
    return found


async def pass_test(session: AsyncSession, here: Colour, *, at: datetime = NOW) -> None:
    await record_answer(
        session,
        salon_id=here.salon.id,
        client_id=here.client,
        form_id=here.form,
        outcome="passed",
        answered_at=at,
        by=SYSTEM,
        now=NOW,
    )


@contextmanager
def counted(session: AsyncSession) -> Iterator[list[str]]:
    """The statements meanwhile that go through the session."""
    made: list[str] = []
    engine = session.get_bind().engine

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        made.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield made
    event.remove(engine, "before_cursor_execute", note)


async def booked(session: AsyncSession, here: Colour, **how: Any) -> UUID:
    what: dict[str, Any] = {
        "salon": here.salon,
        "service_ids": [here.colour],
        "start": START,
        "customer": guest(),
        "consents": {},
        "source": "test",
        "actor": CLIENT,
        "now": NOW,
        **how,
    }
    return (await book(session, **what)).booking_id


@pytest.mark.parametrize("actor", [CLIENT, SYSTEM])
async def test_nobody_books_it_without(session: AsyncSession, here: Colour, actor: Actor) -> None:
    with pytest.raises(Conflict) as refused:
        await booked(session, here, actor=actor)
    assert refused.value.code == "form_missing"
    assert "Patch test at least 48 hours before" in refused.value.message
    (form,) = refused.value.details["forms"]
    assert form["name"] == {"en": "Patch test"}
    assert (form["lead_hours"], form["why"]) == (48, "never")


async def test_a_stranger_has_passed_nothing(session: AsyncSession, here: Colour) -> None:
    await pass_test(session, here)
    with pytest.raises(Conflict):
        await booked(session, here, customer=guest(2))


async def test_who_passed_it_in_time_books(session: AsyncSession, here: Colour) -> None:
    await pass_test(session, here)
    with pytest.raises(Conflict) as refused:
        await booked(session, here, start=NOW + timedelta(hours=26))
    assert refused.value.details["forms"][0]["why"] == "too_fresh"
    await booked(session, here)


async def test_a_held_time_is_asked_too(session: AsyncSession, here: Colour) -> None:
    async def confirm(number: int, service: UUID) -> UUID:
        start = START + timedelta(hours=number)
        hold = await hold_time(
            session, salon=here.salon, service_ids=[service], start=start, now=NOW
        )
        return (
            await confirm_hold(
                session,
                salon=here.salon,
                hold_id=hold.id,
                customer=guest(),
                consents={},
                source="test",
                now=NOW,
            )
        ).booking_id

    with pytest.raises(Conflict) as refused:
        await confirm(0, here.colour)
    assert refused.value.code == "form_missing"
    await confirm(2, here.cut)
    await pass_test(session, here)
    await confirm(4, here.colour)


async def test_a_variant_asks_for_what_its_service_asks_for(session: AsyncSession) -> None:
    shop = await make_salon(session)
    colour = await shop.service("colour", 60)
    long = await shop.service("long", 90, kind="variant", parent=colour)
    await shop.person("anna", colour, long)
    salon = await shop.salon()
    form_id = await define_form(session, salon=salon, wanted=PATCH, by=SYSTEM)
    await session.execute(
        update(ServiceRow).where(ServiceRow.id == colour).values(required_form_id=form_id)
    )
    with pytest.raises(Conflict) as refused:
        await book(
            session,
            salon=salon,
            service_ids=[long],
            start=START,
            customer=guest(),
            consents={},
            source="test",
            now=NOW,
        )
    assert refused.value.code == "form_missing"


async def test_the_team_goes_on_and_the_log_names_what_was_missing(
    session: AsyncSession, here: Colour
) -> None:
    visit = await booked(session, here, actor=SYSTEM, without_forms=True)
    (act,) = (
        await session.scalars(select(AuditLogRow).where(AuditLogRow.resource_id == str(visit)))
    ).all()
    assert act.details["without_forms"] == ["Patch test"]


async def test_a_client_does_not_get_around_it(session: AsyncSession, here: Colour) -> None:
    with pytest.raises(Conflict):
        await booked(session, here, without_forms=True)
    chosen = replace(guest(2), client_id=here.client)
    await pass_test(session, here)
    with pytest.raises(Conflict):
        await booked(session, here, customer=chosen)


async def test_the_team_books_for_whom_it_chose(session: AsyncSession, here: Colour) -> None:
    await pass_test(session, here)
    unreachable = replace(guest(), email=None, client_id=here.client)
    await booked(session, here, actor=SYSTEM, customer=unreachable)
    with pytest.raises(Invalid):
        await booked(session, here, customer=unreachable)


async def test_moving_it_before_the_test_counts_is_refused(
    session: AsyncSession, here: Colour
) -> None:
    await pass_test(session, here)
    visit = await booked(session, here)
    early = NOW + timedelta(hours=26)
    with pytest.raises(Conflict) as refused:
        await reschedule_booking(
            session, salon=here.salon, booking_id=visit, start=early, by=CLIENT, now=NOW
        )
    assert refused.value.code == "form_missing"
    moved = await reschedule_booking(
        session, salon=here.salon, booking_id=visit, start=early, by=SYSTEM, now=NOW
    )
    assert moved.start == early


async def test_who_walks_in_has_it_in_no_file(session: AsyncSession, here: Colour) -> None:
    now = NOW + timedelta(hours=2)
    with pytest.raises(Conflict) as refused:
        await walk_in(
            session, salon=here.salon, service_ids=[here.colour], by=SYSTEM, key="1", now=now
        )
    assert refused.value.code == "form_missing"
    await walk_in(session, salon=here.salon, service_ids=[here.cut], by=SYSTEM, key="2", now=now)


async def test_what_asks_for_nothing_costs_nothing(session: AsyncSession, here: Colour) -> None:
    await pass_test(session, here)
    with counted(session) as cut:
        await booked(session, here, service_ids=[here.cut])
    with counted(session) as colour:
        await booked(session, here, start=START + timedelta(hours=2))
    assert not any("consultation_forms" in statement for statement in cut)
    assert sum("consultation_forms" in statement for statement in colour) == 1


async def test_only_the_salons_own_services_can_ask(session: AsyncSession, here: Colour) -> None:
    other = await make_salon(session, slug="other")
    theirs = await other.service("colour", 60)
    with pytest.raises(Invalid):
        await require_form(
            session, salon_id=here.salon.id, form_id=here.form, service_ids=[theirs], by=SYSTEM
        )
    await require_form(
        session, salon_id=here.salon.id, form_id=here.form, service_ids=[here.cut], by=SYSTEM
    )
    asking = await list_asking(session, salon_id=here.salon.id)
    assert [each.id for each in asking if each.required_form_id == here.form] == [here.cut]
