"""PostgreSQL is stopped and started again: whoever listened listens again and looks."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from openchair.platform.live.listen import Listener
from openchair.platform.live.tell import changed
from tests.databases import UNSAFE_AND_QUICK

RESTART_SECONDS = 15.0


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[Cluster]:
    tmp_path.chmod(0o755)
    found = Cluster(data=tmp_path / "postgres", tuning=UNSAFE_AND_QUICK)
    found.start()
    yield found
    found.stop()


async def test_a_restart_of_postgresql_is_survived(own_cluster: Cluster) -> None:
    own_cluster.run_sql("CREATE DATABASE salon", database="postgres")
    database, salon = Database(own_cluster.url("salon")), uuid4()
    listener = Listener(own_cluster.url("salon"))
    async with listener.subscribe(salon) as mine:
        assert await mine.wait(5)
        async with database.transaction() as session:
            changed(session, salon_id=salon)
        assert await mine.wait(2)

        await asyncio.to_thread(own_cluster.stop)
        await asyncio.to_thread(own_cluster.start)

        assert await mine.wait(RESTART_SECONDS)
        await database.engine.dispose()  # what its pool kept has ended too
        async with database.transaction() as session:
            changed(session, salon_id=salon)
        assert await mine.wait(RESTART_SECONDS)
    await listener.close()
    await database.close()
