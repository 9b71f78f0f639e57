"""How the traffic is now against how it usually is at this hour. For `monitoring compare-baseline`
and whoever asks after a fix; the usual is our own time series, no other server.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.metrics.queries import HOUR, stored
from openchair.operations.metrics.rules import traffic_measures
from openchair.platform.metrics.catalogue import HTTP_DURATION, HTTP_REQUESTS, LOOP_LAG

DAYS = 7
FEWEST_HOURS = 3
UNUSUAL = 3.0
NORMAL = 1.4826
"""Times the median deviation is the standard deviation, where values are spread normally."""
LEAST_SPREAD = 0.05
NAMES = (HTTP_REQUESTS.name, HTTP_DURATION.name, LOOP_LAG.name)
UNITS = {"response-time": "ms", "error-rate": "%", "requests": "/s", "loop-lag": "ms"}
FLOORS = {"response-time": 10.0, "error-rate": 0.5, "requests": 0.05, "loop-lag": 5.0}
"""Less than this, in the measure's unit, is no difference, however steady the past was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """The same hour of the last seven days: median and spread (as a standard deviation), and the
    one a week ago; in the measure's unit. `hours` says of how many days there is anything.
    """

    median: float
    spread: float
    hours: int
    last_week: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One measure now and usually. `significance` is the difference in spreads: beyond 3 it is
    `unusual`. With less than three days of past nothing is known, and all three are None or False.
    """

    measure: str
    unit: str
    now: float | None
    usual: Usual | None
    difference_percent: float | None
    significance: float | None
    unusual: bool


async def compare(session: AsyncSession, *, now: datetime, minutes: int = 15) -> list[Comparison]:
    """Every measure of the last `minutes` against the same hour of the last seven days."""
    since = (now - timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    rows = await stored(session, names=NAMES, since=since, until=now)
    present = traffic_measures(rows, seconds=(now - since).total_seconds())
    hours = await _hours(session, now=now)
    return [comparison(measure=measure, now=present.get(measure), past=hours) for measure in UNITS]


async def _hours(session: AsyncSession, *, now: datetime) -> list[dict[str, float] | None]:
    """The measures of this hour yesterday, the day before … and a week ago."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    found: list[dict[str, float] | None] = []
    for days in range(1, DAYS + 1):
        at = hour - timedelta(days=days)
        rows = await stored(
            session, names=NAMES, since=at, until=at + timedelta(hours=1), step=HOUR
        )
        found.append(traffic_measures(rows, seconds=HOUR) if rows else None)
    return found


def comparison(
    *, measure: str, now: float | None, past: Sequence[dict[str, float] | None]
) -> Comparison:
    """Pure: one measure against the same hour of the past days, yesterday first."""
    usual = usual_of(measure, past)
    if now is None or usual is None:
        return Comparison(
            measure=measure,
            unit=UNITS[measure],
            now=now,
            usual=usual,
            difference_percent=None,
            significance=None,
            unusual=False,
        )
    difference = now - usual.median
    significance = difference / usual.spread
    return Comparison(
        measure=measure,
        unit=UNITS[measure],
        now=now,
        usual=usual,
        difference_percent=difference / usual.median * 100 if usual.median else None,
        significance=significance,
        unusual=abs(significance) > UNUSUAL and usual.hours >= FEWEST_HOURS,
    )


def usual_of(measure: str, past: Sequence[dict[str, float] | None]) -> Usual | None:
    """Median and spread of what is known; None when nothing is. A spread is never less than a
    twentieth of the median or the measure's floor: steadiness alone makes nothing unusual.
    """
    known = [day[measure] for day in past if day is not None and measure in day]
    if not known:
        return None
    middle = median(known)
    spread = NORMAL * median(abs(each - middle) for each in known)
    week_ago = past[DAYS - 1] if len(past) >= DAYS else None
    return Usual(
        median=middle,
        spread=max(spread, LEAST_SPREAD * abs(middle), FLOORS[measure]),
        hours=len(known),
        last_week=week_ago.get(measure) if week_ago else None,
    )
