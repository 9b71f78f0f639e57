"""Requests and outbound calls by where they go, from the time series: the slowest and the dearest.
For quick-scan and identify-bottlenecks.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.metrics.queries import stored
from openchair.operations.metrics.rules import Stored, summed
from openchair.platform.metrics.catalogue import HTTP_DURATION, OUTBOUND_DURATION


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route template, or a service: how often, how long together (seconds), and how slow."""

    route: str
    count: int
    total_seconds: float
    p95_ms: float | None


async def routes_since(session: AsyncSession, *, since: datetime, until: datetime) -> list[Route]:
    """By route template, the one that took longest in all first."""
    rows = await stored(session, names=[HTTP_DURATION.name], since=since, until=until)
    return _grouped(rows, label="route", seconds=(until - since).total_seconds())


async def services_since(session: AsyncSession, *, since: datetime, until: datetime) -> list[Route]:
    """The same for services of others that we called."""
    rows = await stored(session, names=[OUTBOUND_DURATION.name], since=since, until=until)
    return _grouped(rows, label="service", seconds=(until - since).total_seconds())


def _grouped(rows: list[Stored], *, label: str, seconds: float) -> list[Route]:
    groups: dict[str, list[Stored]] = defaultdict(list)
    for row in rows:
        groups[row.labels.get(label, "")].append(row)
    found = []
    for name, each in groups.items():
        together = summed(each, seconds=seconds)
        p95 = together.percentile(0.95)
        found.append(
            Route(
                route=name,
                count=together.count,
                total_seconds=together.total,
                p95_ms=None if p95 is None else p95 * 1000,
            )
        )
    return sorted(found, key=lambda each: -each.total_seconds)
