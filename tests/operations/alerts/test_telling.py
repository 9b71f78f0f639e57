"""Told once, held for a reason, told elsewhere when a channel is dead, and never lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from openchair.identity.audit.record import SYSTEM
from openchair.operations.alerts import watch
from openchair.operations.alerts.heartbeats import beat, declare_heartbeat
from openchair.operations.alerts.notice import Attempt, Channel, Notice, Target
from openchair.operations.alerts.rules import enable_rule, set_rule
from openchair.operations.alerts.silences import silence
from openchair.operations.alerts.store import attempt_row, write_attempts
from openchair.operations.alerts.tell import Reach
from openchair.operations.alerts.watch import TickResult, finish, tick
from openchair.platform.ids import new_id
from tests.operations.alerts.scene import DOWN, FULL, FULLER, HEALTHY, Scene, reading
from tests.operations.alerts.test_storm import happen


def reached_by(scene: Scene) -> dict[str, Any]:
    """The scene's addresses, for another way to send."""
    return {
        "all_targets": scene.receivers.everywhere,
        "targets_for": scene.receivers.by_severity,
    }


async def look_briskly(scene: Scene, reach: Reach) -> TickResult:
    """A look at a dead database that waits a fifth of a second for its notices."""
    readings = {each.name: each for each in (*HEALTHY, DOWN)}
    context = replace(scene.context(), every=0.2)
    return await tick(context, readings=readings, memory=scene.memory, reach=reach)


async def test_each_severity_goes_its_own_way(scene: Scene) -> None:
    await scene.look(FULLER)
    assert {channel for channel, _, _ in scene.receivers.told()} == {"webhook", "slack", "email"}
    await scene.look(FULL)
    assert {channel for channel, _, _ in scene.receivers.told()} == {"webhook", "slack", "sms"}
    await happen(scene, "message.ambiguous", [{"words": "250 lost"}])
    await scene.look(FULL)
    assert {channel for channel, _, _ in scene.receivers.told()} == {"webhook", "email"}


async def test_what_comes_back_within_the_throttle_is_counted_not_told(scene: Scene) -> None:
    await scene.look(FULLER)
    scene.receivers.told()
    await scene.look()
    assert {kind for _, kind, _ in scene.receivers.told()} == {"resolved"}
    await scene.look(FULLER)
    assert scene.receivers.told() == []
    await scene.look(FULLER, after=15 * 60)
    (notice,) = scene.receivers.notices()
    assert (notice.kind, notice.lines[0].held_back) == ("firing", 1)
    async with scene.database.transaction() as session:
        held = await session.execute(
            text("SELECT channel, kind, held_back FROM alert_attempts WHERE outcome = 'held'")
        )
        assert sorted(tuple(row) for row in held) == [
            (channel, "throttled", 1) for channel in ("email", "slack", "webhook")
        ]


async def test_what_flaps_is_held_firing_until_it_was_quiet(scene: Scene) -> None:
    for _ in range(2):
        await scene.look(FULLER, after=60)
        await scene.look(after=60)
    scene.receivers.told()
    assert [each.held_by for each in scene.memory.alerts.values()] == ["flapping"]
    for _ in range(5):
        await scene.look(FULLER, after=60)
        await scene.look(after=60)
    assert {kind for _, kind, _ in scene.receivers.told()} <= {"firing"}
    for _ in range(16):
        await scene.look(after=60)
    assert scene.memory.alerts == {}


async def test_a_silence_holds_warns_and_ends(scene: Scene) -> None:
    await scene.look()
    async with scene.database.transaction() as session:
        await silence(
            session,
            name="DiskCritical",
            component=None,
            severity=None,
            reason="new disk",
            ends_at=scene.now + timedelta(minutes=30),
            author="Marek",
            by=SYSTEM,
            now=scene.now,
        )
    await scene.look(FULL)
    assert scene.receivers.told() == []
    await scene.look(FULL, after=21 * 60)
    (notice,) = scene.receivers.notices()
    assert (notice.kind, "Marek: new disk" in notice.remarks[0]) == ("silence", True)
    scene.receivers.told()
    await scene.look(FULL)
    assert scene.receivers.told() == []
    await scene.look(FULL, after=10 * 60)
    assert {kind for _, kind, _ in scene.receivers.told()} == {"firing"}


