"""The worker as a real process: it runs what was queued, and again what a killed one had begun."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from openchair.platform import correlation
from openchair.platform.db.engine import Database
from openchair.platform.jobs.queue import JobContext, enqueue, job

WORKER = """
import asyncio, sys
from sqlalchemy import text
from openchair.platform import correlation
from openchair.platform.jobs.queue import job
from openchair.worker.run import run_worker

@job("test.slow")
async def slow(context, payload):
    async with context.database.transaction() as session:
        await session.execute(text("INSERT INTO begun VALUES (1)"))
    await asyncio.sleep(payload["seconds"])
    async with context.database.transaction() as session:
        await session.execute(
            text("INSERT INTO finished VALUES (:id)"), {"id": correlation.current()}
        )

@job("test.fails_once")
async def fails_once(context, payload):
    async with context.database.transaction() as session:
        await session.execute(text("INSERT INTO begun VALUES (1)"))
    async with context.database.transaction() as session:
        if (await session.scalar(text("SELECT count(*) FROM begun"))) == 1:
            raise RuntimeError("the first time")
        await session.execute(text("INSERT INTO finished VALUES ('second')"))

asyncio.run(run_worker(sys.argv[1]))
"""


@job("test.slow")
async def slow(context: JobContext, payload: dict[str, Any]) -> None:
    """Declared here so that it can be queued; the worker process has its own."""


@job("test.fails_once")
async def fails_once(context: JobContext, payload: dict[str, Any]) -> None:
    """As `slow`."""


@pytest.fixture
async def tables(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE begun (it int)")
        await connection.exec_driver_sql("CREATE TABLE finished (id text)")


@contextmanager
def worker(url: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", WORKER, url], stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


async def queue(database: Database, name: str, **payload: Any) -> None:
    async with database.transaction() as session:
        await enqueue(session, name, payload)


async def rows(database: Database, table: str, *, count: int, seconds: float = 40) -> list[Any]:
    async with asyncio.timeout(seconds):
        while True:
            async with database.engine.connect() as connection:
                found = (await connection.exec_driver_sql(f"TABLE {table}")).scalars().all()
            if len(found) >= count:
                return [*found]
            await asyncio.sleep(0.05)


@pytest.mark.usefixtures("tables")
async def test_a_job_runs_under_the_correlation_id_of_its_cause(database: Database) -> None:
    token = correlation.adopt("who-asked-for-it")
    await queue(database, "test.slow", seconds=0)
    correlation.release(token)
    with worker(database.url):
        assert await rows(database, "finished", count=1) == ["who-asked-for-it"]


@pytest.mark.usefixtures("tables")
async def test_a_job_of_a_killed_worker_runs_again(database: Database) -> None:
    await queue(database, "test.slow", seconds=3)
    with worker(database.url) as first:
        await rows(database, "begun", count=1)
        os.kill(first.pid, signal.SIGKILL)
    with worker(database.url):
        assert len(await rows(database, "finished", count=1)) == 1
    assert len(await rows(database, "begun", count=2)) == 2


@pytest.mark.usefixtures("tables")
async def test_a_job_that_failed_is_tried_again(database: Database) -> None:
    await queue(database, "test.fails_once")
    with worker(database.url):
        assert await rows(database, "finished", count=1) == ["second"]


@pytest.mark.usefixtures("tables")
async def test_a_worker_asked_to_end_finishes_what_it_began(database: Database) -> None:
    await queue(database, "test.slow", seconds=2)
    with worker(database.url) as process:
        await rows(database, "begun", count=1)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 20) == 0
    assert len(await rows(database, "finished", count=1)) == 1
