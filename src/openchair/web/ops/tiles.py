"""The tiles of the first page: which measures, their thresholds, and the list behind each. Pure but
for the settings it is given.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from openchair.operations.alerts.measures import MEASURES
from openchair.platform.probes import Reading, State, graded
from openchair.platform.settings.thresholds import ThresholdSettings
from openchair.web.ops.sparkline import Sparkline, draw
from openchair.web.ops.times import span

STATE_WORDS = {State.HEALTHY: "well", State.WARNING: "warning", State.ERROR: "critical"}
UNKNOWN = "not known"
STALE_AFTER = timedelta(seconds=60)
QUEUE_LATE_SECONDS = 600
Values = Callable[[str], Sequence[tuple[float, float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a tile is about. `floor` turns it round: less than that is trouble."""

    measure: str
    label: str
    url: str
    warning: float | None = None
    critical: float | None = None
    floor: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One tile: `state` is `healthy`, `warning`, `error` or `unknown`, `word` says it."""

    measure: str
    label: str
    url: str
    value: str
    unit: str
    limit: str
    state: str
    word: str
    means: str
    curve: Sparkline


def tiles(
    readings: Mapping[str, Reading], *, limits: ThresholdSettings, values: Values, now: datetime
) -> list[Tile]:
    """One for each kind, in the order of the page."""
    return [_tile(kind, readings, values, now) for kind in kinds(limits)]


def kinds(limits: ThresholdSettings) -> Sequence[Kind]:
    """What clients feel first, then what it runs on."""
    return (
        Kind(
            measure="response-time",
            label="Response time",
            url="/ops/plots#response-time",
            warning=limits.response_time_warning_ms,
            critical=limits.response_time_critical_ms,
        ),
        Kind(
            measure="error-rate",
            label="Errors",
            url="/ops/plots#error-rate",
            warning=limits.error_rate_warning_percent,
            critical=limits.error_rate_critical_percent,
        ),
        Kind(
            measure="smtp-queue",
            label="Mails due",
            url="/ops/queues",
            warning=limits.smtp_queue_warning,
            critical=limits.smtp_queue_critical,
        ),
        Kind(
            measure="queue-age",
            label="Oldest message",
            url="/ops/queues",
            warning=QUEUE_LATE_SECONDS,
        ),
        Kind(
            measure="dead-letters",
            label="Dead letters",
            url="/ops/dead-letters",
            warning=limits.dead_letters_warning,
            critical=limits.dead_letters_critical,
        ),
        Kind(
            measure="failed-webhooks",
            label="Webhooks failed",
            url="/ops/webhooks?status=failed",
            warning=limits.failed_webhooks_warning,
            critical=limits.failed_webhooks_critical,
        ),
        Kind(
            measure="budget",
            label="Fullest budget",
            url="/ops/budgets",
            warning=limits.budget_warning_percent,
            critical=limits.budget_critical_percent,
        ),
        Kind(measure="workers", label="Workers", url="/ops/logs?name=worker", floor=1),
        Kind(
            measure="database-connections",
            label="Database connections",
            url="/ops/plots#pool",
            warning=limits.connections_warning_percent,
            critical=limits.connections_critical_percent,
        ),
        Kind(
            measure="memory",
            label="Memory",
            url="/ops/plots#memory",
            warning=limits.memory_warning_percent,
            critical=limits.memory_critical_percent,
        ),
        Kind(
            measure="storage",
            label="Storage",
            url="/ops/plots",
            warning=limits.storage_warning_percent,
            critical=limits.storage_critical_percent,
        ),
        Kind(measure="failed-logins", label="Log-ins failed", url="/ops/logs?kind=security"),
    )


def state_of(reading: Reading) -> tuple[str, str]:
    """How a part is, and the word for it. What could not be looked at is not known, not broken."""
    if reading.details.get("kind") == "unknown":
        return "unknown", UNKNOWN
    return reading.state.value, STATE_WORDS[reading.state]


def _tile(kind: Kind, readings: Mapping[str, Reading], values: Values, now: datetime) -> Tile:
    measure = MEASURES[kind.measure]
    reading = readings.get(measure.probe)
    found = reading.measures.get(kind.measure) if reading else None
    old = reading is not None and now - reading.at > STALE_AFTER
    value, unit = shown(found, measure.unit) if found is not None else ("–", "")
    state = "unknown" if found is None or old else _state(kind, found).value
    quiet = reading is not None and reading.state is not State.ERROR and found is None
    if quiet and measure.probe == "traffic":
        state, word = "healthy", "quiet"
    else:
        word = UNKNOWN if state == "unknown" else STATE_WORDS[State(state)]
    return Tile(
        measure=kind.measure,
        label=kind.label,
        url=kind.url,
        value=value,
        unit=unit,
        limit=_limit(kind, measure.unit),
        state=state,
        word=word,
        means=measure.means,
        curve=draw(values(kind.measure), warning=kind.warning),
    )


def _state(kind: Kind, value: float) -> State:
    if kind.floor is not None:
        return State.HEALTHY if value >= kind.floor else State.ERROR
    if kind.warning is None:
        return State.HEALTHY
    endless = float("inf")
    return graded(value, warning=kind.warning, critical=kind.critical or endless)


def _limit(kind: Kind, unit: str) -> str:
    if kind.floor is not None:
        return f"at least {kind.floor:g}"
    words = [" ".join(shown(each, unit)).strip() for each in (kind.warning, kind.critical) if each]
    return "warning " + " · critical ".join(words) if words else ""


def shown(value: float, unit: str) -> tuple[str, str]:
    """A number and its unit as people read them: 2,300 ms is 2.3 s."""
    if unit == "s":
        number, _, word = span(timedelta(seconds=value)).partition(" ")
        return number, word
    if unit == "ms" and value >= 1000:
        return f"{value / 1000:.3g}", "s"
    if unit in {"ms", "%"}:
        return (f"{value:.0f}" if value >= 10 else f"{value:.2g}"), unit
    return f"{value:,.0f}", unit
