"""A salon, a mail server and a kind of message to send."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications import dispatch, reconcile
from openchair.notifications.errors import Outdated
from openchair.notifications.outbox import NewMessage, put_all
from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.providers.provider import Provider
from openchair.notifications.rendering import Message, Rendered, register
from openchair.notifications.settings import MailSettings
from openchair.platform.db.engine import Database
from openchair.platform.settings import base as settings_base
from tests.builders import make_salon
from tests.notifications.mail_server import MailServer, mail_server

KIND = "test.greeting"
Put = Callable[..., Awaitable[UUID]]


async def greet(_session: AsyncSession, message: Message, _now: datetime) -> Rendered:
    """A renderer for tests; its data can make it fail."""
    if message.data.get("outdated"):
        raise Outdated("said before")
    if message.data.get("defect"):
        raise ZeroDivisionError("a defect of the renderer")
    return Rendered(
        subject="Hello",
        text=f"Hello {message.recipient}",
        html="<p>Hello</p>",
        sender_name="Salon",
        reply_to=None,
    )


@pytest.fixture(autouse=True)
def _renderer() -> None:
    register(KIND, greet)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as found:
        yield found


@pytest.fixture
async def provider(server: MailServer) -> AsyncIterator[SmtpProvider]:
    found = smtp_provider(server)
    yield found
    await found.close()


def smtp_provider(server: MailServer) -> SmtpProvider:
    """The product's way to this server."""
    settings = server.settings()
    return SmtpProvider(settings.servers[0], settings)


@pytest.fixture
async def salon_id(database: Database) -> UUID:
    async with database.transaction() as session:
        return (await make_salon(session)).salon_id


@pytest.fixture
def put(database: Database, salon_id: UUID) -> Put:
    """Queue one message and commit; answers its id."""

    async def queue(**more: Any) -> UUID:
        async with database.transaction() as session:
            return (await put_all(session, messages=[greeting(salon_id, **more)]))[0]

    return queue


class Post:
    """Sends by hand what is due, one pass of the worker's loop a call, by the given providers."""

    def __init__(
        self, database: Database, server: MailServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.database, self.server = database, server
        self._monkeypatch = monkeypatch

    def use(self, *providers: Provider) -> None:
        """From now on messages go by these, the first first."""
        for module in (dispatch, reconcile):
            self._monkeypatch.setattr(module, "providers", lambda _channel, **_: providers)

    def decide(self, **settings: Any) -> None:
        """Change settings of the post office."""
        changed = self.server.settings(**settings)
        loaded: dict[Any, Any] = dict(settings_base._loaded)
        self._monkeypatch.setattr(settings_base, "_loaded", {**loaded, MailSettings: changed})

    async def deliver(self, message_id: UUID) -> str | None:
        """One pass; the message's state after it, or None when it was not tried."""
        before = await row_of(self.database, message_id)
        found = dispatch.Dispatch(self.database, channel="email")
        await found.begin()
        await found.finish()
        after = await row_of(self.database, message_id)
        return None if after["lease_count"] == before["lease_count"] else str(after["status"])

    async def make_due(self, message_id: UUID) -> None:
        """Let the wait before the next try pass."""
        await run(
            self.database,
            "UPDATE notifications SET next_attempt_at = now() WHERE id = :id",
            id=message_id,
        )


@pytest.fixture
def post(
    database: Database,
    server: MailServer,
    provider: SmtpProvider,
    monkeypatch: pytest.MonkeyPatch,
) -> Post:
    found = Post(database, server, monkeypatch)
    found.use(provider)
    found.decide()
    return found


def greeting(salon_id: UUID, **more: Any) -> NewMessage:
    """A message to Anna."""
    given: dict[str, Any] = {
        "kind": KIND,
        "channel": "email",
        "recipient": "anna@example.org",
        "language": "en",
        "data": {},
        "reference": "test:1",
        "dedupe_key": "test:1",
        **more,
    }
    return NewMessage(salon_id=salon_id, **given)


async def row_of(database: Database, notification_id: UUID) -> dict[str, Any]:
    """The message's row."""
    async with database.transaction() as session:
        found = await session.execute(
            text("SELECT * FROM notification_queue WHERE id = :id"), {"id": notification_id}
        )
        return dict(found.mappings().one())


async def attempts_of(database: Database, notification_id: UUID) -> list[dict[str, Any]]:
    """Every try at it, in order."""
    async with database.transaction() as session:
        found = await session.execute(
            text("SELECT * FROM notification_attempts WHERE notification_id = :id ORDER BY number"),
            {"id": notification_id},
        )
        return [dict(row) for row in found.mappings()]


async def scalar(database: Database, statement: str, **values: Any) -> Any:
    """One value; also for the runbooks' own statements."""
    async with database.transaction() as session:
        return (await session.execute(text(statement), values)).scalar()


async def run(database: Database, statement: str, **values: Any) -> None:
    """One statement, committed."""
    async with database.transaction() as session:
        await session.execute(text(statement), values)
