"""Adds what this process counted to the time series: one statement for everything since last time.

Run by `observe.py` in every process. While the database is away the differences wait here, minute
by minute and not for ever; nobody waits with them. A commit whose answer was lost counts twice.
"""

from collections import OrderedDict
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text

from openchair.platform.db.durability import may_be_lost
from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable
from openchair.platform.logging.setup import logger
from openchair.platform.metrics.catalogue import METRICS
from openchair.platform.metrics.process import INSTANCE, look_at_process
from openchair.platform.metrics.series import Difference, Metric, Series, Told

MOST_MINUTES = 30

log = logger(__name__)
Key = tuple[str, tuple[tuple[str, str], ...]]


class Recorder:
    """The time series of one process; `process` is its kind: web, worker, watch."""

    def __init__(self, database: Database, *, process: str) -> None:
        self._database = database
        self._process = process
        self._waiting: OrderedDict[datetime, dict[Key, Difference]] = OrderedDict()
        self._failing = False

    async def record(self, *, now: datetime) -> bool:
        """Take what was counted since the last call and write it with what still waits. False
        when that did not work: it is logged once, and kept for the next call.
        """
        look_at_process()
        self._take(now.replace(second=0, microsecond=0))
        if not self._waiting:
            return True
        try:
            async with self._database.transaction() as session:
                await may_be_lost(session)
                await session.execute(ADD, {"rows": _rows(self._waiting)})
        except Unavailable:
            self._fail("metrics wait: the database is away")
            return False
        except Exception:  # noqa: BLE001 -- logged by _fail, with its traceback
            # Not raised: whatever is wrong with the figures, the process goes on with its work.
            self._fail("metrics could not be written", traceback=True)
            return False
        self._waiting.clear()
        if self._failing:
            log.info("metrics are written again")
            self._failing = False
        return True

    def _take(self, minute: datetime) -> None:
        taken = self._waiting.setdefault(minute, {})
        for metric in METRICS.values():
            for child in metric.children():
                if (found := child.take()) is not None:
                    key = self._key(metric, child)
                    taken[key] = _sum(taken[key], found) if key in taken else found
        if not taken:
            del self._waiting[minute]
        while len(self._waiting) > MOST_MINUTES:
            self._waiting.popitem(last=False)

    def _key(self, metric: Metric, child: Series) -> Key:
        labels = dict(zip(metric.labels, child.labels, strict=True))
        if metric.told is not Told.TOGETHER:
            labels["process"] = self._process
        if metric.told is Told.BY_INSTANCE:
            labels["instance"] = INSTANCE
        return metric.name, tuple(labels.items())

    def _fail(self, words: str, *, traceback: bool = False) -> None:
        if not self._failing:
            log.warning(words, exc_info=traceback)
        self._failing = True


def _sum(a: Difference, b: Difference) -> Difference:
    """Two differences of the same minute; `b` is the later one."""
    return Difference(
        count=a.count + b.count,
        total=a.total + b.total,
        least=min(a.least, b.least),
        most=max(a.most, b.most),
        last=b.last,
        buckets=tuple(x + y for x, y in zip(a.buckets, b.buckets or (), strict=True))
        if a.buckets
        else None,
    )


def _rows(waiting: OrderedDict[datetime, dict[Key, Difference]]) -> str:
    rows: list[dict[str, Any]] = [
        {"name": name, "labels": dict(labels), "at": minute, **asdict(difference)}
        for minute, taken in waiting.items()
        for (name, labels), difference in taken.items()
    ]
    return orjson.dumps(rows).decode()


# In order of the key, so that two processes never wait for each other's rows.
ADD = text("""
    INSERT INTO metric_points AS p
        (name, labels, step, at, count, total, least, most, last, buckets)
    SELECT name, CAST(labels AS text), 60, at, count, total, least, most, last, buckets
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS x(
        name text, labels jsonb, at timestamptz, count bigint, total float8, least float8,
        most float8, last float8, buckets bigint[])
    ORDER BY name, CAST(labels AS text), at
    ON CONFLICT (name, labels, step, at) DO UPDATE SET
        count = p.count + excluded.count,
        total = p.total + excluded.total,
        least = least(p.least, excluded.least),
        most = greatest(p.most, excluded.most),
        last = excluded.last,
        buckets = (
            SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY place)
            FROM unnest(p.buckets, excluded.buckets) WITH ORDINALITY AS pair(a, b, place))
""")
