"""The database is away: people are told all the same, and it is in the database later, once."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text

from openchair.operations.alerts import spool
from openchair.operations.alerts.load import DATABASE_SECONDS
from openchair.operations.alerts.watch import tick
from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from openchair.platform.db.migrate import upgrade
from openchair.platform.probes import State
from tests.databases import UNSAFE_AND_QUICK
from tests.operations.alerts.scene import DOWN, HEALTHY, Scene, reading


@pytest.fixture(scope="module")
def own_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server that this module may stop."""
    found = Cluster(data=tmp_path_factory.mktemp("own") / "pg", tuning=UNSAFE_AND_QUICK)
    found.start()
    upgrade(found.url())
    yield found
    found.stop()


@pytest.fixture
async def scene(own_cluster: Cluster, tmp_path: Path) -> AsyncIterator[Scene]:
    own_cluster.start()
    database = Database(own_cluster.url(), pool_size=2)
    yield Scene(database=database, folder=tmp_path / "watch")
    await database.close()
    own_cluster.run_sql("TRUNCATE alerts, alert_attempts, watch_leases")


async def rows(scene: Scene, statement: str) -> list[tuple[object, ...]]:
    async with scene.database.transaction() as session:
        return [tuple(row) for row in await session.execute(text(statement))]


ATTEMPTS = "SELECT kind, channel, outcome FROM alert_attempts ORDER BY id"
ALERTS = "SELECT name, status FROM alerts ORDER BY id"


@asynccontextmanager
async def nobody_writes(database: Database) -> AsyncIterator[None]:
    """Alerts can be read, and whoever changes one waits: silence in the middle of a look."""
    async with database.transaction() as session:
        await session.execute(text("LOCK TABLE alerts IN SHARE MODE"))
        yield


async def test_a_database_that_falls_silent_in_the_middle_of_a_look_is_waited_for_once(
    scene: Scene,
) -> None:
    await scene.look()
    watch = scene.context()
    disk = reading("storage", State.ERROR, storage=99.0)
    async with nobody_writes(scene.database), asyncio.timeout(2 * DATABASE_SECONDS):
        await tick(
            watch,
            readings={each.name: each for each in (*HEALTHY, disk)},
            memory=scene.memory,
            reach=scene.receivers.reach(),
        )
    assert watch.waited_in_vain
    assert {title for _, _, title in scene.receivers.told()} == {"DiskCritical: storage"}
    await scene.look(disk)
    assert await rows(scene, ALERTS) == [("StorageHigh", "firing"), ("DiskCritical", "firing")]


async def test_what_happened_in_an_outage_is_in_the_database_afterwards_once(
    scene: Scene, own_cluster: Cluster
) -> None:
    await scene.look()
    own_cluster.stop()
    # At first the watcher does not know: it tries, and goes on without.
    await scene.look(DOWN)
    assert {kind for _, kind, _ in scene.receivers.told()} == {"firing"}
    scene.is_database_alive = False
    await scene.look(DOWN, reading("storage", State.ERROR, storage=99.0))
    assert {title for _, _, title in scene.receivers.told()} == {"DiskCritical: storage"}
    await scene.look(DOWN)  # the disk is well again
    scene.receivers.told()
    assert spool.size_of(scene.folder) > 0
    own_cluster.start()
    scene.is_database_alive = True
    await scene.look()
    assert {kind for _, kind, _ in scene.receivers.told()} == {"resolved"}
    assert spool.size_of(scene.folder) == 0
    assert await rows(scene, ALERTS) == [
        (name, "resolved") for name in ("DatabaseDown", "StorageHigh", "DiskCritical")
    ]
    kept = await rows(scene, ATTEMPTS)
    sent = [kind for kind, _, outcome in kept if outcome == "sent"]
    assert sorted(map(str, sent)) == ["firing"] * 6 + ["resolved"] * 6
    # That StorageHigh was held is kept too: on each of its three channels.
    held = {(kind, channel) for kind, channel, outcome in kept if outcome == "held"}
    assert held == {("inhibited", each) for each in ("email", "slack", "webhook")}
    await scene.look()
    assert await rows(scene, ATTEMPTS) == kept


async def test_a_restart_during_an_outage_tells_nobody_twice(
    scene: Scene, own_cluster: Cluster
) -> None:
    own_cluster.stop()
    scene.is_database_alive = False
    await scene.look(DOWN)
    assert scene.receivers.told()
    scene.restart()
    await scene.look(DOWN)
    assert scene.receivers.told() == []
    scene.restart()
    own_cluster.start()
    scene.is_database_alive = True
    await scene.look()
    assert {kind for _, kind, _ in scene.receivers.told()} == {"resolved"}
    assert await rows(scene, ALERTS) == [("DatabaseDown", "resolved")]


async def test_a_spool_that_was_handed_over_half_is_handed_over_again_without_doubles(
    scene: Scene, own_cluster: Cluster
) -> None:
    own_cluster.stop()
    scene.is_database_alive = False
    await scene.look(DOWN)
    await scene.look()
    left = (scene.folder / spool.FILE).read_bytes()
    own_cluster.start()
    scene.is_database_alive = True
    await scene.look()
    before = (await rows(scene, ALERTS), await rows(scene, ATTEMPTS))
    # As if the watcher had died after the commit and before it removed the file.
    (scene.folder / spool.FILE).write_bytes(left + b'{"kind": "alert", "row": {"torn')
    await scene.look()
    assert (await rows(scene, ALERTS), await rows(scene, ATTEMPTS)) == before
    assert spool.size_of(scene.folder) == 0


def test_a_spool_is_bounded_and_says_what_it_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "MOST_BYTES", 1000)
    row = {"text": "x" * 100}
    taken = [spool.append(tmp_path, kind="alert", rows=[row]) for _ in range(20)]
    assert 0 < sum(taken) < 10
    assert spool.size_of(tmp_path) <= 1000
    lines = (tmp_path / spool.FILE).read_bytes().splitlines()
    assert [orjson.loads(each)["row"] for each in lines] == [row] * sum(taken)
