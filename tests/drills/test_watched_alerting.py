"""Drills 30, 35 and 36: a clock jumps, a channel is dead, ten thousand things break at once."""

import asyncio
import re
import signal
from pathlib import Path

import pytest

from tests.drills.watched import EVERY, SLACK_SECONDS, now, open_watched

WITHIN = 2 * EVERY + SLACK_SECONDS
HOUR = 3600
STORM = """
    INSERT INTO events (id, name, payload, correlation_id, created_at)
    SELECT uuidv7(), 'webhook.signature_failures',
        jsonb_build_object('source', 'twilio', 'address', 'host:' || number),
        'drill-36-storm', clock_timestamp()
    FROM generate_series(1, 10000) AS number
"""

pytestmark = [pytest.mark.timeout(300), pytest.mark.quiet]


async def test_30_a_clock_jumps(watched_folder: Path) -> None:
    async with open_watched(watched_folder) as scene:
        scene.kill("watch")
        watcher = scene.start("watch", "-m", "tests.drills.clock", str(HOUR), "openchair.watch")
        ahead = scene.start("ahead", "-m", "tests.drills.clock", str(HOUR), "openchair.worker")
        behind = scene.start("behind", "-m", "tests.drills.clock", str(-HOUR), "openchair.worker")
        await scene.has_said("watch", "watcher begins", times=2)
        await asyncio.gather(
            *(scene.has_said(each, "worker begins") for each in ("ahead", "behind"))
        )
        since = now()
        for each in (watcher, ahead, behind):
            each.send_signal(signal.SIGUSR1)
        booked = await asyncio.gather(
            *(scene.book(9 + each // 2, minute=30 * (each % 2)) for each in range(12))
        )
        assert [each.status_code for each in booked] == [201] * 12
        took = await scene.is_told("ClockSkew", channels={"webhook", "slack", "sms"}, since=since)
        assert took < WITHIN + 10, "the clock is looked at every ten seconds"
        # Leases go by the database's time: workers an hour apart take nothing from one another.
        await scene.all_sent()
        assert scene.sql("SELECT count(*) FROM events WHERE name = 'message.lease_expired'") == "0"
        watcher.send_signal(signal.SIGUSR2)
        # A jump, also the one back, is worth knowing of for a minute.
        await scene.is_over("ClockSkew", channels={"webhook", "slack", "sms"}, seconds=120)
        await scene.prove()


async def test_35_a_channel_is_dead(watched_folder: Path) -> None:
    async with open_watched(watched_folder) as scene:
        await scene.outside.fault("slack", "refuse")
        since = now()
        await asyncio.to_thread(scene.cluster.stop)
        took = await scene.is_told(
            "DatabaseDown", channels={"webhook", "sms", "email"}, since=since
        )
        assert took < WITHIN + 10, "Slack is given its ten seconds before the next channel is taken"

        async def undelivered() -> bool:
            return bool(await scene.told("AlertUndelivered"))

        await scene.until(undelivered)
        assert not [
            each for each in await scene.told("AlertUndelivered") if each.channel == "slack"
        ]
        await scene.outside.clear("slack")
        await asyncio.to_thread(scene.cluster.start)
        scene.start("worker")

        async def written_down() -> bool:
            found = scene.sql(INSTEAD)
            return found == "email"

        await scene.until(written_down)
        await scene.prove()


async def test_36_ten_thousand_at_once(watched_folder: Path) -> None:
    async with open_watched(watched_folder) as scene:
        assert (await scene.book(9)).status_code == 201
        before = scene.memory_of("watch")
        since = now()
        scene.sql(STORM)
        channels = {"webhook", "slack", "sms"}
        took = await scene.is_told("AlertStorm", channels=channels, since=since)
        assert took < WITHIN
        assert len(await scene.told("SignatureFailures")) <= len(channels), "one page a channel"
        page = next(each for each in await scene.told("AlertStorm") if each.channel == "webhook")
        assert re.search(r"[0-9],[0-9]{3} alerts at once: [0-9,]+ SignatureFailures", page.text)
        assert scene.memory_of("watch") - before < 60_000_000
        await scene.all_sent()
        await scene.prove()


INSTEAD = """
    SELECT DISTINCT channel FROM alert_attempts WHERE instead_of = 'slack' AND outcome = 'sent'
"""