async def test_a_dead_channel_is_told_of_on_the_others(scene: Scene) -> None:
    scene.receivers.dead = {"webhook"}
    await scene.look(DOWN)
    assert {channel for channel, _, _ in scene.receivers.told()} == {"slack", "sms"}
    await scene.look(DOWN)
    assert scene.receivers.told() == [
        ("slack", "undelivered", "AlertUndelivered: alerting"),
        ("sms", "undelivered", "AlertUndelivered: alerting"),
    ]
    await scene.look(DOWN)
    assert scene.receivers.told() == []
    scene.receivers.dead = set()
    await scene.look(DOWN, after=15 * 60)
    assert {kind for _, kind, _ in scene.receivers.told()} == {"reminder", "undelivered"}
    result = await scene.look(DOWN)
    assert [each.name for each in result.open_alerts] == ["DatabaseDown"]
    assert {kind for _, kind, _ in scene.receivers.told()} == {"resolved"}


async def test_a_dead_channel_lives_again_by_whatever_somebody_else_told_on_it(
    scene: Scene,
) -> None:
    dead: set[Channel] = {"webhook"}
    scene.receivers.dead = {"webhook"}
    await scene.look(FULLER)
    await scene.look(FULLER)
    scene.receivers.told()
    incident = Notice(
        id=new_id(), kind="incident", severity="high", title="x", lines=(), at=scene.now
    )
    target = Target(channel="webhook", address="webhook")
    for works, still in ((False, True), (True, False)):
        scene.receivers.dead = set() if works else dead
        scene.now += timedelta(seconds=5)
        told = await scene.receivers.deliver(replace(incident, at=scene.now), targets=[target])
        async with scene.database.transaction() as session:
            await write_attempts(session, [attempt_row(each) for each in told])
        result = await scene.look(FULLER)
        names = {each.name for each in result.open_alerts if each.is_firing}
        assert ("AlertUndelivered" in names) is still


async def test_when_nobody_can_be_reached_it_is_tried_again_and_never_given_up(
    scene: Scene,
) -> None:
    scene.receivers.dead = {"webhook", "slack", "email", "sms"}
    await scene.look(DOWN)
    await scene.look(DOWN, after=1)  # it rests a moment
    async with scene.database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM alert_attempts")) == 3
    await scene.look(DOWN)
    scene.receivers.dead = set()
    await scene.look(DOWN, after=60)
    assert ("sms", "firing", "DatabaseDown: database") in scene.receivers.told()


async def test_who_dies_while_telling_tells_again_and_says_so(scene: Scene) -> None:
    async def hang(notice: Notice, *, targets: Sequence[Target]) -> list[Attempt]:
        await asyncio.sleep(3600)
        return []

    await look_briskly(scene, Reach(deliver=hang, **reached_by(scene)))
    (flight,) = scene.memory.flights
    scene.restart()  # killed in the middle of it
    await scene.look(DOWN)
    (notice,) = scene.receivers.notices()
    assert notice.remarks[0].startswith("This may have been told already")
    assert flight.task is not None
    flight.task.cancel()


