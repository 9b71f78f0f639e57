"""Several watchers, and one that fell silent."""

from datetime import timedelta
from time import monotonic

import pytest
from sqlalchemy import text

from openchair.operations.alerts import miss_watcher
from openchair.operations.alerts.jobs import prune
from openchair.operations.alerts.lease import Lease, hold, take, this_watcher
from openchair.operations.alerts.miss_watcher import Vigil
from openchair.platform.clock import utc_now
from openchair.platform.jobs.queue import JobContext
from tests.operations.alerts.scene import DOWN, Scene


async def test_one_of_several_tells_and_another_takes_over(scene: Scene) -> None:
    first, second = Lease(holder="one"), Lease(holder="two")
    assert await hold(scene.context(), lease=first)
    assert not await hold(scene.context(), lease=second)
    assert await hold(scene.context(), lease=first)
    async with scene.database.transaction() as session:
        await session.execute(text("UPDATE watch_leases SET until = now() - interval '1 s'"))
    assert await hold(scene.context(), lease=second)
    assert not await hold(scene.context(), lease=first)


async def test_without_the_database_who_held_it_last_goes_on(scene: Scene) -> None:
    first, second, new = Lease(holder="one"), Lease(holder="two"), Lease(holder="new")
    assert await hold(scene.context(), lease=first)
    assert not await hold(scene.context(), lease=second)
    scene.is_database_alive = False
    assert await hold(scene.context(), lease=first)
    assert not await hold(scene.context(), lease=second)
    assert await hold(scene.context(), lease=new)  # twice is better than not at all


async def test_who_comes_back_after_a_while_asks_the_database_what_happened(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.look(DOWN)
    scene.receivers.told()
    folder = scene.folder.parent / "other"
    other = Scene(database=scene.database, folder=folder, receivers=scene.receivers, now=scene.now)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("OPENCHAIR_HOME", str(folder))  # another installation's watcher
        async with scene.database.transaction() as session:
            await session.execute(text("UPDATE watch_leases SET until = now() - interval '1 s'"))
            assert await take(session, holder=this_watcher(), seconds=30)
        await other.look(DOWN)
        assert scene.receivers.told() == []
        await other.look()
        assert {kind for _, kind, _ in scene.receivers.told()} == {"resolved"}
    await scene.look(after=10 * 60)
    assert scene.receivers.told() == []


async def silent(scene: Scene, *, seconds: int) -> None:
    async with scene.database.transaction() as session:
        await take(session, holder=this_watcher(), seconds=30)
        await session.execute(
            text("UPDATE watch_leases SET seen_at = now() - make_interval(secs => :seconds)"),
            {"seconds": seconds},
        )


async def test_a_silent_watcher_is_told_by_one_worker_and_ends_it_itself(scene: Scene) -> None:
    vigils = [Vigil(since=-1e6, seen_at=monotonic()) for _ in range(3)]
    reach = scene.receivers.reach()
    await silent(scene, seconds=600)
    for vigil in vigils:
        await miss_watcher.miss_watcher(scene.database, vigil, now=scene.now, reach=reach)
    assert scene.receivers.told() == [
        (channel, "firing", "WatchSilent: alerting") for channel in ("slack", "sms", "webhook")
    ]
    later = scene.now + timedelta(minutes=16)
    await miss_watcher.miss_watcher(scene.database, vigils[0], now=later, reach=reach)
    assert {kind for _, kind, _ in scene.receivers.told()} == {"reminder"}
    scene.now = later
    await scene.look()
    assert {(kind, title) for _, kind, title in scene.receivers.told()} == {
        ("resolved", "WatchSilent: alerting")
    }


@pytest.mark.parametrize("seconds", [5, 600])
async def test_a_worker_that_just_came_back_itself_blames_nobody(
    scene: Scene, seconds: int
) -> None:
    await silent(scene, seconds=seconds)
    attempts = await miss_watcher.miss_watcher(
        scene.database, Vigil(), now=scene.now, reach=scene.receivers.reach()
    )
    assert attempts == []


async def test_old_alerts_and_attempts_are_forgotten(scene: Scene) -> None:
    await scene.look(DOWN)
    await scene.look()
    await scene.look(DOWN)
    async with scene.database.transaction() as session:
        await session.execute(
            text("""
                UPDATE alerts SET started_at = :old, resolved_at = :old WHERE status = 'resolved'
            """),
            {"old": utc_now() - timedelta(days=181)},
        )
        await session.execute(
            text("UPDATE alert_attempts SET created_at = :old WHERE kind = 'resolved'"),
            {"old": utc_now() - timedelta(days=91)},
        )
    await prune(JobContext(database=scene.database), {})
    async with scene.database.transaction() as session:
        assert list(await session.scalars(text("SELECT status FROM alerts"))) == ["firing"]
        kinds = set(await session.scalars(text("SELECT kind FROM alert_attempts")))
        assert "resolved" not in kinds
        assert "firing" in kinds
