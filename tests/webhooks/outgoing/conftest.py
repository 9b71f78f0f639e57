"""A salon with one endpoint at a receiver of the test's own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import forget, load
from openchair.webhooks.outgoing.create import create_endpoint
from openchair.webhooks.outgoing.publish import envelope, publish
from openchair.webhooks.outgoing.send import send_due
from openchair.webhooks.settings import WebhookSettings
from tests.builders import make_salon
from tests.webhooks.outgoing.receiver import Receiver, receiving


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Endpoints may be on this machine."""
    monkeypatch.setenv("OPENCHAIR_WEBHOOK_PLAIN_HTTP", "true")
    monkeypatch.setenv("OPENCHAIR_OUTBOUND_PRIVATE_NETWORKS", "127.0.0.0/8")
    forget()
    yield
    forget()


@pytest.fixture
async def receiver(local: None) -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


@dataclass(frozen=True)
class House:
    """A salon, its one endpoint, and words for what its tests often say."""

    database: Database
    salon_id: UUID
    endpoint_id: UUID
    secret: str

    async def publish(self, number: int = 1, *, event_type: str = "booking.confirmed") -> int:
        async with self.database.transaction() as session:
            return await publish(
                session,
                salon_id=self.salon_id,
                event_id=f"event-{number}",
                event_type=event_type,
                payload=envelope(event_type, at=utc_now(), data={"number": number}),
            )

    async def send(self) -> None:
        await send_due(self.database, stop=asyncio.Event(), settings=load(WebhookSettings))

    async def run(self, statement: str, **values: Any) -> Any:
        async with self.database.transaction() as session:
            return await session.execute(text(statement), values)

    async def hurry(self) -> None:
        """What waits for its next try waits no longer."""
        await self.run(
            "UPDATE webhook_messages SET next_attempt_at = now() WHERE status = 'pending'"
        )
        await self.run("UPDATE provider_breakers SET state = 'closed', failures = 0")

    async def message(self) -> Any:
        found = await self.run(
            "SELECT *, extract(epoch FROM next_attempt_at - now()) AS wait"
            " FROM webhook_messages ORDER BY created_at LIMIT 1"
        )
        return found.one()

    async def endpoint(self) -> Any:
        found = await self.run(
            "SELECT * FROM webhook_endpoints WHERE id = :id", id=self.endpoint_id
        )
        return found.one()

    async def attempts(self) -> list[Any]:
        found = await self.run("SELECT * FROM webhook_attempts ORDER BY number")
        return list(found.all())


@pytest.fixture
async def house(database: Database, receiver: Receiver) -> House:
    async with database.transaction() as session:
        shop = await make_salon(session, slug="hooked")
        made = await create_endpoint(session, salon_id=shop.salon_id, url=receiver.url)
    return House(database, shop.salon_id, made.id, made.secret)
