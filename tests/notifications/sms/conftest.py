"""The sandbox as a real process, the product's providers pointed at it, and an SMS to send."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any
from uuid import UUID

import pytest

from openchair.notifications.outbox import put_all
from openchair.notifications.providers.provider import Outgoing, Provider
from openchair.notifications.providers.sms.current import sms_providers
from openchair.notifications.rendering import Rendered
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.platform.outbound.clients import close_clients
from openchair.platform.settings import base
from tests.builders import make_salon
from tests.notifications.conftest import greeting
from tests.sandbox_process import Sandbox, sandbox

ANNA = "+4915112345678"
Put = Callable[..., Awaitable[UUID]]


@pytest.fixture(scope="session")
async def sandbox_process() -> AsyncIterator[Sandbox]:
    """One for all tests; its callbacks come at once."""
    async with sandbox(callback_delay=0.05) as found:
        yield found


@pytest.fixture
async def outside(
    sandbox_process: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Sandbox]:
    """The sandbox without faults and messages, and the settings that point at it."""
    await sandbox_process.clear()
    await sandbox_process.client.delete("/api/sms")
    for name, value in sandbox_process.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPENCHAIR_SMS_PER_SECOND", "1000")
    base.forget()
    yield sandbox_process
    await sandbox_process.clear()
    await close_clients()
    monkeypatch.undo()
    base.forget()


@pytest.fixture
def providers(outside: Sandbox, database: Database) -> dict[str, Provider]:
    """Twilio and Vonage by name."""
    return {each.name: each for each in sms_providers(database)}


@pytest.fixture
def _fresh_settings() -> Iterator[None]:
    base.forget()
    yield
    base.forget()


def outgoing(text: str = "Hello Anna", *, recipient: str = ANNA, **more: Any) -> Outgoing:
    """A rendered SMS."""
    given: dict[str, Any] = {
        "salon_id": new_id(),
        "notification_id": new_id(),
        "message_id": "<x@y>",
        "correlation_id": None,
        "language": "en",
        **more,
    }
    return Outgoing(
        recipient=recipient,
        rendered=Rendered(subject="", text=text, html="", sender_name="Salon", reply_to=None),
        **given,
    )


@pytest.fixture
async def salon_id(database: Database) -> UUID:
    async with database.transaction() as session:
        return (await make_salon(session)).salon_id


@pytest.fixture
def put(database: Database, salon_id: UUID) -> Put:
    """Queue one SMS to Anna and commit; answers its id."""

    async def queue(**more: Any) -> UUID:
        given = {"channel": "sms", "recipient": ANNA, **more}
        async with database.transaction() as session:
            message = greeting(salon_id, **given)
            return (await put_all(session, messages=[message]))[0]

    return queue
