"""A salon, a mail server and a kind of message to send."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.errors import Outdated
from openchair.notifications.outbox import NewMessage, put_all
from openchair.notifications.providers.email.smtp import SmtpProvider
from openchair.notifications.rendering import Message, Rendered, register
from openchair.platform.db.engine import Database
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
    found = SmtpProvider(server.settings())
    yield found
    await found.close()


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
