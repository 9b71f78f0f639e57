"""When so much breaks at once that it is told as one. Pure.

Remembers counts, never the alerts themselves, so that it stays small whatever happens.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from openchair.operations.alerts.builtin.alerting import STORM
from openchair.operations.alerts.notice import Severity
from openchair.operations.alerts.severity import badness
from openchair.operations.alerts.state import Sign

MOST_NEW = 20
WINDOW = timedelta(minutes=1)
QUIET = timedelta(minutes=5)
MOST_KINDS = 200
MOST_COUNTS = 600
SHOWN = 10


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What is counted together."""

    name: str
    component: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Held:
    """How many alerts of a kind a storm has held."""

    kind: Kind
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How many alerts were new lately (a count a look), and what a storm has held so far.
    `names_told` are those on its page.
    """

    counts: tuple[tuple[datetime, int], ...] = ()
    since: datetime | None = None
    busy_at: datetime | None = None
    held: tuple[Held, ...] = ()
    names_told: tuple[str, ...] = ()

    @property
    def is_storm(self) -> bool:
        """Whether single alerts are held now."""
        return self.since is not None

    @property
    def total(self) -> int:
        """How many alerts the storm has held."""
        return sum(each.count for each in self.held)


def observe(weather: Weather, fresh: Mapping[Kind, int], *, now: datetime) -> Weather:
    """The weather after so many new alerts by kind; a storm begins above 20 within a minute, and
    ends when for five minutes there were no more than that.
    """
    number = sum(fresh.values())
    kept = [each for each in weather.counts if now - each[0] < WINDOW]
    counts = tuple([*kept, *([(now, number)] if number else [])][-MOST_COUNTS:])
    if sum(count for _, count in counts) > MOST_NEW:
        return replace(
            weather,
            counts=counts,
            since=weather.since or now,
            busy_at=now,
            held=_added(weather.held, fresh),
        )
    if weather.since and weather.busy_at and now - weather.busy_at >= QUIET:
        return Weather(counts=counts)
    held = _added(weather.held, fresh) if weather.is_storm else weather.held
    return replace(weather, counts=counts, held=held)


def page_told(weather: Weather) -> Weather:
    """Its page went out: these names are known to whoever reads it."""
    return replace(weather, names_told=tuple(sorted({each.kind.name for each in weather.held})))


def sign_of_storm(weather: Weather, *, before: Weather) -> Sign | None:
    """The sign of the storm itself; None when there neither is nor was one."""
    if not weather.is_storm and not before.is_storm:
        return None
    told = weather if weather.is_storm else before
    return Sign(
        name=STORM,
        component="alerting",
        severity="high",
        action="",
        holds=weather.is_storm,
        summary=summary_of(told),
        value=float(told.total),
    )


def severities_of(weather: Weather) -> set[Severity]:
    """Whom it concerns: everybody who would be told of one of them."""
    return {each.kind.severity for each in weather.held}


def summary_of(weather: Weather) -> str:
    """`10,000 alerts at once: 9,200 SignatureFailures (webhooks), …`; the worst and most first."""
    ordered = sorted(
        weather.held, key=lambda each: (badness(each.kind.severity), -each.count, each.kind)
    )
    parts = [f"{each.count:,} {each.kind.name} ({each.kind.component})" for each in ordered[:SHOWN]]
    rest = len(ordered) - SHOWN
    more = f" and {rest} other kinds" if rest > 0 else ""
    return f"{weather.total:,} alerts at once: {', '.join(parts)}{more}."


def _added(held: Iterable[Held], fresh: Mapping[Kind, int]) -> tuple[Held, ...]:
    found = {each.kind: each.count for each in held}
    for kind, count in fresh.items():
        known = kind if kind in found or len(found) < MOST_KINDS else _rest_of(kind)
        found[known] = found.get(known, 0) + count
    return tuple(Held(kind, count) for kind, count in found.items())


def _rest_of(kind: Kind) -> Kind:
    """All kinds beyond the bound are counted together, by severity."""
    return Kind("other alerts", "several", kind.severity)
