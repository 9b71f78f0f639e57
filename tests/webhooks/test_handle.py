import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform import correlation
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import load
from openchair.webhooks import handlers
from openchair.webhooks.handle import handle_due
from openchair.webhooks.handlers import Ignored, WebhookEventView, register
from openchair.webhooks.receive import Incoming, receive
from openchair.webhooks.replay import replay
from openchair.webhooks.rules import wait_seconds
from openchair.webhooks.settings import WebhookSettings


class Handler:
    """Writes down what it is given; what it is told to do it does."""

    def __init__(self) -> None:
        self.seen: list[WebhookEventView] = []
        self.correlations: list[str] = []
        self.then: Any = None

    async def __call__(self, session: AsyncSession, event: WebhookEventView) -> Ignored | None:
        self.seen.append(event)
        self.correlations.append(correlation.current())
        await session.execute(
            text("INSERT INTO rate_limits (key, arrival_at) VALUES (:key, now())"),
            {"key": f"handled:{event.id}:{len(self.seen)}"},
        )
        if isinstance(self.then, Exception):
            raise self.then
        if callable(self.then):
            await self.then()
            return None
        return self.then  # type: ignore[no-any-return]


@pytest.fixture
def handler() -> Iterator[Handler]:
    found = Handler()
    before = dict(handlers._handlers)
    handlers._handlers.clear()
    register("email", found)
    yield found
    handlers._handlers.clear()
    handlers._handlers.update(before)


async def put(database: Database, *names: str, source: str = "email") -> list[UUID]:
    events = [
        Incoming(
            source=source,
            provider_event_id=name,
            event_type="email.bounced",
            payload='{"type": "email.bounced"}',
            correlation_id=f"correlation-{name}",
        )
        for name in names
    ]
    async with database.transaction() as session:
        return [each.id for each in await receive(session, events=events)]


async def row(database: Database, event_id: UUID) -> Any:
    async with database.transaction() as session:
        found = await session.execute(
            text("""
                SELECT *, extract(epoch FROM next_attempt_at - now()) AS wait
                FROM webhook_events WHERE id = :id
            """),
            {"id": event_id},
        )
        return found.one()


async def run(database: Database, statement: str, **values: Any) -> Any:
    async with database.transaction() as session:
        return await session.execute(text(statement), values)


async def handle(database: Database) -> bool:
    return await handle_due(database, settings=load(WebhookSettings))


async def effects(database: Database) -> int:
    async with database.transaction() as session:
        return int(
            await session.scalar(
                text("SELECT count(*) FROM rate_limits WHERE key LIKE 'handled:%'")
            )
            or 0
        )


async def test_an_event_is_handled_once_under_its_own_name(
    database: Database, handler: Handler
) -> None:
    (event_id,) = await put(database, "one")
    assert await handle(database) is False
    await handle(database)
    assert [each.id for each in handler.seen] == [event_id]
    assert handler.correlations == ["correlation-one"]
    found = await row(database, event_id)
    assert (found.status, found.error_message, found.lease_token) == ("processed", None, None)
    assert found.processed_at is not None


async def test_two_workers_share_a_crowd(database: Database, handler: Handler) -> None:
    ids = await put(database, *(f"event-{number:03}" for number in range(100)))

    async def work() -> None:
        while await handle(database):
            pass

    await asyncio.gather(work(), work(), work())
    await work()
    assert sorted(each.id for each in handler.seen) == sorted(ids)
    assert await effects(database) == 100


async def test_what_there_is_nothing_to_do_about_is_ignored(
    database: Database, handler: Handler
) -> None:
    handler.then = Ignored("no message of ours has this id")
    (event_id,) = await put(database, "one")
    await handle(database)
    found = await row(database, event_id)
    assert (found.status, found.error_message) == ("ignored", "no message of ours has this id")


async def test_a_failure_leaves_no_trace_of_its_work_and_is_tried_again(
    database: Database, handler: Handler
) -> None:
    handler.then = RuntimeError("the other service is away")
    (event_id,) = await put(database, "one")
    await handle(database)
    found = await row(database, event_id)
    assert (found.status, found.retry_count) == ("failed", 1)
    assert found.error_message == "RuntimeError: the other service is away"
    assert 0 < found.wait <= 1.25
    assert await effects(database) == 0
    await handle(database)
    assert len(handler.seen) == 1  # not yet
    handler.then = None
    await run(database, "UPDATE webhook_events SET next_attempt_at = now()")
    await handle(database)
    found = await row(database, event_id)
    assert (found.status, found.error_message, found.retry_count) == ("processed", None, 1)


