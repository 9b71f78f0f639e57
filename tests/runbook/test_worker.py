"""What the runbook sets going really goes out: a real worker process, a real mail server."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from openchair.platform.db.engine import Database
from tests.notifications.dead_letters.letters import fail, one, run
from tests.notifications.mail_server import MailServer, mail_server
from tests.runbook.conftest import Psql
from tests.runbook.statements import RETRY_FAILED_MAILS, RETRY_TIMEOUTS

PATIENCE = 40
REFUSED = "550 5.1.1 no such user"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with mail_server() as found:
        yield found


@asynccontextmanager
async def a_worker(database_url: str, server: MailServer, folder: Path) -> AsyncIterator[Process]:
    """A worker process until the block ends."""
    with (folder / "worker.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.notifications.killed_worker", database_url),
            env={
                **os.environ,
                "SMTP_HOST": "127.0.0.1",
                "SMTP_PORT": str(server.port),
                "OPENCHAIR_MAIL_MAX_TRIES": "1",
            },
            stdin=DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            yield process
        finally:
            process.terminate()
            await process.wait()


async def openchair(database_url: str, *arguments: str) -> tuple[int | None, str]:
    """A command, while this loop serves the mail; its code and what it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "openchair", *arguments),
        env={**os.environ, "DATABASE_URL": database_url},
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
    )
    printed, complained = await process.communicate()
    return process.returncode, (printed + complained).decode()


async def ask(database: Database, what: str) -> Any:
    async with database.transaction() as session:
        return await one(session, f"SELECT {what}")


async def until(condition: Callable[[], Awaitable[Any]], folder: Path) -> None:
    """Wait for the database to say so."""
    for _ in range(PATIENCE * 10):
        if await condition():
            return
        await asyncio.sleep(0.1)
    pytest.fail((folder / "worker.log").read_text()[-3000:])


async def letters(database: Database, salon_id: UUID, count: int, **more: Any) -> list[UUID]:
    async with database.transaction() as session:
        return [await fail(session, salon_id, **more) for _ in range(count)]


async def test_failed_mails_of_the_last_day_go_out(  # noqa: PLR0917 - six fixtures
    database: Database,
    database_url: str,
    salon_id: UUID,
    psql: Psql,
    server: MailServer,
    tmp_path: Path,
) -> None:
    await letters(database, salon_id, 1, words="older")
    async with database.transaction() as session:
        await run(session, "UPDATE notifications SET created_at = now() - interval '25 hours'")
    await letters(database, salon_id, 3)
    psql(RETRY_FAILED_MAILS)
    async with a_worker(database_url, server, tmp_path):
        closed = "count(*) = 3 FROM dead_letter_queue WHERE closed_reason = 'sent'"
        await until(lambda: ask(database, closed), tmp_path)
    assert len(server.accepted) == 3
    assert await ask(database, "count(*) FROM notifications WHERE status = 'sent'") == 3
    left = "error_message FROM dead_letter_queue WHERE status = 'waiting'"
    assert await ask(database, left) == "timeout: older"


async def test_dead_letters_that_were_marked_go_out(  # noqa: PLR0917 - six fixtures
    database: Database,
    database_url: str,
    salon_id: UUID,
    psql: Psql,
    server: MailServer,
    tmp_path: Path,
) -> None:
    """What would come too late is not sent; what fails again is back with one failure more."""
    await letters(database, salon_id, 2)
    await letters(database, salon_id, 1, expires_in=timedelta(seconds=-1))
    psql(RETRY_TIMEOUTS)
    server.rcpt_answers = [REFUSED]
    async with a_worker(database_url, server, tmp_path):
        done = (
            "count(*) FILTER (WHERE closed_reason = 'sent') = 1"
            " AND count(*) FILTER (WHERE status = 'waiting') = 2 FROM dead_letter_queue"
        )
        await until(lambda: ask(database, done), tmp_path)
    assert len(server.accepted) == 1
    again = "failure_count FROM dead_letter_queue WHERE failure_type = 'hard_bounce'"
    assert await ask(database, again) == 2
    late = "message.status FROM notifications AS message WHERE message.expires_at <= now()"
    assert await ask(database, late) == "failed"


async def test_a_redrive_goes_from_its_canary_to_its_end(
    database: Database, database_url: str, salon_id: UUID, server: MailServer, tmp_path: Path
) -> None:
    await letters(database, salon_id, 8)
    async with a_worker(database_url, server, tmp_path):
        code, told = await openchair(
            database_url, *("dlq", "redrive", "--all", "--yes", "--rate", "600")
        )
    assert (code, len(server.accepted)) == (0, 8), told
    assert "Redrive done: 8 sent, 0 failed again" in told
    first = "min(sent_at) <= min(redriven_at) FILTER (WHERE number > 1)"
    order = (
        "(SELECT sent_at, redriven_at, row_number() OVER (ORDER BY redriven_at) AS number"
        " FROM dead_letter_queue JOIN notifications ON notifications.id = notification_id) AS x"
    )
    assert await ask(database, f"{first} FROM {order}"), "the others did not wait for the canary"


async def test_a_redrive_whose_cause_is_not_mended_stops_at_its_canary(
    database: Database, database_url: str, salon_id: UUID, server: MailServer, tmp_path: Path
) -> None:
    await letters(database, salon_id, 8)
    server.rcpt_answers = [REFUSED] * 8
    async with a_worker(database_url, server, tmp_path):
        code, told = await openchair(database_url, "dlq", "redrive", "--all", "--yes")
    assert code == 1, told
    assert "the first one failed again" in told
    assert "no such user" in told
    assert len(server.rcpt_answers) == 7
    waiting = "count(*) FROM dead_letter_queue WHERE status = 'waiting'"
    assert await ask(database, waiting) == 8
