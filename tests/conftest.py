"""What tests stand on: a real PostgreSQL, a database each, the app, and the whole house served.

One embedded PostgreSQL a run, shared by all xdist workers; a template migrated once; clones of it
for whoever commits. Nothing here replaces a part of the product by a pretended one.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import chain
from pathlib import Path

import hypothesis
import psutil
import pytest
import structlog
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from openchair import reactions
from openchair.main import create_app
from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from tests.databases import clone, drop, shared_cluster, started_cluster
from tests.quiet import turn

pytest_plugins = ["tests.served", "tests.browser"]

RUN_FOLDER = "TEST_RUN_FOLDER"

FOLDER_PREFIX = "openchair-tests-"
MEMORY = Path("/dev/shm")  # noqa: S108 -- the kernel's, with the permissions of /tmp
MEMORY_BYTES = 4 * 1024**3
"""What a run may fill; a machine that offers less gets its databases on the disk."""


# ---------------------------------------------------------------- the run


def pytest_configure(config: pytest.Config) -> None:
    """The controller makes the run's folder; workers inherit it with the environment."""
    # A slow machine is no wrong answer.
    hypothesis.settings.register_profile("patient", deadline=None)
    hypothesis.settings.load_profile("patient")
    if hasattr(config, "workerinput"):
        return
    sweep_up_after_killed_runs()
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir=fastest_place()))
    os.environ[RUN_FOLDER] = str(folder)
    for name in [*os.environ]:
        if name.startswith("OPENCHAIR_") or name == "DATABASE_URL":
            del os.environ[name]  # the developer's own settings are not the tests'
    os.environ["OPENCHAIR_HOME"] = str(folder / "home")


def fastest_place() -> Path:
    """Memory, if there is enough: thousands of databases come and go, each in a ninth of the time
    that a disk needs.
    """
    is_roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES
    return MEMORY if is_roomy else Path(tempfile.gettempdir())


structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.processors.format_exc_info,  # the plain one: printing all locals takes seconds
        structlog.processors.KeyValueRenderer(key_order=["event"]),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
)
"""Lines go through the standard library, so that pytest shows them with what failed."""


def pytest_unconfigure(config: pytest.Config) -> None:
    """The controller stops the server that its workers shared and leaves nothing behind."""
    if not hasattr(config, "workerinput"):
        discard(Path(os.environ[RUN_FOLDER]))


def sweep_up_after_killed_runs() -> None:
    """A run that was killed could not clean up; its process id, in the name, tells."""
    places = {MEMORY, Path(tempfile.gettempdir())}
    for folder in chain.from_iterable(place.glob(f"{FOLDER_PREFIX}*") for place in places):
        owner = folder.name.removeprefix(FOLDER_PREFIX).split("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)) and os.access(folder, os.W_OK):
            discard(folder)


def discard(folder: Path) -> None:
    """Stop the run's server, then remove everything."""
    shared_cluster(folder).stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Outermost, so that a test's time-out begins after its wait for a quiet machine."""
    alone = item.get_closest_marker("quiet") is not None
    with turn(Path(os.environ[RUN_FOLDER]), alone=alone):
        return (yield)


@pytest.fixture(scope="session")
def run_folder() -> Path:
    """A folder of this run, removed at its end."""
    return Path(os.environ[RUN_FOLDER])


@pytest.fixture(scope="session", autouse=True)
def _reactions() -> None:
    """Events have somebody to tell, as in every process of the product."""
    reactions.start()


# ---------------------------------------------------------------- databases


@pytest.fixture(scope="session")
def cluster(run_folder: Path) -> Cluster:
    """The run's PostgreSQL, with its migrated template."""
    return started_cluster(run_folder)


@pytest.fixture(scope="session")
async def worker_database(cluster: Cluster) -> AsyncIterator[Database]:
    """The database of one xdist worker, in which `session` writes and rolls back."""
    name = f"worker_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    found = Database(clone(cluster, name), pool_size=1)
    yield found
    await found.close()
    drop(cluster, name)


@pytest.fixture
async def session(worker_database: Database) -> AsyncIterator[AsyncSession]:
    """A session whose transaction is rolled back after the test; commits end at a savepoint."""
    async with worker_database.engine.connect() as connection:
        transaction = await connection.begin()
        async with AsyncSession(
            bind=connection,
            expire_on_commit=False,
            autoflush=False,
            join_transaction_mode="create_savepoint",
        ) as found:
            yield found
        await transaction.rollback()


@pytest.fixture
def database_url(cluster: Cluster) -> Iterator[str]:
    """The URL of a database of this test's own, which really commits; dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    yield clone(cluster, name)
    drop(cluster, name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A pool over a database of this test's own, for whatever needs real commits."""
    found = Database(database_url)
    yield found
    await found.close()


# ---------------------------------------------------------------- the app, in this process


@pytest.fixture
async def app(database: Database) -> AsyncIterator[FastAPI]:
    """The whole web application over this test's own database."""
    found = create_app(database=database)
    yield found
    await found.state.prober.stop()  # it keeps a connection of its own


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[AsyncClient]:
    """A caller of `app` without a network in between. A failure of ours raises in the test."""
    async with AsyncClient(transport=ASGITransport(app), base_url="http://testserver") as found:
        yield found
