"""Differences reach the time series once, from several processes at the same time, and survive an
outage of the database.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from openchair.operations.metrics import record as module
from openchair.operations.metrics.record import MOST_MINUTES, Recorder
from openchair.platform.db.engine import Database
from openchair.platform.metrics import catalogue
from openchair.platform.metrics.series import Kind, Metric, Told

NOON = datetime(2026, 11, 22, 12, 0, 20, tzinfo=UTC)
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"


@pytest.fixture
def metrics(monkeypatch: pytest.MonkeyPatch) -> dict[str, Metric]:
    """A catalogue of the test's own, which nobody else counts on."""
    found = {
        "n": Metric("n", Kind.COUNTER, "x", unit="things", labels=("b", "a")),
        "h": Metric("h", Kind.HISTOGRAM, "x", unit="seconds", bounds=(1, 2)),
        "g": Metric("g", Kind.GAUGE, "x", unit="bytes", told=Told.BY_INSTANCE),
    }
    monkeypatch.setattr(module, "METRICS", found)
    return found


async def rows(database: Database) -> dict[str, Any]:
    async with database.transaction() as session:
        found = await session.execute(text("SELECT * FROM metric_points WHERE step = 60"))
        return {f"{row.name} {row.at:%H:%M}": row for row in found}


async def test_figures_are_added(database: Database, metrics: dict[str, Metric]) -> None:
    recorder = Recorder(database, process="web")
    metrics["n"].of("second", "first").inc(3)
    metrics["h"].of().observe(0.5)
    metrics["g"].of().sample(7)
    assert await recorder.record(now=NOON)
    metrics["n"].of("second", "first").inc()
    metrics["h"].of().observe(1.5)
    metrics["h"].of().observe(9)
    metrics["g"].of().sample(3)
    assert await recorder.record(now=NOON + timedelta(seconds=15))
    metrics["h"].of().observe(1)
    assert await recorder.record(now=NOON + timedelta(seconds=60))
    found = await rows(database)
    assert found["n 12:00"].total == 4
    assert found["n 12:00"].labels == '{"a": "first", "b": "second"}'
    histogram = found["h 12:00"]
    assert histogram.buckets == [1, 1, 1]
    assert (histogram.total, histogram.least, histogram.most) == (11, 0.5, 9)
    assert found["h 12:01"].buckets == [1, 0, 0]
    assert (found["g 12:00"].last, found["g 12:00"].most) == (3, 7)
    assert '"process": "web"' in found["g 12:00"].labels
    assert '"instance": "' in found["g 12:00"].labels
    assert "g 12:01" not in found


async def test_processes_add_to_the_same_rows_without_waiting_for_ever(
    database: Database, metrics: dict[str, Metric]
) -> None:
    for turn in range(5):
        for number in range(40):
            metrics["n"].of(str(number), "x").inc()
        first, second = Recorder(database, process="web"), Recorder(database, process="worker")
        first._take(NOON.replace(second=0))
        for number in reversed(range(40)):
            metrics["n"].of(str(number), "x").inc()
        done = await asyncio.gather(first.record(now=NOON), second.record(now=NOON))
        assert all(done), turn
    async with database.transaction() as session:
        total = await session.scalar(text("SELECT sum(total) FROM metric_points WHERE name = 'n'"))
    assert total == 400


async def test_what_cannot_be_written_waits_and_is_told_once(
    database: Database, metrics: dict[str, Metric], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    away = Database(NOWHERE)
    recorder = Recorder(away, process="web")
    for minute in range(3):
        metrics["n"].of("b", "a").inc(1 + minute)
        assert not await recorder.record(now=NOON + timedelta(minutes=minute))
    assert caplog.text.count("metrics wait") == 1
    recorder._database = database
    assert await recorder.record(now=NOON + timedelta(minutes=3))
    assert caplog.text.count("metrics are written again") == 1
    found = await rows(database)
    assert [found[f"n 12:0{minute}"].total for minute in range(3)] == [1, 2, 3]
    assert await recorder.record(now=NOON + timedelta(minutes=3))
    assert len(await rows(database)) == 3


async def test_what_waits_is_bounded(metrics: dict[str, Metric]) -> None:
    recorder = Recorder(Database(NOWHERE), process="web")
    for minute in range(MOST_MINUTES + 10):
        metrics["n"].of("b", "a").inc()
        await recorder.record(now=NOON + timedelta(minutes=minute))
    assert len(recorder._waiting) == MOST_MINUTES
    assert min(recorder._waiting) == NOON.replace(second=0) + timedelta(minutes=10)


def test_the_catalogue_is_bounded() -> None:
    assert sum(metric.most for metric in catalogue.METRICS.values()) < 6000
