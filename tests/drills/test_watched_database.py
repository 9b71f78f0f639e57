"""Drills 6 to 9: PostgreSQL down, frozen, crowded, and in a convoy of locks."""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.drills.watched import EVERY, SLACK_SECONDS, Watched, frozen, now, open_watched

CRITICAL = {"webhook", "slack", "sms"}
WITHIN = 2 * EVERY + SLACK_SECONDS
CROWD = 30

pytestmark = [pytest.mark.timeout(240), pytest.mark.quiet]


async def test_6_postgresql_is_down(watched_folder: Path) -> None:
    async with open_watched(watched_folder) as scene:
        assert (await scene.book(9)).status_code == 201
        since = now()
        await asyncio.to_thread(
            scene.cluster._run, "pg_ctl", "stop", "-D", scene.cluster.data, "-m", "immediate", "-w"
        )
        took = await scene.is_told("DatabaseDown", channels=CRITICAL, since=since)
        assert took < WITHIN
        began = time.monotonic()
        refused = await scene.book(10)
        assert (refused.status_code, time.monotonic() - began < 2) == (503, True)
        assert int(refused.headers["retry-after"]) > 0
        async with httpx.AsyncClient() as reader:
            assert (await reader.get(f"{scene.status_url}/")).status_code == 200
        await asyncio.to_thread(scene.cluster.start)
        scene.start("worker")  # it ends with its connection, and the supervisor starts another
        await scene.is_over("DatabaseDown", channels=CRITICAL)
        assert (await scene.book(11)).status_code == 201
        await scene.all_sent()
        assert scene.sql(ATTEMPTS.format(name="DatabaseDown")) == "6", "written down, once, later"
        await scene.prove()


async def test_7_postgresql_is_frozen(watched_folder: Path) -> None:
    async with open_watched(watched_folder) as scene:
        assert (await scene.book(9)).status_code == 201
        since = now()
        with frozen(scene.cluster):
            took = await scene.is_told("DatabaseTimeout", channels=CRITICAL, since=since)
            assert took < WITHIN
            began = time.monotonic()
            shed = await asyncio.gather(*(scene.book(10, minute=each) for each in range(0, 60, 5)))
            assert {each.status_code for each in shed} == {503}
            assert time.monotonic() - began < 5, "nobody waits for a database that says nothing"
        await scene.is_over("DatabaseTimeout", channels=CRITICAL)
        assert not await scene.told("DatabaseDown")
        assert (await scene.book(11)).status_code == 201
        await scene.all_sent()
        await scene.prove()


async def test_8_connections_run_out(watched_folder: Path) -> None:
    settings = {"OPENCHAIR_IDLE_TRANSACTION_SECONDS": "8"}
    async with open_watched(watched_folder, tuning={"max_connections": "40"}, **settings) as scene:
        assert (await scene.book(9)).status_code == 201
        since = now()
        async with crowd(scene):
            took = await scene.is_told("PoolSaturation", channels=CRITICAL, since=since)
            assert took < WITHIN

            async def has_room() -> bool:
                try:
                    return int(scene.sql(ENDED)) > 0
                except subprocess.CalledProcessError:
                    return False  # there is no room for psql either

            await scene.until(has_room)
        await scene.is_over("PoolSaturation", channels=CRITICAL)
        assert (await scene.book(11)).status_code == 201
        await scene.all_sent()
        await scene.prove()


async def test_9_a_convoy_behind_a_lock(watched_folder: Path) -> None:
    async with open_watched(watched_folder) as scene:
        assert (await scene.book(9)).status_code == 201
        blocker = await asyncpg.connect(scene.url, server_settings={"application_name": "report"})
        convoy: list[asyncio.Task[None]] = []
        try:
            await blocker.execute("BEGIN; LOCK TABLE bookings IN ACCESS EXCLUSIVE MODE")
            since = now()
            convoy = [asyncio.create_task(come_again(scene, hour)) for hour in (10, 12, 14)]
            took = await scene.is_told("BlockedQueries", channels=CRITICAL, since=since)
            assert took < WITHIN
            # What the alert advises, as a person types it: the plan, then the blocker is ended.
            shown = await scene.run("db", "blockers", "--json")
            assert str(blocker.get_server_pid()) in shown
            await scene.run("db", "blockers", "--cancel", str(blocker.get_server_pid()), "--yes")
            await scene.is_over("BlockedQueries", channels=CRITICAL)
        finally:
            for each in convoy:
                each.cancel()
            await blocker.close(timeout=5)
        assert (await scene.book(16)).status_code == 201
        await scene.all_sent()
        await scene.prove()


async def come_again(scene: Watched, hour: int) -> None:
    """A client who tries one time after the other; each waits in the convoy until it is refused."""
    for minute in range(0, 60, 5):
        await scene.book(hour, minute=minute)


@asynccontextmanager
async def crowd(scene: Watched) -> AsyncIterator[None]:
    """Sessions that begin a transaction and then do nothing, until nobody else gets in."""
    idle: list[asyncpg.Connection] = []
    try:
        for _ in range(CROWD * 2):
            try:
                found = await asyncpg.connect(scene.url, timeout=5)
            except (asyncpg.PostgresError, OSError):
                break
            await found.execute("BEGIN")
            await found.fetchval("SELECT 1")
            idle.append(found)
        assert len(idle) >= CROWD // 2
        yield
    finally:
        for each in idle:
            each.terminate()


ATTEMPTS = """
    SELECT count(*) FROM alert_attempts WHERE title LIKE '%{name}%' AND outcome = 'sent'
"""
ENDED = "SELECT count(*) FROM audit_logs WHERE action = 'database.end_idler'"
