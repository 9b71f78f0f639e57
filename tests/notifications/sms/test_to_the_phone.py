"""From the queue to the phone and back: web, worker and sandbox are real processes."""

import asyncio
import os
import secrets
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from tests.databases import clone, drop
from tests.notifications.conftest import attempts_of, row_of, scalar
from tests.notifications.sms.conftest import ANNA, Put
from tests.sandbox_process import Sandbox

SETTINGS = {
    "OPENCHAIR_OUTBOUND_TIMEOUT_SECONDS": "1",
    "OPENCHAIR_SMS_PER_SECOND": "20",
    "OPENCHAIR_MAIL_DOUBTFUL_GRACE_SECONDS": "3",
}


@pytest.fixture(scope="module")
def house_url(cluster: Cluster) -> Iterator[str]:
    """One database for all tests of this file, as processes take long to start."""
    name = f"test_{secrets.token_hex(6)}"
    yield clone(cluster, name)
    drop(cluster, name)


@pytest.fixture(scope="module")
async def _house(
    house_url: str, sandbox_process: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    """A web process that callbacks reach and a worker, both pointed at the sandbox."""
    log = tmp_path_factory.mktemp("house") / "house.log"
    listening = socket.create_server(("127.0.0.1", 0))
    environment = {
        **os.environ,
        **sandbox_process.environment(),
        **SETTINGS,
        "OPENCHAIR_PORT": str(listening.getsockname()[1]),
        "DATABASE_URL": house_url,
    }

    async def begin(*words: str, **more: Any) -> Process:
        with log.open("ab") as output:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *words),
                env=environment,
                stdin=DEVNULL,
                stdout=output,
                stderr=output,
                **more,
            )

    async with AsyncExitStack() as ending:
        ending.callback(listening.close)
        handle = listening.fileno()
        web = await begin("openchair.main", str(handle), pass_fds=[handle])
        ending.push_async_callback(end, web)
        worker = await begin("tests.notifications.killed_worker", house_url)
        ending.push_async_callback(end, worker)
        yield


@pytest.fixture
async def database(house_url: str, outside: Sandbox, _house: None) -> AsyncIterator[Database]:
    """The house's database, in which nothing is left of earlier tests."""
    found = Database(house_url)
    async with found.transaction() as session:
        await session.execute(text("TRUNCATE provider_breakers, webhook_events"))
        await session.execute(text("DELETE FROM notifications"))
    yield found
    await found.close()


async def end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


async def until(database: Database, message: UUID, **wanted: Any) -> dict[str, Any]:
    """The message's row, once it is so."""
    row: dict[str, Any] = {}

    async def so() -> bool:
        row.update(await row_of(database, message))
        return all(row[name] == value for name, value in wanted.items())

    await eventually(so, what=lambda: {name: row[name] for name in (*wanted, "error_message")})
    return row


async def eventually(
    so: Callable[[], Awaitable[bool]], *, what: Callable[[], Any], seconds: float = 60
) -> None:
    try:
        async with asyncio.timeout(seconds):
            while not await so():  # noqa: ASYNC110 -- another process makes it true
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"still {what()}") from None


async def test_it_arrives_and_we_hear_of_it(database: Database, outside: Sandbox, put: Put) -> None:
    message = await put()
    row = await until(database, message, status="sent", delivery_status="delivered")
    (sms,) = await outside.sms()
    assert (sms["to"], sms["provider"], sms["body"]) == (ANNA, "twilio", f"Hello {ANNA}")
    assert (row["provider"], row["provider_reference"]) == ("twilio", sms["sid"])
    assert (row["segments"], row["delivered_at"] is not None) == (1, True)
    assert row["cost_micros"] > 0


@pytest.mark.parametrize("fault", ["callbacks_duplicated", "callbacks_reordered"])
async def test_callbacks_in_any_order(
    database: Database, outside: Sandbox, put: Put, fault: str
) -> None:
    await outside.fault("twilio", fault)
    message = await put()
    await until(database, message, status="sent", delivery_status="delivered")
    (sms,) = await outside.sms()
    answers = await outside.post_callbacks(sms["sid"], times=10)
    assert set(answers) == {"204"}
    await asyncio.sleep(1)
    row = await row_of(database, message)
    assert (row["status"], row["delivery_status"]) == ("sent", "delivered")
    stored = "SELECT count(*) FROM webhook_events WHERE source = 'twilio'"
    assert await scalar(database, stored) == 3, "queued, sent, delivered: each once"


