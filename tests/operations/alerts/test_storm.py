"""Ten thousand alerts in a minute: one page a channel, a readable summary, flat memory."""

import os
from collections.abc import Sequence
from datetime import timedelta

import orjson
import psutil
from sqlalchemy import text

from openchair.operations.alerts.memory import MOST_OPEN
from openchair.operations.alerts.queries import list_alerts
from openchair.platform.ids import first_id_at
from openchair.platform.probes import State
from tests.operations.alerts.scene import DOWN, Scene, reading

FORGED = "webhook.signature_failures"
TEN_THOUSAND = 10_000
MEGABYTE = 1_000_000
EVERYWHERE = ("email", "slack", "sms", "webhook")


async def happen(scene: Scene, name: str, payloads: Sequence[dict[str, object]]) -> None:
    """Events as the rooms write them, at the scene's own time."""
    base = first_id_at(scene.now + timedelta(seconds=1)).int | 7 << 76 | 2 << 62
    rows = [
        {"id": f"{base + number:032x}", "payload": payload}
        for number, payload in enumerate(payloads, start=os.urandom(4)[0] << 32)
    ]
    async with scene.database.transaction() as session:
        await session.execute(
            text("""
                INSERT INTO events (id, name, payload, correlation_id, created_at)
                SELECT id, :name, payload, 'storm-test-0001', :now
                FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given(id uuid, payload jsonb)
            """),
            {"name": name, "rows": orjson.dumps(rows).decode(), "now": scene.now},
        )


def addresses(first: int, count: int) -> list[dict[str, object]]:
    numbers = range(first, first + count)
    return [{"source": "twilio", "address": f"host:{number}"} for number in numbers]


async def test_ten_thousand_in_a_minute_are_one_page_a_channel(scene: Scene) -> None:
    await scene.look()
    process = psutil.Process()
    resident = []
    for look in range(4):  # a minute of looks
        await happen(scene, FORGED, addresses(look * TEN_THOUSAND // 4, TEN_THOUSAND // 4))
        await scene.look()
        resident.append(process.memory_info().rss)
        assert len(scene.memory.alerts) <= MOST_OPEN + 1  # and the storm itself
    assert sorted({channel for channel, _ in scene.receivers.heard}) == [*EVERYWHERE[1:]]
    assert len(scene.receivers.heard) == 3
    (notice,) = scene.receivers.notices()
    assert (notice.kind, notice.lines[0].name) == ("storm", "AlertStorm")
    assert notice.lines[0].summary == "2,500 alerts at once: 2,500 SignatureFailures (webhooks)."
    assert "openchair alerts list --held" in " ".join(notice.remarks)
    # After the first quarter nothing grows.
    assert max(resident[1:]) - resident[0] < 30 * MEGABYTE
    scene.receivers.told()
    async with scene.database.transaction() as session:
        count = await session.scalar(text("SELECT count(*) FROM alerts WHERE held_by = 'storm'"))
        assert count == TEN_THOUSAND
        assert len(await list_alerts(session, which="held", limit=50)) == 50
    for _ in range(26):  # its last minute, five quiet ones, and a little
        await scene.look()
    told = scene.receivers.told()
    assert {kind for _, kind, _ in told} == {"resolved"}
    assert len(told) == 3
    await scene.look(after=16 * 60)
    assert scene.receivers.told() == []
    async with scene.database.transaction() as session:
        assert await session.scalar(
            text("SELECT count(*) FROM alerts WHERE status = 'firing'")
        ) <= (TEN_THOUSAND - 2000)


async def test_what_is_on_no_page_yet_and_critical_breaks_through(scene: Scene) -> None:
    await scene.look()
    await happen(scene, FORGED, addresses(0, 50))
    await scene.look()
    assert {kind for _, kind, _ in scene.receivers.told()} == {"storm"}
    await scene.look(DOWN)
    assert {title for _, _, title in scene.receivers.told()} == {"DatabaseDown: database"}
    await happen(scene, FORGED, addresses(100, 50))
    await scene.look(DOWN, reading("sms", State.HEALTHY, sms_providers=0.0))
    assert scene.receivers.told() == []


async def test_twenty_in_a_minute_are_no_storm_but_one_notice(scene: Scene) -> None:
    await scene.look()
    await happen(scene, FORGED, addresses(0, 20))
    await scene.look()
    (notice,) = scene.receivers.notices()
    assert (notice.kind, len(notice.lines)) == ("firing", 20)
    assert notice.title == "20 alerts: SignatureFailures"


async def test_workers_that_die_and_are_started_again_are_one_quiet_alert(scene: Scene) -> None:
    await scene.look()
    await happen(scene, "worker.heartbeat_missing", [{"worker": "host:1"}, {"worker": "host:2"}])
    await scene.look()
    (alert,) = scene.memory.alerts.values()
    assert (alert.name, alert.severity, alert.count) == ("WorkerDied", "medium", 2)
    assert "openchair logs --name worker" in scene.receivers.notices()[0].lines[0].advice
    scene.receivers.told()
    await happen(scene, "worker.heartbeat_missing", [{"worker": "host:3"}])
    result = await scene.look(after=60)
    assert (len(result.open_alerts), scene.receivers.told()) == (1, [])
    assert (await scene.look(after=4 * 60)).resolved == ()
    assert [each.name for each in (await scene.look(after=60)).resolved] == ["WorkerDied"]
