"""Drills 1 to 4: workers that die, hang or are killed by what they send, as real processes."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from openchair.cli.processes import House, Part
from tests.drills.scene import Scene
from tests.drills.wire import wire
from tests.drills.worker import POISON


async def takes_one(scene: Scene) -> None:
    """Wait until the mail server has taken the one mail."""

    async def has() -> bool:
        return bool(await scene.taken())

    await scene.until(has)


async def leased(scene: Scene, message_id: UUID) -> None:
    assert (await scene.row(message_id))["status"] == "sending"


async def test_drill_1_killed_before_the_send_it_is_leased_again(scene: Scene) -> None:
    async with wire(scene.outside.smtp_port) as line:
        scene.settings["SMTP_PORT"] = str(line.port)
        line.hold("RCPT TO")
        [message_id] = await scene.put()
        worker = await scene.start()
        await asyncio.wait_for(line.reached.wait(), 60)
        await leased(scene, message_id)
        await scene.kill(worker)
        await scene.start()
        await scene.becomes(message_id, "sent")
    assert await scene.outcomes(message_id) == ["lease_lost", "sent"]
    assert await scene.events("message.lease_expired") == 1
    assert not (await scene.row(message_id))["was_doubtful"]
    assert (await scene.prove()).taken == 1


async def test_drill_2_killed_after_the_servers_answer_it_is_found_and_not_sent_again(
    scene: Scene,
) -> None:
    await scene.outside.fault("smtp", "slow", seconds=60, times=1)
    [message_id] = await scene.put()
    worker = await scene.start()
    await takes_one(scene)
    await leased(scene, message_id)
    await scene.kill(worker)
    await scene.start()
    row = await scene.becomes(message_id, "sent")
    assert row["was_doubtful"]
    assert await scene.outcomes(message_id) == ["doubtful", "found"]
    assert await scene.events("message.ambiguous") == 1
    assert await scene.events("message.doubt_settled") == 1
    proof = await scene.prove()
    assert (proof.taken, proof.taken_twice) == (1, frozenset())


async def test_drill_3_stopped_before_the_send_it_may_not_hand_over(scene: Scene) -> None:
    async with wire(scene.outside.smtp_port) as line:
        scene.settings["SMTP_PORT"] = str(line.port)
        line.hold("RCPT TO")
        [message_id] = await scene.put()
        sleeper = await scene.start()
        await asyncio.wait_for(line.reached.wait(), 60)
        sleeper.send_signal(signal.SIGSTOP)
        await scene.start()
        await scene.becomes(message_id, "sent")
        line.let_go()
        sleeper.send_signal(signal.SIGCONT)
        await scene.happens("message.worker_stale")
    assert await scene.outcomes(message_id) == ["lease_lost", "sent"]
    proof = await scene.prove()
    assert (proof.taken, proof.taken_twice) == (1, frozenset())


async def test_drill_3_stopped_after_the_send_its_late_result_changes_nothing(
    scene: Scene,
) -> None:
    await scene.outside.fault("smtp", "slow", seconds=3, times=1)
    [message_id] = await scene.put()
    sleeper = await scene.start()
    await takes_one(scene)
    sleeper.send_signal(signal.SIGSTOP)
    await scene.start()
    settled = await scene.becomes(message_id, "sent")
    sleeper.send_signal(signal.SIGCONT)
    await scene.happens("message.worker_stale")
    assert await scene.row(message_id) == settled
    assert await scene.outcomes(message_id) == ["sent", "found"]  # the late answer is evidence
    proof = await scene.prove()
    assert (proof.taken, proof.taken_twice) == (1, frozenset())


@asynccontextmanager
async def kept_alive(scene: Scene) -> AsyncIterator[House]:
    """A worker under the product's own supervisor."""
    part = Part(
        name="worker",
        command=[sys.executable, "-m", "tests.drills.worker"],
        environment=scene.environment,
    )
    house = House(parts=[part], logs=scene.log.parent, tell=lambda _words: None)
    scene.log = house.log_of("worker")
    house.start()
    try:
        yield house
    finally:
        await house.stop()


@pytest.mark.timeout(180)
async def test_drill_4_poison_is_set_aside_and_takes_no_other_with_it(scene: Scene) -> None:
    innocent = await scene.put(15)
    [poison] = await scene.put(kind=POISON)
    innocent += await scene.put(15)
    async with kept_alive(scene) as house:
        await scene.all_end(seconds=150)
        deaths = house.deaths
    assert deaths == 3
    row = await scene.row(poison)
    assert (row["status"], row["error_message"]) == ("failed", "its workers died 3 times")
    letter = "SELECT notification_id FROM dead_letter_queue WHERE status = 'waiting'"
    assert await scene.value(letter) == poison
    assert await scene.events("message.poison") == 1
    proof = await scene.prove()
    assert proof.states == {"sent": 30, "failed": 1}
    assert (proof.taken, proof.taken_twice) == (30, frozenset())
    assert await scene.outcomes(poison) == ["lease_lost"] * 3
