"""What the house does right now, from one look to the next: rates from the files in which every
process says what it counted, the rest from the probes. `openchair monitoring realtime`.

Works with the database away: then the files are all there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from openchair.operations.diagnostics.overview import Overview
from openchair.operations.metrics.rules import QUIET_ROUTES, percentile
from openchair.platform.metrics.catalogue import HTTP_DURATION, HTTP_REQUESTS, MEMORY
from openchair.platform.metrics.snapshots import Counted, Snapshot

Counters = Mapping[tuple[str, str, tuple[str, ...]], Counted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """One look. Rates are per second since the look before (None at the first, and while the
    processes' files did not change); memory in bytes by process; `missing` says why alerts and
    what the probes read of the database are not known.
    """

    at: datetime
    sentence: str
    state: str
    requests: float | None
    errors: float | None
    p95_ms: float | None
    waiting: float | None
    queue_age: float | None
    dead_letters: float | None
    memory: dict[str, int]
    memory_percent: float | None
    alerts: list[str]
    missing: str | None


def counters_of(snapshots: Sequence[Snapshot]) -> Counters:
    """Requests and their durations, by process and labels."""
    return {
        (name, each.instance, counted.labels): counted
        for each in snapshots
        for name in (HTTP_REQUESTS.name, HTTP_DURATION.name)
        for counted in each.metrics.get(name, ())
    }


def moment_of(snapshots: Sequence[Snapshot]) -> datetime | None:
    """When the newest of the web processes' files was written."""
    return max((each.at for each in snapshots if each.process == "web"), default=None)


def tick_of(
    *,
    overview: Overview,
    sentence: str,
    snapshots: Sequence[Snapshot],
    before: tuple[datetime, Counters] | None,
) -> Tick:
    """Pure: what changed since `before`: when the files were written, and their counters."""
    measures = {
        name: value for each in overview.readings.values() for name, value in each.measures.items()
    }
    requests = errors = p95 = None
    written = moment_of(snapshots)
    if before is not None and written is not None and written > before[0]:
        seconds = (written - before[0]).total_seconds()
        requests, errors, p95 = _traffic(counters_of(snapshots), before[1], seconds=seconds)
    return Tick(
        at=overview.at,
        sentence=sentence,
        state=overview.sentence.state.value,
        requests=requests,
        errors=errors,
        p95_ms=p95,
        waiting=float(overview.sentence.waiting) if "queue" in overview.readings else None,
        queue_age=measures.get("queue-age"),
        dead_letters=measures.get("dead-letters"),
        memory={
            f"{each.process} {each.instance.rpartition(':')[2]}": int(counted.value)
            for each in snapshots
            for counted in each.metrics.get(MEMORY.name, ())
        },
        memory_percent=measures.get("memory"),
        alerts=[each.name for each in overview.told.alerts if each.is_firing],
        missing=overview.told.missing,
    )


def _traffic(
    now: Counters, before: Counters, *, seconds: float
) -> tuple[float, float, float | None]:
    """Requests and 5xx a second, and the p95 (ms). A process that began anew counts from zero."""
    requests = errors = 0.0
    buckets = [0] * (len(HTTP_DURATION.bounds) + 1)
    for key, counted in now.items():
        name, _, labels = key
        earlier = before.get(key)
        if name == HTTP_REQUESTS.name:
            if labels[1] in QUIET_ROUTES:
                continue
            grown = counted.value - (earlier.value if earlier else 0.0)
            grown = counted.value if grown < 0 else grown
            requests += grown
            errors += grown if labels[2] == "5xx" else 0.0
        elif labels[0] not in QUIET_ROUTES:
            for place, number in enumerate(counted.buckets):
                less = earlier.buckets[place] if earlier else 0
                buckets[place] += number - less if number >= less else number
    late = percentile(buckets, HTTP_DURATION.bounds, share=0.95, most=HTTP_DURATION.bounds[-1])
    return requests / seconds, errors / seconds, None if late is None else late * 1000
