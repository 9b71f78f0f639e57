"""What each process has counted since its start, for the others of this machine to show: a small
file a process in the data folder. So one web process can tell of all, without the database.

Written every few seconds by `operations/metrics/observe.py`; read by the doors that show metrics.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from openchair.platform.metrics.catalogue import METRICS
from openchair.platform.metrics.process import INSTANCE
from openchair.platform.metrics.series import Kind

FOLDER = "metrics"
FRESH_SECONDS = 60.0
FORGOTTEN_SECONDS = 3600.0
MOST_FILES = 200
MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One child as it stands: a counter's total, a gauge's value, a histogram's buckets."""

    labels: tuple[str, ...]
    value: float
    count: int
    buckets: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One process at one instant (UTC). `process` is its kind: web, worker, watch."""

    process: str
    instance: str
    at: datetime
    metrics: dict[str, tuple[Counted, ...]]


def snapshot(*, process: str, now: datetime) -> Snapshot:
    """This process."""
    found = {}
    for metric in METRICS.values():
        children = tuple(
            Counted(
                labels=child.labels,
                value=child.last if metric.kind is Kind.GAUGE else child.total,
                count=child.count,
                buckets=tuple(child.buckets),
            )
            for child in metric.children()
            if child.count
        )
        if children:
            found[metric.name] = children
    return Snapshot(process=process, instance=INSTANCE, at=now, metrics=found)


def write_snapshot(folder: Path, *, taken: Snapshot) -> None:
    """Put it where the others look, whole or not at all. Raises `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{taken.process}-{os.getpid()}.json"
    fresh = path.with_suffix(".new")
    fresh.write_bytes(orjson.dumps(taken))
    fresh.replace(path)
    _forget_old(folder, now=taken.at)


def forget_snapshot(folder: Path, *, process: str) -> None:
    """This process ends; what it counted ends with it."""
    (folder / f"{process}-{os.getpid()}.json").unlink(missing_ok=True)


def read_snapshots(folder: Path, *, now: datetime) -> Sequence[Snapshot]:
    """Those of the last minute, of all processes that wrote one. What cannot be read is left out:
    it was written by another version, or not by us.
    """
    found = []
    for path in sorted(folder.glob("*.json"))[:MOST_FILES]:
        try:
            raw = path.read_bytes() if path.stat().st_size <= MOST_BYTES else b""
            read = _read(orjson.loads(raw))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        if abs((now - read.at).total_seconds()) <= FRESH_SECONDS:
            found.append(read)
    return found


def _read(content: dict[str, Any]) -> Snapshot:
    return Snapshot(
        process=str(content["process"]),
        instance=str(content["instance"]),
        at=datetime.fromisoformat(content["at"]),
        metrics={
            name: tuple(
                Counted(
                    labels=tuple(map(str, each["labels"])),
                    value=float(each["value"]),
                    count=int(each["count"]),
                    buckets=tuple(map(int, each["buckets"])),
                )
                for each in children
                if _fits(name, each)
            )
            for name, children in content["metrics"].items()
            if name in METRICS
        },
    )


def _fits(name: str, child: dict[str, Any]) -> bool:
    """Whether another process means the same metric by this name."""
    metric = METRICS[name]
    buckets = len(metric.bounds) + 1 if metric.bounds else 0
    return len(child["labels"]) == len(metric.labels) and len(child["buckets"]) == buckets


def _forget_old(folder: Path, *, now: datetime) -> None:
    """Files of processes that were killed."""
    oldest = (now - timedelta(seconds=FORGOTTEN_SECONDS)).timestamp()
    for path in sorted(folder.iterdir())[:MOST_FILES]:
        if path.suffix in {".json", ".new"} and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