async def test_after_eight_tries_it_waits_for_a_person(
    database: Database, handler: Handler
) -> None:
    handler.then = RuntimeError("no")
    (event_id,) = await put(database, "one")
    for _ in range(10):
        await handle(database)
        await run(
            database,
            "UPDATE webhook_events SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL",
        )
    found = await row(database, event_id)
    assert (found.status, found.retry_count, found.next_attempt_at) == ("failed", 8, None)
    assert len(handler.seen) == 8


async def test_a_runbooks_update_makes_it_go_again(database: Database, handler: Handler) -> None:
    handler.then = RuntimeError("no")
    (event_id,) = await put(database, "one")
    await handle(database)
    handler.then = None
    await run(database, "UPDATE webhook_events SET status = 'received' WHERE status = 'failed'")
    await handle(database)
    assert (await row(database, event_id)).status == "processed"


async def test_a_dead_workers_event_is_taken_over_and_its_late_work_undone(
    database: Database, handler: Handler
) -> None:
    (event_id,) = await put(database, "one")

    async def meanwhile() -> None:
        handler.then = None
        await run(database, "UPDATE webhook_events SET lease_until = now() - interval '1 s'")
        await handle(database)

    handler.then = meanwhile
    await handle(database)
    found = await row(database, event_id)
    assert (found.status, found.retry_count) == ("processed", 1)
    assert len(handler.seen) == 2
    assert await effects(database) == 1


async def test_an_event_that_ends_its_workers_is_set_aside(
    database: Database, handler: Handler
) -> None:
    (event_id,) = await put(database, "one")
    await run(
        database,
        "UPDATE webhook_events SET status = 'processing', retry_count = 7,"
        " lease_token = gen_random_uuid(), lease_until = now() - interval '1 s'",
    )
    await handle(database)
    found = await row(database, event_id)
    assert (found.status, found.next_attempt_at) == ("failed", None)
    assert found.error_message == "8 workers ended while handling it"
    assert handler.seen == []


async def test_a_source_without_a_handler_is_told_by_the_row(
    database: Database, handler: Handler
) -> None:
    (event_id,) = await put(database, "one", source="nobody")
    await handle(database)
    found = await row(database, event_id)
    assert found.status == "failed"
    assert "handles nobody webhooks" in found.error_message


async def test_one_that_fails_holds_up_no_other(database: Database, handler: Handler) -> None:
    await put(database, "bad", source="nobody")
    (good,) = await put(database, "good")
    await handle(database)
    assert (await row(database, good)).status == "processed"


@pytest.mark.parametrize(
    ("before", "force", "queued"),
    [
        ("received", False, False),
        ("processing", True, False),
        ("processed", False, False),
        ("processed", True, True),
        ("ignored", False, False),
        ("ignored", True, True),
        ("failed", False, True),
    ],
)
async def test_replay_repeats_what_failed_and_what_somebody_insists_on(
    database: Database, handler: Handler, *, before: str, force: bool, queued: bool
) -> None:
    (event_id,) = await put(database, "one")
    await run(
        database,
        "UPDATE webhook_events SET status = :status, retry_count = 8, next_attempt_at = NULL,"
        " lease_until = now() + interval '1 min', lease_token = gen_random_uuid()",
        status=before,
    )
    async with database.transaction() as session:
        done = await replay(session, name="one", force=force)
    assert (done.before, done.queued) == (before, queued)
    found = await row(database, event_id)
    assert found.status == ("received" if queued else before)
    assert found.retry_count == (0 if queued else 8)


@pytest.mark.parametrize(
    ("failures", "least", "most"), [(1, 1, 1.25), (2, 2, 2.5), (4, 8, 10), (40, 3600, 4500)]
)
def test_waits_double_up_to_an_hour(failures: int, least: float, most: float) -> None:
    assert wait_seconds(failures=failures, chance=0) == least
    assert wait_seconds(failures=failures, chance=1) == most


def test_a_source_has_one_handler(handler: Handler) -> None:
    register("email", handler)
    with pytest.raises(ValueError, match="two handlers"):
        register("email", Handler())
