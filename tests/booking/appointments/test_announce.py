"""What a salon's own software learns of a booking, and what it never learns."""

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.announce import announce
from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.jobs import ANNOUNCE_JOB
from openchair.booking.appointments.request import Confirmed
from openchair.identity.audit.record import SYSTEM
from openchair.salons.queries import Salon
from openchair.webhooks.outgoing.create import create_endpoint
from tests.builders import NOW, at, guest, make_salon


async def booked(session: AsyncSession, *, listening: bool = False) -> tuple[Salon, Confirmed]:
    shop = await make_salon(session, slug="told")
    if listening:
        await create_endpoint(session, salon_id=shop.salon_id, url="https://example.com/all")
    await shop.person("lena", await shop.service("cut", needs=(await shop.things("seat", 1),)))
    salon = await shop.salon()
    confirmed = await book(
        session,
        salon=salon,
        service_ids=[shop.services["cut"]],
        start=at(10),
        customer=guest(),
        consents={"terms": True},
        source="test",
        now=NOW,
    )
    return salon, confirmed


async def waking(session: AsyncSession) -> list[dict[str, str]]:
    """The payloads of the jobs that wait to announce something."""
    found = await session.execute(
        text("SELECT payload FROM pgqueuer WHERE entrypoint = :name ORDER BY id"),
        {"name": ANNOUNCE_JOB},
    )
    return [orjson.loads(each) for each in found.scalars()]


async def test_an_event_of_a_booking_wakes_the_announcement(session: AsyncSession) -> None:
    salon, confirmed = await booked(session, listening=True)
    await cancel_booking(session, salon=salon, booking_id=confirmed.booking_id, by=SYSTEM, now=NOW)
    jobs = await waking(session)
    events = await session.execute(
        text("SELECT id FROM events WHERE name LIKE 'booking.%' ORDER BY created_at, id")
    )
    assert [each["event_id"] for each in jobs] == [str(each) for each in events.scalars()]
    assert {each["subject_id"] for each in jobs} == {str(confirmed.booking_id)}


async def test_it_tells_ids_times_and_services_once_and_nothing_personal(
    session: AsyncSession,
) -> None:
    salon, confirmed = await booked(session, listening=True)
    await create_endpoint(
        session,
        salon_id=salon.id,
        url="https://example.com/some",
        event_types=["booking.cancelled"],
    )
    event_id = (await session.execute(text("SELECT id FROM events"))).scalar_one()
    names = {"salon_id": salon.id, "booking_id": confirmed.booking_id, "event_id": event_id}
    assert await announce(session, **names) == 1
    assert await announce(session, **names) == 0
    payload = (await session.execute(text("SELECT payload FROM webhook_messages"))).scalar_one()
    assert payload["type"] == "booking.confirmed"
    data = payload["data"]
    assert data["booking_id"] == str(confirmed.booking_id)
    assert (data["status"], data["salon"], data["revision"]) == ("confirmed", "told", 0)
    assert data["start"] == confirmed.start.isoformat()
    assert len(data["services"]) == 1
    client = guest()
    written = orjson.dumps(payload).decode()
    for personal in (client.name, client.email, client.phone, confirmed.manage_token):
        if personal:
            assert personal not in written


async def test_a_salon_without_endpoints_is_told_nothing(session: AsyncSession) -> None:
    salon, confirmed = await booked(session)
    assert await waking(session) == []
    event_id = (await session.execute(text("SELECT id FROM events"))).scalar_one()
    names = {"salon_id": salon.id, "booking_id": confirmed.booking_id, "event_id": event_id}
    assert await announce(session, **names) == 0
