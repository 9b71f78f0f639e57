"""What is unlike before in the last minutes: `openchair monitoring quick-scan`. The rules are pure;
`scan` gathers what they judge.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.queries import Flow, flow_since
from openchair.operations.alerts.alert import Alert
from openchair.operations.diagnostics.traffic import Route, routes_since
from openchair.operations.logs.errors import Errors, find_errors
from openchair.operations.logs.window import Heard
from openchair.operations.metrics.baseline import Comparison, compare
from openchair.platform.breakers.breaker import Breaker, list_breakers
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings

MINUTES = 15
MANY_FAILED_LOGINS = 20
FEW_REQUESTS = 5
GROWN = 20
"""So many more messages queued than ended in the window are growth."""
Weight = Literal["warning", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """One thing that is not as usual, and what to do next."""

    kind: str
    weight: Weight
    words: str
    next_step: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What the tables know of the window."""

    comparisons: Sequence[Comparison]
    routes: Sequence[Route]
    flow: Flow
    breakers: Sequence[Breaker]


async def read_rows(session: AsyncSession, *, now: datetime) -> Rows:
    """Of the last fifteen minutes."""
    since = now - timedelta(minutes=MINUTES)
    return Rows(
        comparisons=await compare(session, now=now, minutes=MINUTES),
        routes=await routes_since(session, since=since, until=now),
        flow=await flow_since(session, since=since),
        breakers=await list_breakers(session),
    )


def read_errors(folder: Path, *, now: datetime, hear: Heard | None = None) -> Errors:
    """Errors of the last fifteen minutes, and which of them are new."""
    return find_errors(folder, since=now - timedelta(minutes=MINUTES), hear=hear)


def scan(
    *, rows: Rows | None, errors: Errors, alerts: Sequence[Alert], failed_logins: float | None
) -> list[Anomaly]:
    """Pure. The worst first; `rows` is None when the database cannot be read."""
    found = [*_alerts(alerts), *_errors(errors)]
    if rows is not None:
        found += [*_traffic(rows.comparisons), *_slow(rows.routes), *_queue(rows.flow)]
        found += _breakers(rows.breakers)
    if failed_logins is not None and failed_logins > MANY_FAILED_LOGINS:
        found.append(
            Anomaly(
                kind="log-ins",
                weight="warning",
                words=f"{failed_logins:.0f} log-ins failed.",
                next_step="openchair logs --filter security --since 15m",
            )
        )
    return sorted(found, key=lambda each: each.weight != "error")


def _alerts(alerts: Sequence[Alert]) -> Iterator[Anomaly]:
    for each in alerts:
        if each.is_firing:
            yield Anomaly(
                kind="alert",
                weight="error" if each.severity in {"critical", "high"} else "warning",
                words=f"{each.name} ({each.severity}): {each.title}",
                next_step=f"openchair alerts explain {each.name}",
            )


def _errors(errors: Errors) -> Iterator[Anomaly]:
    for each in errors.groups:
        if not each.is_new:
            continue
        step = "openchair monitoring analyze-errors --since 15m"
        if each.correlation_id:
            step = f"openchair explain correlation {each.correlation_id}"
        yield Anomaly(
            kind="new error",
            weight="error",
            words=f"{each.count} × {each.mark.kind} in {each.mark.place}: {each.mark.message}"[
                :300
            ],
            next_step=step,
        )
    known = sum(each.count for each in errors.groups if not each.is_new)
    if known:
        yield Anomaly(
            kind="errors",
            weight="warning",
            words=f"{known} errors that the log knew already, or that are not known to be new.",
            next_step="openchair monitoring analyze-errors --since 15m",
        )


def _traffic(comparisons: Sequence[Comparison]) -> Iterator[Anomaly]:
    limit = load(ThresholdSettings).error_rate_warning_percent
    for each in comparisons:
        over = each.measure == "error-rate" and each.now is not None and each.now > limit
        if each.now is None or not (each.unusual or over):
            continue
        usual = f", usually {each.usual.median:.3g} {each.unit}" if each.usual else ""
        yield Anomaly(
            kind="traffic",
            weight="error" if over else "warning",
            words=f"{each.measure} is {each.now:.3g} {each.unit}{usual}.",
            next_step="openchair monitoring compare-baseline",
        )


def _slow(routes: Sequence[Route]) -> Iterator[Anomaly]:
    limit = load(ThresholdSettings).response_time_warning_ms
    for each in routes:
        if each.p95_ms is not None and each.p95_ms > limit and each.count >= FEW_REQUESTS:
            yield Anomaly(
                kind="slow route",
                weight="warning",
                words=f"{each.route}: p95 {each.p95_ms:,.0f} ms over {each.count} requests.",
                next_step="openchair monitoring identify-bottlenecks",
            )


def _queue(flow: Flow) -> Iterator[Anomaly]:
    if flow.due and flow.queued - flow.ended > GROWN:
        yield Anomaly(
            kind="queue",
            weight="warning",
            words=f"The queue grows: {flow.queued} messages came, {flow.ended} ended,"
            f" {flow.due} are due.",
            next_step="openchair messages list --state pending",
        )


def _breakers(breakers: Sequence[Breaker]) -> Iterator[Anomaly]:
    for each in breakers:
        if each.state == "open":
            yield Anomaly(
                kind="breaker",
                weight="error",
                words=f"{each.provider} is left alone after failures: {each.last_error or ''}",
                next_step="openchair logs --filter email --since 15m"
                if each.provider.startswith("smtp")
                else f"openchair logs --name {each.provider} --since 15m",
            )
