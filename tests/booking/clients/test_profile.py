"""What a client and the salon have had with each other, by two statements."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.mark import mark_arrived, mark_no_show
from openchair.booking.clients.profile import has_visited, last_visits, list_visits, read_story
from openchair.customers.profiles.models import CustomerRow
from openchair.identity.audit.record import SYSTEM
from tests.builders import NOW, guest, make_salon


async def test_the_story_so_far(session: AsyncSession) -> None:
    shop = await make_salon(session)
    cut, colour = await shop.service("cut", 30, price=5000), await shop.service("colour", price=90)
    anna, ben = await shop.person("anna", cut, colour), await shop.person("ben", cut)
    salon = await shop.salon()

    async def visit(days: int, service: UUID, staff: UUID) -> UUID:
        start = NOW + timedelta(days=days, hours=3)
        confirmed = await book(
            session,
            salon=salon,
            service_ids=[service],
            staff_ids=[staff],
            start=start,
            customer=guest(),
            consents={},
            source="test",
            actor=SYSTEM,
            now=NOW,
        )
        return confirmed.booking_id

    how: dict[str, Any] = {"salon_id": salon.id, "by": SYSTEM}
    for days, service, staff in ((-9, cut, anna), (-8, cut, anna), (-7, colour, anna)):
        await mark_arrived(session, booking_id=await visit(days, service, staff), now=NOW, **how)
    await mark_no_show(session, booking_id=await visit(-6, cut, ben), now=NOW, **how)
    gone = await visit(4, cut, ben)
    await cancel_booking(session, salon=salon, booking_id=gone, by=SYSTEM, now=NOW)
    ahead = await visit(5, cut, anna)

    client_id = (await session.scalars(select(CustomerRow.id))).one()
    whose: dict[str, Any] = {"salon_id": salon.id, "client_id": client_id}
    story = await read_story(session, **whose, now=NOW)
    assert (story.visits, story.spent_minor) == (3, 10090)
    assert (story.no_shows, story.cancellations) == (1, 1)
    assert story.first_visit == NOW + timedelta(days=-9, hours=3)
    assert story.last_visit == NOW + timedelta(days=-7, hours=3)
    assert story.next_visit == NOW + timedelta(days=5, hours=3)
    assert story.next_visit_id == ahead
    assert [(each.name, each.times) for each in story.stylists] == [("Anna", 4)]
    assert [each.times for each in story.services] == [3, 1]

    first = await list_visits(session, **whose, limit=4)
    rest = await list_visits(session, **whose, before=(first[-1].start, first[-1].id))
    assert [each.status for each in (*first, *rest)] == [
        "confirmed",
        "cancelled",
        "no_show",
        "arrived",
        "arrived",
        "arrived",
    ]
    assert first[0].stylists == ("Anna",)
    assert first[0].services == ({"de": "Cut", "en": "Cut"},)
    assert await last_visits(session, salon_id=salon.id, client_ids=[client_id]) == {
        client_id: NOW + timedelta(days=-7, hours=3)
    }
    assert await has_visited(session, **whose, staff_id=anna)
    assert await has_visited(session, **whose, staff_id=ben)


async def test_nobody_has_had_anything_yet(session: AsyncSession) -> None:
    shop = await make_salon(session)
    story = await read_story(session, salon_id=shop.salon_id, client_id=shop.location_id, now=NOW)
    assert (story.visits, story.spent_minor, story.next_visit) == (0, 0, None)
    assert await last_visits(session, salon_id=shop.salon_id, client_ids=[]) == {}
