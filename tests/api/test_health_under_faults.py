"""Acceptance: whatever stops, freezes or hangs, health answers within 200 ms and readiness within
3 s, at fifty requests a second each beside a normal load; and what needs the database is refused
at once instead of piling up.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from tests.api.conftest import make_house
from tests.api.rushes import Asked, rush
from tests.api.web_process import WebProcess, web_process
from tests.databases import clone, started_cluster
from tests.deaf import deaf

HEALTH, READY, LOAD = "/api/health", "/api/ready", "/api/v1/salons"
SECONDS = 4.0
HEALTH_SECONDS = 0.2
READY_SECONDS = 3.0
NOTICED_SECONDS = 6.0

pytestmark = pytest.mark.quiet


@pytest.fixture(scope="module")
def own_cluster(run_folder: Path) -> Iterator[Cluster]:
    """A PostgreSQL that may be stopped, for nobody else uses it."""
    folder = run_folder / f"own-{os.getpid()}"
    folder.mkdir()
    found = started_cluster(folder)
    yield found
    found.stop()


@pytest.fixture
async def web(own_cluster: Cluster, tmp_path: Path) -> AsyncIterator[WebProcess]:
    """A web process over it, with a salon; it has looked round once."""
    url = clone(own_cluster, f"faults_{time.monotonic_ns()}")
    database = Database(url, pool_size=2)
    await make_house(database)
    await database.close()
    with web_process(database_url=url, folder=tmp_path) as found:
        await until(found, READY, lambda body: body["checks"]["database"]["status"] == "healthy")
        yield found


async def until(
    web: WebProcess, path: str, true: Any, *, seconds: float = NOTICED_SECONDS
) -> float:
    """Ask until `true(body)`; answers how long that took."""
    began = time.monotonic()
    async with httpx.AsyncClient(base_url=web.url, timeout=10) as caller:
        while not true(body := (await caller.get(path)).json()):
            assert time.monotonic() - began < seconds, body
            await asyncio.sleep(0.1)
    return time.monotonic() - began


async def under_load(web: WebProcess, *, seconds: float = SECONDS) -> tuple[Asked, Asked, Asked]:
    """Health, readiness and the load beside them; the limits of time hold for all of it."""
    found, load = await rush(web.url, [HEALTH, READY], beside=LOAD, seconds=seconds)
    health, ready = found[HEALTH], found[READY]
    assert len(health.codes) == len(ready.codes) == int(seconds * 50)
    assert set(health.codes) == {200}
    assert health.p99 < HEALTH_SECONDS, sorted(health.seconds)[-20:]
    assert max(ready.seconds) < READY_SECONDS, sorted(ready.seconds)[-20:]
    return health, ready, load


@contextmanager
def frozen(cluster: Cluster) -> Iterator[None]:
    """Every process of PostgreSQL stopped where it stands."""
    server = cluster.process()
    assert server is not None
    # The server first, or it would begin new ones; they die with their own database's drop.
    processes = [server, *server.children(recursive=True)]
    for each in processes:
        each.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for each in processes:
            if each.is_running():
                each.send_signal(signal.SIGCONT)


async def test_with_postgresql_stopped(own_cluster: Cluster, web: WebProcess) -> None:
    own_cluster.stop()
    try:
        health, ready, load = await under_load(web)
        assert ready.codes[-1] == 503
        assert ready.last["status"] == "not_ready"
        assert ready.last["checks"]["database"]["details"]["kind"] == "refused"
        assert health.last["status"] == "error"
        assert set(load.codes[5:]) == {503}
        assert load.p99 < 1
        async with httpx.AsyncClient(base_url=web.url) as caller:
            assert int((await caller.get(LOAD)).headers["retry-after"]) > 0
    finally:
        own_cluster.start()
    await until(web, READY, lambda body: body["checks"]["database"]["status"] == "healthy")


async def test_with_postgresql_frozen(own_cluster: Cluster, web: WebProcess) -> None:
    with frozen(own_cluster):
        _, ready, _ = await under_load(web, seconds=6)
        assert ready.codes[-1] == 503
        assert ready.last["checks"]["database"]["details"]["kind"] == "timeout"
        # By now it is noticed: nobody waits any more, and nobody is let to the database.
        _, again, load = await under_load(web, seconds=2)
        assert set(again.codes) == {503}
        assert set(load.codes) == {503}
        assert load.p99 < 1
        async with httpx.AsyncClient(base_url=web.url) as caller:
            assert int((await caller.get(LOAD)).headers["retry-after"]) > 0
    await until(web, LOAD, lambda body: "salons" in body)


async def test_with_the_pool_exhausted(own_cluster: Cluster, web: WebProcess) -> None:
    async with locked(web):
        await until(web, HEALTH, lambda body: "kind" not in body["checks"]["database"]["details"])
        _, ready, _ = await under_load(web, seconds=5)
        assert set(ready.codes) == {200}
        database = ready.last["checks"]["database"]
        assert ready.last["status"] == "warning"
        assert database["status"] == "warning"
        assert database["details"]["pool-use"] == 100
    await until(web, LOAD, lambda body: "salons" in body, seconds=30)


@asynccontextmanager
async def locked(web: WebProcess) -> AsyncIterator[None]:
    """Somebody holds the table that every visitor reads, so that they take up the whole pool."""
    connection = await asyncpg.connect(web.environment["DATABASE_URL"])
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE salons IN ACCESS EXCLUSIVE MODE")
            async with httpx.AsyncClient(base_url=web.url, timeout=60) as visitors:
                waiting = [asyncio.create_task(visitors.get(LOAD)) for _ in range(15)]
                yield
        await asyncio.wait(waiting)
    finally:
        await connection.close()


async def test_with_mail_and_storage_hanging(own_cluster: Cluster, tmp_path: Path) -> None:
    url = clone(own_cluster, f"hanging_{time.monotonic_ns()}")
    async with deaf() as mail, deaf() as storage:
        settings = {
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(mail),
            "OPENCHAIR_STORAGE_URL": "s3://pictures/salons",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{storage}",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
        with web_process(database_url=url, folder=tmp_path, settings=settings) as web:
            health, ready, load = await under_load(web, seconds=5)
    assert set(ready.codes) == {200}
    assert ready.last["status"] == "warning"
    checks = ready.last["checks"]
    assert checks["database"]["status"] == "healthy"
    assert checks["smtp"]["status"] == checks["storage"]["status"] == "error"
    assert "no answer within" in checks["smtp"]["message"]
    assert "in time" in checks["storage"]["message"] or "within" in checks["storage"]["message"]
    assert health.last["status"] == "error"
    assert set(load.codes) == {200}
