"""What the post office's probes find: what is due, what is dead, what is used up, who answers."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from openchair.notifications import probes
from openchair.notifications.providers.email.probes import greeting_of
from openchair.notifications.settings import ServerSettings
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.db.kept import KeptConnection
from openchair.platform.ids import new_id
from openchair.platform.probes import ProbeContext, State
from tests.builders import make_salon


@pytest.fixture
async def context(database: Database) -> AsyncIterator[ProbeContext]:
    kept = KeptConnection(database.url)
    yield ProbeContext(database=database, kept=kept, watching=True)
    await kept.close()


async def put(database: Database, salon_id: Any, *, due: datetime, **more: Any) -> None:
    values: dict[str, Any] = {"channel": "email", "status": "pending", "priority": 5, "lost": 0}
    async with database.transaction() as session:
        await session.execute(
            text("""
                INSERT INTO notifications (id, salon_id, channel, kind, priority, status, recipient,
                    language, data, reference, dedupe_key, message_id, next_attempt_at, lost_leases)
                VALUES (:id, :salon_id, :channel, 'a test', :priority, :status, 'a@example.com',
                    'en', '{}', 'r', :key, 'm', :due, :lost)
            """),
            {
                "id": (number := new_id()),
                "salon_id": salon_id,
                "key": str(number),
                "due": due,
                **values,
                **more,
            },
        )


async def test_what_is_due_is_counted_by_channel(database: Database, context: ProbeContext) -> None:
    async with database.transaction() as session:
        salon = (await make_salon(session, slug="house")).salon_id
    now = utc_now()
    for priority in (1, 5, 9):
        await put(database, salon, due=now - timedelta(seconds=90), priority=priority)
    await put(database, salon, due=now - timedelta(seconds=700), lost=1)
    await put(database, salon, due=now - timedelta(seconds=5), channel="sms")
    await put(database, salon, due=now + timedelta(hours=1))
    await put(database, salon, due=now - timedelta(hours=9), status="cancelled")
    found = await probes.queue(context)
    assert (found.measures["smtp-queue"], found.details["pending_sms"]) == (4, 1)
    assert 700 <= found.measures["queue-age"] < 760
    assert found.state is State.WARNING  # the oldest waits for more than ten minutes
    assert found.measures["dead-letters"] == 0


async def test_the_fullest_budget_of_this_month(database: Database, context: ProbeContext) -> None:
    assert (await probes.budget(context)).message == "No budget limits what goes out."
    async with database.transaction() as session:
        salon = (await make_salon(session, slug="house")).salon_id
        values = {"salon": salon}
        await session.execute(
            text("""
                INSERT INTO notification_budgets (salon_id, channel, monthly_limit, updated_at)
                VALUES (:salon, 'email', 100, now()), (:salon, 'sms', 10, now())
            """),
            values,
        )
        await session.execute(
            text("""
                INSERT INTO notification_usage (salon_id, channel, month, used)
                SELECT :salon, channel, month, used FROM (VALUES
                    ('email', 0, 96), ('sms', 0, 5), ('sms', 1, 10)) AS usages (channel, ago, used),
                LATERAL (SELECT (date_trunc('month', now() AT TIME ZONE 'Europe/Zurich')
                    - make_interval(months => ago))::date AS month) AS months
            """),
            values,
        )
    found = await probes.budget(context)
    assert found.measures == {"budget": 96}
    assert found.details["channel"] == "email"
    assert found.state is State.ERROR


async def test_open_breakers_of_sms_are_seen(database: Database, context: ProbeContext) -> None:
    assert (await probes.sms(context)).state is State.HEALTHY
    for name, state in (("twilio", State.WARNING), ("vonage", State.ERROR)):
        async with database.transaction() as session:
            await session.execute(
                text("""
                    INSERT INTO provider_breakers (provider, state, opened_at, changed_at)
                    VALUES (:name, 'open', now(), now())
                """),
                {"name": name},
            )
        assert (await probes.sms(context)).state is state


async def test_a_server_is_greeted_once_a_minute_whoever_asks() -> None:
    greeted = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal greeted
        greeted += 1
        writer.write(b"220 hello\r\n")
        assert (await reader.readline()).startswith(b"EHLO example.org")
        writer.write(b"250 well met\r\n")
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    settings = ServerSettings(
        name="smtp",
        host="127.0.0.1",
        port=server.sockets[0].getsockname()[1],
        username="",
        password=SecretStr(""),
        tls="off",
    )
    asked = [greeting_of(settings, domain="example.org") for _ in range(10)]
    found = await asyncio.gather(*asked)
    assert {(each.answers, each.words) for each in found} == {(True, "250")}
    assert greeted == 1
    await greeting_of(settings, domain="example.org")
    assert greeted == 1
    server.close()