async def test_a_look_that_is_cut_off_before_it_tells_tells_at_the_next(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut_off(*_: object, **__: object) -> None:
        raise TimeoutError

    with monkeypatch.context() as broken:
        broken.setattr(watch, "save", cut_off)
        with pytest.raises(TimeoutError):
            await scene.look(DOWN)
    assert scene.receivers.told() == []
    await scene.look(DOWN)
    assert {title for _, _, title in scene.receivers.told()} == {"DatabaseDown: database"}


async def test_a_slow_channel_delays_no_look_and_is_waited_for_at_the_end(scene: Scene) -> None:
    arrived = asyncio.Event()

    async def slowly(notice: Notice, *, targets: Sequence[Target]) -> list[Attempt]:
        await arrived.wait()
        return await scene.receivers.deliver(notice, targets=targets)

    slow = Reach(deliver=slowly, **reached_by(scene))
    await look_briskly(scene, slow)
    result = await look_briskly(scene, slow)
    assert result.notices == ()  # it is on its way already
    arrived.set()
    await finish(scene.context(), scene.memory)
    assert len(scene.receivers.told()) == 3
    await scene.look(DOWN)
    assert scene.receivers.told() == []


async def test_events_raise_count_and_end_alerts(scene: Scene) -> None:
    await scene.look()
    await happen(scene, "breaker.opened", [{"provider": "twilio"}, {"provider": "smtp"}])
    await scene.look()
    (notice,) = scene.receivers.notices()
    assert [line.name for line in notice.lines] == ["BreakerOpen", "BreakerOpen"]
    scene.receivers.told()
    await happen(scene, "breaker.closed", [{"provider": "smtp"}])
    await scene.look()
    assert {kind for _, kind, _ in scene.receivers.told()} == {"resolved"}
    assert [each.labels["provider"] for each in scene.memory.alerts.values()] == ["twilio"]
    await happen(scene, "message.poison", [{"lost": 3}])
    await scene.look()
    assert {title for _, _, title in scene.receivers.told()} == {"PoisonJob: messages"}
    await happen(scene, "message.poison", [{"lost": 3}])
    await scene.look()
    assert scene.receivers.told() == []
    assert [each.count for each in scene.memory.alerts.values()] == [1, 2]
    for _ in range(16):
        await scene.look(after=60)
    assert ("sms", "resolved", "PoisonJob: messages") in scene.receivers.told()


async def test_a_rate_needs_its_number(scene: Scene) -> None:
    await scene.look()
    bounce: dict[str, object] = {"channel": "email", "category": "hard_bounce", "later": False}
    await happen(scene, "message.bounced", [bounce] * 9)
    await scene.look()
    assert scene.receivers.told() == []
    await happen(scene, "message.bounced", [bounce])
    await scene.look()
    assert {title for _, _, title in scene.receivers.told()} == {"BounceRate: messages"}


async def test_whoever_falls_silent_is_missed(scene: Scene) -> None:
    async with scene.database.transaction() as session:
        await declare_heartbeat(
            session,
            name="nightly-backup",
            every=timedelta(days=1),
            grace=timedelta(hours=1),
            severity="high",
            by=SYSTEM,
        )
    await scene.look()
    assert scene.receivers.told() == []
    async with scene.database.transaction() as session:
        await session.execute(text("UPDATE heartbeats SET heard_at = now() - interval '2 days'"))
    await scene.look()
    (notice,) = scene.receivers.notices()
    assert "nightly-backup was last heard" in notice.lines[0].summary
    scene.receivers.told()
    async with scene.database.transaction() as session:
        await beat(session, name="nightly-backup")
    await scene.look()
    assert {kind for _, kind, _ in scene.receivers.told()} == {"resolved"}


async def test_an_operators_rule_holds_for_its_duration_and_can_be_disabled(scene: Scene) -> None:
    async with scene.database.transaction() as session:
        await set_rule(
            session,
            name="high-response-time",
            condition="response-time > 500ms",
            duration=timedelta(minutes=5),
            severity="warning",
            by=SYSTEM,
            now=scene.now,
        )
    slow = reading("traffic", response_time=900.0)
    await scene.look(slow)
    await scene.look(slow, after=4 * 60)
    assert scene.receivers.told() == []
    await scene.look(slow, after=60)
    assert {title for _, _, title in scene.receivers.told()} == {"high-response-time: custom"}
    async with scene.database.transaction() as session:
        await enable_rule(
            session, name="high-response-time", enabled=False, by=SYSTEM, now=scene.now
        )
    await scene.look(slow)
    assert {kind for _, kind, _ in scene.receivers.told()} == {"resolved"}


async def test_a_single_mailbox_gets_everything(scene: Scene) -> None:
    """Better in the wrong place than nowhere: `targets_for` falls back, and so do we."""
    scene.receivers.missing = {"webhook", "slack", "sms"}
    by_severity = scene.receivers.everywhere
    reach = Reach(
        deliver=scene.receivers.deliver,
        all_targets=scene.receivers.everywhere,
        targets_for=lambda _: by_severity(),
    )
    readings = {each.name: each for each in (*HEALTHY, DOWN)}
    await tick(scene.context(), readings=readings, memory=scene.memory, reach=reach)
    assert scene.receivers.told() == [("email", "firing", "DatabaseDown: database")]