async def test_an_answer_that_comes_too_late(
    database: Database, outside: Sandbox, put: Put
) -> None:
    """Drill 22: the provider has it, and we find out by its callback; nothing is sent twice."""
    await outside.fault("twilio", "slow", seconds=3)
    message = await put()
    row = await until(database, message, status="sent", delivery_status="delivered")
    assert row["was_doubtful"]
    assert row["provider_reference"].startswith("SM")
    assert len(await outside.sms()) == 1
    outcomes = [each["outcome"] for each in await attempts_of(database, message)]
    assert outcomes == ["doubtful", "found"]


async def test_a_doubt_without_callbacks(database: Database, outside: Sandbox, put: Put) -> None:
    """Nobody tells us anything: we ask. By Vonage, whose faults do not exclude each other here."""
    await outside.fault("vonage", "callbacks_lost")
    await outside.fault("twilio", "drop", times=1)
    message = await put()
    row = await until(database, message, status="sent")
    assert row["was_doubtful"]
    assert len(await outside.sms()) == 1


async def test_what_was_lost_on_the_way_goes_again(
    database: Database, outside: Sandbox, put: Put
) -> None:
    """Twilio closes without having taken it: the look-up says so, and it goes out once."""
    await outside.fault("twilio", "refuse", times=1)
    message = await put()
    row = await until(database, message, status="sent", delivery_status="delivered")
    assert row["was_doubtful"]
    assert len(await outside.sms()) == 1
    outcomes = [each["outcome"] for each in await attempts_of(database, message)]
    assert outcomes == ["doubtful", "not_found", "sent"]


async def test_the_second_provider_takes_over(
    database: Database, outside: Sandbox, put: Put
) -> None:
    """Five doubts open Twilio's breaker; what comes then goes by Vonage at once."""
    await outside.fault("twilio", "error_500")
    doubted = [await put(dedupe_key=f"d:{number}") for number in range(5)]
    for each in doubted:
        await until(database, each, was_doubtful=True)
    message = await put(dedupe_key="after")
    row = await until(database, message, status="sent", delivery_status="delivered")
    assert row["provider"] == "vonage"
    await outside.clear("twilio")
    for each in doubted:
        await until(database, each, status="sent")
    assert len(await outside.sms()) == 6


async def test_undelivered(database: Database, outside: Sandbox, put: Put) -> None:
    await outside.fault("twilio", "undelivered")
    message = await put()
    row = await until(database, message, status="failed", delivery_status="undelivered")
    assert row["failure_type"] == "soft_bounce"
    letters = "SELECT count(*) FROM dead_letter_queue WHERE notification_id = :id"
    assert await scalar(database, letters, id=message) == 1


async def test_no_such_number(database: Database, outside: Sandbox, put: Put) -> None:
    await outside.fault("twilio", "bad_number")
    message = await put()
    row = await until(database, message, status="failed")
    assert row["failure_type"] == "hard_bounce"
    assert await outside.sms() == []
    listed = "SELECT reason FROM notification_suppressions WHERE notification_id = :id"
    assert await scalar(database, listed, id=message) == "hard_bounce"


async def test_a_forged_callback(database: Database, outside: Sandbox, put: Put) -> None:
    await outside.fault("twilio", "callbacks_lost")
    message = await put()
    await until(database, message, status="sent")
    (sms,) = await outside.sms()
    answer = await outside.client.post(
        sms["callback_url"],
        data={"MessageSid": sms["sid"], "MessageStatus": "undelivered"},
        headers={"X-Twilio-Signature": "Zm9yZ2Vk"},
    )
    assert answer.status_code == 400
    await asyncio.sleep(1)
    row = await row_of(database, message)
    assert (row["status"], row["delivery_status"]) == ("sent", None)
