"""Real worker processes, killed with SIGKILL at the worst moments of a real SMTP conversation."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from openchair.notifications.sweep import sweep
from openchair.platform.db.engine import Database
from tests.notifications.conftest import Put, attempts_of, row_of, scalar
from tests.notifications.mail_server import MailServer

LEASE_SECONDS = 2
Start = Callable[[], Awaitable[Process]]


@pytest.fixture
async def start(database_url: str, server: MailServer, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts worker processes that send to `server`; whatever still runs is killed at the end."""
    running: list[Process] = []

    async def begin() -> Process:
        log = (tmp_path / "worker.log").open("ab")
        running.append(
            await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "tests.notifications.killed_worker", database_url),
                env={
                    **os.environ,
                    "SMTP_HOST": "127.0.0.1",
                    "SMTP_PORT": str(server.port),
                    "OPENCHAIR_MAIL_LEASE_SECONDS": str(LEASE_SECONDS),
                },
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )
        )
        log.close()
        return running[-1]

    yield begin
    for process in running:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def until(
    condition: Callable[[], Awaitable[Any]], *, seconds: float = 30, what: str = ""
) -> None:
    """Wait until it is true."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 -- another process makes it true
            await asyncio.sleep(0.05)


async def killed(process: Process) -> None:
    process.send_signal(signal.SIGKILL)
    await process.wait()


@asynccontextmanager
async def stuck(server: MailServer, step: str) -> AsyncIterator[asyncio.Event]:
    """Let the server fall silent at one step until the block ends; the event tells when."""
    reached, go_on = asyncio.Event(), asyncio.Event()
    original = getattr(server, step)

    async def silent(*arguments: Any) -> str:
        reached.set()
        answer: str = await original(*arguments)  # what it took, it has; only the answer is late
        await go_on.wait()
        return answer

    setattr(server, step, silent)
    try:
        yield reached
    finally:
        setattr(server, step, original)
        go_on.set()


async def swept_until(database: Database, condition: Callable[[], Awaitable[Any]]) -> None:
    """Sweep, as the schedule does once a minute, until the condition holds."""

    async def swept() -> bool:
        async with database.transaction() as session:
            await sweep(session)
        return bool(await condition())

    await until(swept, seconds=60)


async def becomes(database: Database, message_id: UUID, status: str) -> None:
    """Wait, sweeping, until the message has this status."""

    async def has() -> bool:
        return bool((await row_of(database, message_id))["status"] == status)

    await swept_until(database, has)


async def test_killed_between_claim_and_content_it_is_sent_once_by_the_next_worker(
    database: Database, put: Put, server: MailServer, start: Start
) -> None:
    async with stuck(server, "handle_RCPT") as reached:
        message_id = await put()
        worker = await start()
        await asyncio.wait_for(reached.wait(), 30)
        assert (await row_of(database, message_id))["status"] == "sending"
        await killed(worker)
    await start()
    await becomes(database, message_id, "sent")
    assert len(server.accepted) == 1
    outcomes = [each["outcome"] for each in await attempts_of(database, message_id)]
    assert outcomes == ["lease_lost", "sent"]


async def test_killed_after_the_content_it_is_doubtful_and_never_sent_again(
    database: Database, put: Put, server: MailServer, start: Start
) -> None:
    async with stuck(server, "handle_DATA") as reached:
        message_id = await put()
        worker = await start()
        await asyncio.wait_for(reached.wait(), 30)
        await killed(worker)
    await start()
    await becomes(database, message_id, "doubtful")
    await asyncio.sleep(2)
    assert len(server.accepted) == 1
    assert (await row_of(database, message_id))["status"] == "doubtful"


async def test_killed_again_and_again_every_message_ends_once(
    database: Database, put: Put, server: MailServer, start: Start
) -> None:
    """Invariant N: sixty messages, a worker killed five times in the middle of them."""
    for number in range(60):
        await put(dedupe_key=f"test:{number}")
    for kill in range(1, 6):
        worker = await start()
        await swept_until(database, partial(has_accepted, server, kill * 8))
        await killed(worker)
    await start()

    async def all_ended() -> bool:
        return not await scalar(
            database,
            "SELECT count(*) FROM notifications WHERE status NOT IN ('sent', 'doubtful')",
        )

    await swept_until(database, all_ended)
    accepted = [mail["Message-ID"] for mail in server.accepted]
    assert len(accepted) == len(set(accepted)), "a mail was sent twice"
    sent = await scalar(
        database, "SELECT array_agg(message_id) FROM notifications WHERE status = 'sent'"
    )
    assert set(sent) <= set(accepted), "a mail is called sent that nobody took"


async def has_accepted(server: MailServer, goal: int) -> bool:
    return len(server.accepted) >= goal


async def test_told_to_stop_it_finishes_what_it_began(
    database: Database, put: Put, server: MailServer, start: Start
) -> None:
    async with stuck(server, "handle_DATA") as reached:
        message_id = await put()
        worker = await start()
        await asyncio.wait_for(reached.wait(), 30)
        worker.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.5)
        assert worker.returncode is None
    assert await asyncio.wait_for(worker.wait(), 20) == 0
    assert (await row_of(database, message_id))["status"] == "sent"
    assert len(server.accepted) == 1
