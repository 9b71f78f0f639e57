"""Real processes of the house write down what they did, and one web process shows all of them."""

import asyncio
import os
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from openchair.operations.metrics.observe import observed
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.metrics.catalogue import LOOP_LAG, MEMORY
from openchair.platform.metrics.snapshots import FOLDER, read_snapshots
from openchair.platform.settings.base import forget
from tests.api.web_process import web_process


async def test_a_web_process_writes_its_minutes(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_METRICS_SECONDS", "0.5")
    monkeypatch.setenv("OPENCHAIR_HOME", str(tmp_path))
    with web_process(database_url=database.url, folder=tmp_path) as web:
        async with httpx.AsyncClient(base_url=web.url) as call:
            for number in range(3):
                await call.get(f"/no/such/page/here/at/all/{number}")
        found: dict[str, float] = {}
        for _ in range(100):
            await asyncio.sleep(0.1)
            async with database.transaction() as session:
                rows = await session.execute(text(ASKED))
                found = {row.name: row.total for row in rows}
            if {
                "openchair_event_loop_lag_seconds",
                "openchair_http_requests_total",
            } <= found.keys():
                break
        assert web.process is not None
        shown = read_snapshots(tmp_path / FOLDER, now=utc_now())
        assert [each.instance.rpartition(":")[2] for each in shown] == [str(web.process.pid)]
    assert found["openchair_http_requests_total"] == 3
    assert found["openchair_process_resident_memory_bytes"] > 1e7


ASKED = """
    SELECT name, sum(total) AS total FROM metric_points
    WHERE labels NOT LIKE '%/api/health%' GROUP BY name
"""


async def test_nothing_fails_who_is_observed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENCHAIR_METRICS_SECONDS", "0.2")
    forget()
    (tmp_path / FOLDER).write_text("in the way")
    away = Database("postgresql://nobody@127.0.0.1:9/nothing")
    lag, memory = LOOP_LAG.of().count, MEMORY.of().count
    async with observed(away, process="test", home=tmp_path):
        await asyncio.sleep(1.2)
    forget()
    assert LOOP_LAG.of().count >= lag + 2
    assert MEMORY.of().count >= memory + 4
    assert caplog.text.count("metrics wait") == 1
    assert caplog.text.count("metrics cannot be shown") == 1


async def test_the_file_goes_with_its_process(database: Database, tmp_path: Path) -> None:
    async with observed(database, process="test", home=tmp_path):
        await asyncio.sleep(0.05)
        assert (tmp_path / FOLDER / f"test-{os.getpid()}.json").exists()
    assert list((tmp_path / FOLDER).iterdir()) == []
