"""A salon's own software is told by real workers, also when one is killed while it sends."""

import asyncio
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from openchair import reactions
from openchair.booking.appointments.confirm import book
from openchair.platform.settings.base import forget
from openchair.webhooks.outgoing.create import Created, create_endpoint
from tests.builders import NOW, at, guest, make_salon
from tests.drills.scene import Scene
from tests.webhooks.outgoing.receiver import Receiver, receiving

TO_THIS_MACHINE = {
    "OPENCHAIR_WEBHOOK_PLAIN_HTTP": "true",
    "OPENCHAIR_OUTBOUND_PRIVATE_NETWORKS": "127.0.0.0/8",
}


async def book_with_an_endpoint(scene: Scene, receiver: Receiver) -> tuple[UUID, Created]:
    """A booking in a salon whose software listens; nothing of it has been sent yet."""
    reactions.start()
    async with scene.database.transaction() as session:
        shop = await make_salon(session, slug="listening")
        cut = await shop.service("cut", needs=(await shop.things("seat", 1),))
        await shop.person("lena", cut)
        made = await create_endpoint(session, salon_id=shop.salon_id, url=receiver.url)
        booked = await book(
            session,
            salon=await shop.salon(),
            service_ids=[cut],
            start=at(10),
            customer=guest(),
            consents={"terms": True},
            source="test",
            now=NOW,
        )
    return booked.booking_id, made


@pytest.fixture(autouse=True)
def _this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in TO_THIS_MACHINE.items():
        monkeypatch.setenv(name, value)
    forget()


async def test_a_booking_arrives_signed_at_the_salons_own_software(scene: Scene) -> None:
    async with receiving() as receiver:
        booking_id, made = await book_with_an_endpoint(scene, receiver)
        await scene.start(**TO_THIS_MACHINE)
        async with asyncio.timeout(60):
            await receiver.until(1)
        (got,) = receiver.got
        message_id = got.signed_by(made.secret)
        told = orjson.loads(got.body)
        assert list(told) == ["type", "timestamp", "data"]
        assert (told["type"], told["data"]["booking_id"]) == ("booking.confirmed", str(booking_id))

        async def delivered() -> bool:
            status = await scene.value("SELECT status FROM webhook_messages")
            return bool(status == "delivered")

        await scene.until(delivered)
        stored: UUID = await scene.value("SELECT id FROM webhook_messages")
        assert message_id == f"msg_{stored.hex}"


async def test_a_worker_killed_while_it_sends_loses_nothing(scene: Scene) -> None:
    async with receiving() as receiver:
        receiver.seconds = 3
        _, made = await book_with_an_endpoint(scene, receiver)
        first = await scene.start(**TO_THIS_MACHINE)
        async with asyncio.timeout(60):
            await receiver.until(1)
        await scene.kill(first)
        receiver.seconds = 0
        async with scene.database.transaction() as session:
            await session.execute(text("UPDATE webhook_messages SET lease_until = now()"))
        await scene.start(**TO_THIS_MACHINE)
        async with asyncio.timeout(60):
            await receiver.until(2)
        once, again = receiver.got
        assert once.signed_by(made.secret) == again.signed_by(made.secret)

        async def delivered() -> bool:
            status = await scene.value("SELECT status FROM webhook_messages")
            return bool(status == "delivered")

        await scene.until(delivered)
        lost, taken = await scene.value(
            "SELECT array_agg(coalesce(error, status_code::text) ORDER BY number)"
            " FROM webhook_attempts"
        )
        assert "may have arrived" in lost
        assert taken == "204"
