"""A salon in Zurich with messages that want to go out."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from openchair.notifications.budgets.set_budget import set_budget
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from tests.builders import make_salon

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)

Message = Callable[..., Awaitable[UUID]]
Limit = Callable[..., Awaitable[None]]


@pytest.fixture
async def salon_id(database: Database) -> UUID:
    async with database.transaction() as session:
        return (await make_salon(session)).salon_id


@pytest.fixture
def message(database: Database, salon_id: UUID) -> Message:
    """Queues one message and answers its id."""

    async def queue(*, channel: str = "email", category: str = "transactional") -> UUID:
        notification_id = new_id()
        async with database.transaction() as session:
            await session.execute(
                text("""
                    INSERT INTO notifications (salon_id, id, kind, channel, category, recipient,
                        language, data, reference, dedupe_key, message_id)
                    VALUES (:salon_id, :id, 'test.budget', :channel, :category, :recipient,
                        'en', '{}', 'test:1', :key, :key)
                """),
                {
                    "salon_id": salon_id,
                    "id": notification_id,
                    "channel": channel,
                    "category": category,
                    "recipient": "anna@example.org" if channel == "email" else "+41791234567",
                    "key": f"<{notification_id}@example.org>",
                },
            )
        return notification_id

    return queue


@pytest.fixture
def limit(database: Database, salon_id: UUID) -> Limit:
    """Sets the salon's limit for mails (or `channel`)."""

    async def settle(
        monthly_limit: int | None,
        *,
        at_cap: str = "reminders_only",
        channel: str = "email",
        now: datetime = NOW,
    ) -> None:
        async with database.transaction() as session:
            await set_budget(
                session,
                salon_id=salon_id,
                channel=channel,
                monthly_limit=monthly_limit,
                at_cap=at_cap,
                now=now,
            )

    return settle


async def usage_of(
    database: Database, salon_id: UUID, *, channel: str = "email", month: date = NOVEMBER
) -> dict[str, Any]:
    """The month's row."""
    async with database.transaction() as session:
        found = await session.execute(
            text("""
                SELECT * FROM notification_usage
                WHERE salon_id = :salon_id AND channel = :channel AND month = :month
            """),
            {"salon_id": salon_id, "channel": channel, "month": month},
        )
        return dict(found.mappings().one())


async def levels_announced(database: Database) -> list[int]:
    """The levels of all BudgetReached events, in order."""
    async with database.transaction() as session:
        found = await session.execute(
            text("""
                SELECT CAST(payload->>'level' AS integer) FROM events
                WHERE name = 'budget.reached' ORDER BY created_at, id
            """)
        )
        return list(found.scalars())
