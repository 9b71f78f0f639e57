"""Messages that were given up, without sending anything: rows as the post office leaves them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.dead_letters.bury import bury
from openchair.notifications.outbox import NewMessage, put_all
from openchair.platform.ids import new_id
from tests.builders import make_salon


async def salon_of(session: AsyncSession) -> UUID:
    """A salon of its own."""
    return (await make_salon(session)).salon_id


async def fail(
    session: AsyncSession,
    salon_id: UUID,
    *,
    failure_type: str = "timeout",
    words: str = "timeout while reading",
    channel: str = "email",
    expires_in: timedelta | None = timedelta(hours=1),
) -> UUID:
    """A message that failed for good; answers its dead letter's id."""
    message_id = await wait(session, salon_id, channel=channel)
    await fail_again(session, salon_id, message_id, failure_type=failure_type, words=words)
    await run(
        session,
        "UPDATE notifications SET expires_at = now() + CAST(:more AS interval) WHERE id = :id",
        id=message_id,
        more=expires_in,
    )
    return UUID(
        str(
            await one(
                session,
                "SELECT id FROM dead_letter_queue WHERE notification_id = :id",
                id=message_id,
            )
        )
    )


async def wait(session: AsyncSession, salon_id: UUID, *, channel: str = "email") -> UUID:
    """A message that waits to be sent."""
    name = new_id().hex
    message = NewMessage(
        salon_id=salon_id,
        kind="test.greeting",
        channel=channel,
        recipient="anna@example.org" if channel == "email" else "+41446681800",
        language="en",
        data={},
        reference=f"test:{name}",
        dedupe_key=name,
    )
    return (await put_all(session, messages=[message]))[0]


async def fail_again(
    session: AsyncSession,
    salon_id: UUID,
    message_id: UUID,
    *,
    failure_type: str = "timeout",
    words: str = "timeout while reading",
) -> None:
    """Give a message up, as the worker does."""
    await run(
        session,
        "UPDATE notifications SET status = 'failed', finished_at = now(), retry_count = 30,"
        " lost_leases = 1, failure_type = :type, error_message = :words WHERE id = :id",
        id=message_id,
        type=failure_type,
        words=words,
    )
    await bury(session, messages=[(salon_id, message_id)])


async def end(session: AsyncSession, letter_id: UUID, status: str) -> None:
    """The letter's message comes to an end."""
    await run(
        session,
        "UPDATE notifications SET status = :status, finished_at = now(), sent_at = now()"
        " WHERE id = (SELECT notification_id FROM dead_letter_queue WHERE id = :id)",
        id=letter_id,
        status=status,
    )


async def letter_of(session: AsyncSession, letter_id: UUID) -> RowMapping:
    """The letter's row."""
    found = await session.execute(
        text("SELECT * FROM dead_letter_queue WHERE id = :id"), {"id": letter_id}
    )
    return found.mappings().one()


async def message_of(session: AsyncSession, letter_id: UUID) -> RowMapping:
    """The row of its message."""
    found = await session.execute(
        text(
            "SELECT message.* FROM notifications AS message JOIN dead_letter_queue AS letter"
            " ON letter.notification_id = message.id WHERE letter.id = :id"
        ),
        {"id": letter_id},
    )
    return found.mappings().one()


async def one(session: AsyncSession, statement: str, **values: Any) -> Any:
    """One value."""
    return (await session.execute(text(statement), values)).scalar()


async def run(session: AsyncSession, statement: str, **values: Any) -> None:
    """One statement."""
    await session.execute(text(statement), values)
