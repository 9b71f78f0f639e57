"""Drill 5: the one process that runs jobs, loops and schedules is killed in an open house."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
from sqlalchemy import text

from openchair.customers.notices.put import NOTICE
from openchair.notifications.outbox import NewMessage, put_all
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.platform.workers.name import process_id
from tests.builders import make_salon
from tests.drills.proof import prove, taken_by
from tests.served import Served, house

SCHEDULE = "notifications.check_invariants"
WORKER = "SELECT name FROM workers"
KEPT = "SELECT id FROM pgqueuer_schedules WHERE entrypoint = :name"
BECOMES_DUE = "UPDATE pgqueuer_schedules SET next_run = now() WHERE id = :id RETURNING id"
RAN_SINCE = "SELECT id FROM pgqueuer_schedules WHERE id = :id AND last_run > :since"


async def value(database: Database, statement: str, **values: Any) -> Any:
    async with database.transaction() as session:
        return (await session.execute(text(statement), values)).scalar()


async def until(condition: Callable[[], Awaitable[Any]], *, seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 -- another process makes it true
            await asyncio.sleep(0.05)


async def put_reminder(database: Database, *, at: datetime) -> UUID:
    """Something to remind a client of, by the product's own words."""
    customer_id = new_id()
    async with database.transaction() as session:
        salon_id = (await make_salon(session)).salon_id
        await session.execute(
            text(
                "INSERT INTO customers (salon_id, id, name, email, language)"
                " VALUES (:salon_id, :id, 'Anna', 'anna@example.org', 'en')"
            ),
            {"salon_id": salon_id, "id": customer_id},
        )
        reminder = NewMessage(
            salon_id=salon_id,
            kind=NOTICE,
            channel="email",
            recipient="anna@example.org",
            language="en",
            data={"customer_id": customer_id, "subject": "Tomorrow", "body": "See you."},
            reference=f"customer:{customer_id}",
            dedupe_key="reminder",
            send_after=at,
            category="reminder",
        )
        return (await put_all(session, messages=[reminder]))[0]


def lines(served: Served, event: str) -> list[dict[str, Any]]:
    found = [orjson.loads(each) for each in served.log("worker").splitlines() if each[:1] == "{"]
    return [line for line in found if line.get("event") == event]


@pytest.mark.timeout(240)
async def test_drill_5_killed_it_is_started_again_missed_and_catches_up(
    database: Database, tmp_path: Path
) -> None:
    settings = {"OPENCHAIR_DEMO": "false"}
    with house(home=tmp_path / "house", database_url=database.url, settings=settings) as served:

        async def works() -> Any:
            return await value(database, WORKER) and await value(database, KEPT, name=SCHEDULE)

        await until(works)
        name = await value(database, WORKER)
        kept = await value(database, KEPT, name=SCHEDULE)
        os.kill(process_id(name), signal.SIGKILL)
        killed_at = utc_now()
        # What becomes due while nobody is there: a reminder, and a schedule's time.
        reminder = await put_reminder(database, at=killed_at + timedelta(milliseconds=200))
        await value(database, BECOMES_DUE, id=kept)

        async def goes_out() -> bool:
            status = await value(
                database, "SELECT status FROM notifications WHERE id = :id", id=reminder
            )
            return bool(status == "sent")

        async def is_made_up_for() -> Any:
            return await value(database, RAN_SINCE, id=kept, since=killed_at)

        async def is_missed() -> Any:
            return await value(
                database, "SELECT 1 FROM events WHERE name = 'worker.heartbeat_missing'"
            )

        await until(goes_out)
        await until(is_made_up_for)
        await until(is_missed)
        [missed] = lines(served, "heartbeat missing")
        assert missed["worker"] == name
        assert len(lines(served, "worker begins")) == 2
        told = " ".join(served.output.read_text().split())
        assert "worker was ended by SIGKILL; starting it again" in told
        assert await value(database, "SELECT count(*) FROM workers") == 1
        async with httpx.AsyncClient() as caller:
            answer = await caller.get(f"{served.mailbox_url}/api/accepted")
        accepted = answer.json()["accepted"]
        proof = await prove(database, taken=taken_by(accepted))
        assert (proof.states, proof.taken_twice) == ({"sent": 1}, frozenset())
