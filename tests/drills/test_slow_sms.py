"""Drill 22: an SMS provider that takes the message at once and answers after our patience ends."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from openchair.cli.processes import die_with_parent
from tests.drills.proof import ENDS
from tests.drills.scene import Scene, open_scene

PATIENCE = "1"
ANSWERS_AFTER = 6


@pytest.fixture
async def reachable(database_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    """A scene with a web process, which the provider's callbacks reach."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        async with open_scene(
            database_url=database_url,
            folder=tmp_path,
            sandbox_options={"callback_delay": 0.05},
        ) as scene:
            scene.settings["OPENCHAIR_PORT"] = port
            scene.settings["OPENCHAIR_OUTBOUND_TIMEOUT_SECONDS"] = PATIENCE
            with (tmp_path / "web.log").open("wb") as log:
                web = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-m", "openchair.main", str(listening.fileno())),
                    env=scene.environment,
                    pass_fds=[listening.fileno()],
                    stdin=DEVNULL,
                    stdout=log,
                    stderr=log,
                    preexec_fn=partial(die_with_parent, os.getpid()),
                )
            scene.workers.append(web)  # killed with them
            yield scene


async def test_drill_22_answered_too_late_the_callback_settles_it(reachable: Scene) -> None:
    scene = reachable
    await scene.outside.fault("twilio", "slow", seconds=ANSWERS_AFTER)
    [message_id] = await scene.put(channel="sms", recipient="+4915112345678")
    await scene.start()
    await scene.happens("message.ambiguous")
    row = await scene.becomes(message_id, "sent")
    assert (row["was_doubtful"], row["provider"]) == (True, "twilio")
    [sms] = await scene.outside.sms()
    assert row["provider_reference"] == sms["sid"]
    assert await scene.outcomes(message_id) == ["doubtful", "found"]
    settled = "SELECT payload->>'by' FROM events WHERE name = 'message.doubt_settled'"
    assert await scene.value(settled) == "callback"
    counted = "SELECT ARRAY[used, cost_micros] FROM notification_usage WHERE channel = 'sms'"

    async def is_paid() -> bool:
        return bool((await scene.row(message_id))["cost_micros"])

    await scene.until(is_paid)
    once = await scene.value(counted)
    assert once == [1, (await scene.row(message_id))["cost_micros"]]
    answers = await scene.outside.post_callbacks(sms["sid"], times=5)  # told again, counted once
    assert set(answers) == {"204"}
    late = "SELECT count(*) FROM webhook_events WHERE processed_at IS NULL"

    async def all_are_read() -> bool:
        return not await scene.value(late)

    await scene.until(all_are_read)
    assert await scene.value(counted) == once
    assert len(await scene.outside.sms()) == 1
    assert (await scene.row(message_id))["status"] in ENDS
