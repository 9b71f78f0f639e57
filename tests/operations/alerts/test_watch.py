"""Looks of the watcher on a real database: told once, kept, ended, and known after a restart."""

from datetime import timedelta

from sqlalchemy import text

from openchair.platform.probes import State
from tests.operations.alerts.scene import DOWN, FROZEN, Scene, reading

URGENT = ("slack", "sms", "webhook")


async def test_a_dead_database_is_told_once_on_the_right_channels_and_its_end_too(
    scene: Scene,
) -> None:
    await scene.look()
    assert scene.receivers.told() == []
    result = await scene.look(DOWN)
    assert [each.name for each in result.fired] == ["DatabaseDown"]
    assert scene.receivers.told() == [
        (channel, "firing", "DatabaseDown: database") for channel in URGENT
    ]
    for _ in range(10):
        await scene.look(DOWN)
    assert scene.receivers.told() == []
    result = await scene.look()
    assert [each.name for each in result.resolved] == ["DatabaseDown"]
    assert scene.receivers.told() == [
        (channel, "resolved", "DatabaseDown: database") for channel in URGENT
    ]


async def test_frozen_is_told_apart_from_dead(scene: Scene) -> None:
    result = await scene.look(FROZEN)
    assert [each.name for each in result.fired] == ["DatabaseTimeout"]


async def test_what_follows_from_a_dead_database_is_held_and_counted(scene: Scene) -> None:
    await scene.look(DOWN, reading("smtp", State.ERROR, "no database"))
    (notice,) = scene.receivers.notices()
    assert [line.name for line in notice.lines] == ["DatabaseDown"]
    assert "Also held back because of DatabaseDown: 1 (MailDown)." in notice.remarks
    scene.receivers.told()
    await scene.look(reading("smtp", State.ERROR, "still no mail"))
    kinds = {(kind, title) for _, kind, title in scene.receivers.told()}
    assert kinds == {("resolved", "DatabaseDown: database"), ("firing", "MailDown: smtp")}


async def test_urgent_ones_are_told_again_until_somebody_acknowledges(scene: Scene) -> None:
    await scene.look(DOWN)
    scene.receivers.told()
    await scene.look(DOWN, after=15 * 60)
    assert {kind for _, kind, _ in scene.receivers.told()} == {"reminder"}
    async with scene.database.transaction() as session:
        await session.execute(
            text("UPDATE alerts SET acknowledged_by = 'Marek', acknowledged_until = :until"),
            {"until": scene.now + timedelta(hours=4)},
        )
    await scene.look(DOWN, after=15 * 60)
    await scene.look(DOWN, after=60 * 60)
    assert scene.receivers.told() == []
    await scene.look(DOWN, after=3 * 60 * 60)
    assert {kind for _, kind, _ in scene.receivers.told()} == {"reminder"}


async def test_a_restart_forgets_nothing(scene: Scene) -> None:
    await scene.look(DOWN)
    scene.receivers.told()
    scene.restart()
    await scene.look(DOWN)
    assert scene.receivers.told() == []
    scene.restart()
    await scene.look()
    assert {kind for _, kind, _ in scene.receivers.told()} == {"resolved"}
