"""What the page's templates are given: plain data in one language, made of the watcher's memory.

Pure. Nothing comes in here but components, times and the words that people wrote for the public.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from openchair.operations.status_page.components import (
    DOWN,
    KEYS,
    Condition,
    Key,
    worst_of,
)
from openchair.operations.status_page.history import DAYS, Day, Note, Outage, outages_of
from openchair.operations.status_page.memory import PageMemory
from openchair.operations.status_page.observe import shown_now
from openchair.operations.status_page.updates import Update
from openchair.operations.status_page.words import Speaker

MOST_OUTAGES = 100
RECENT_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What all languages have in common: computed once a round."""

    checked_at: datetime | None
    every: float
    parts: Mapping[Key, Condition]
    awaited: frozenset[Key]
    since: Mapping[Key, datetime]
    days: Mapping[Key, Sequence[Day | None]]
    first_day: date
    outages: Sequence[Outage]

    @property
    def worst(self) -> Condition:
        """The worst of all components."""
        return worst_of(self.parts.values())

    @property
    def judged(self) -> Mapping[Key, Condition]:
        """What a sentence about everything is made of: nothing as long as all that is known works,
        and something has still to work for the first time.
        """
        return {} if self.awaited and self.worst == "operational" else self.parts

    @property
    def state(self) -> Condition | Literal["unknown"]:
        """How everything is."""
        return self.worst if self.judged else "unknown"

    @property
    def now(self) -> Sequence[Outage]:
        """What is not over."""
        return [each for each in self.outages if each.until is None]

    @property
    def can_subscribe(self) -> bool:
        """Whether somebody takes the form."""
        return self.parts.get("website", "operational") not in DOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One day of one component; `state` is `unknown` for a day that nobody watched."""

    x: int
    state: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One component with its ninety days. `summary` says them to whoever does not see them."""

    key: Key
    name: str
    state: Condition | Literal["unknown"]
    words: str
    bars: Sequence[Bar]
    uptime: str
    summary: str


def facts_of(memory: PageMemory, *, now: datetime) -> Facts:
    """What is known now."""
    known = [each for each in KEYS if each in memory.settled]
    keys = [each for each in KEYS if each in memory.settled or each in memory.awaited]
    parts = {key: shown_now(memory, key, now=now) for key in known}
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=DAYS - 1)
    dates = [first + timedelta(days=each) for each in range(DAYS)]
    return Facts(
        checked_at=memory.looked_at,
        every=memory.every,
        parts=parts,
        awaited=frozenset(memory.awaited),
        since={key: span.since for key in keys if (span := memory.open_span(key)) is not None},
        days={key: [memory.days.get((key, each)) for each in dates] for key in keys},
        first_day=first,
        outages=outages_of(
            memory.spans.values(),
            told=memory.told,
            notes=[note_of(each) for each in memory.updates],
        )[:MOST_OUTAGES],
    )


def note_of(update: Update) -> Note:
    """What somebody wrote, as a line of an outage."""
    return Note(id=update.id, at=update.at, words=update.message, state=update.state)


def lines_of(facts: Facts, speaker: Speaker) -> list[Line]:
    """Every component."""
    return [_line(facts, speaker, key) for key in facts.days]


def uptime_of(days: Sequence[Day | None]) -> float | None:
    """Percent of the watched time in which it worked; None when it was never watched."""
    watched = sum(each.watched_seconds for each in days if each)
    down = sum(each.down_seconds for each in days if each)
    return None if watched <= 0 else 100.0 * (1 - min(down, watched) / watched)


def _line(facts: Facts, speaker: Speaker, key: Key) -> Line:
    say, days = speaker.words.text, facts.days[key]
    bars = [
        Bar(
            x=number,
            state="unknown" if day is None else day.worst,
            words=_day_words(speaker, facts.first_day + timedelta(days=number), day, key),
        )
        for number, day in enumerate(days)
    ]
    uptime, state = uptime_of(days), facts.parts.get(key)
    return Line(
        key=key,
        name=speaker.component(key),
        state=state or "unknown",
        words=speaker.condition(state, key) if state else say("Not known yet"),
        bars=bars,
        uptime=say("no data yet") if uptime is None else speaker.percent(uptime),
        summary=_summary(speaker, key, bars, days),
    )


def _day_words(speaker: Speaker, date_: date, day: Day | None, key: Key) -> str:
    name, say = speaker.day(date_), speaker.words.text
    if day is None:
        return say("{day}: not watched", day=name)
    if day.worst == "operational":
        return say("{day}: no trouble", day=name)
    words = speaker.condition(day.worst, key)
    if day.down_seconds < 1:
        return f"{name}: {words}"
    return f"{name}: {words}, {speaker.length(timedelta(seconds=day.down_seconds))}"


def _summary(speaker: Speaker, key: Key, bars: Sequence[Bar], days: Sequence[Day | None]) -> str:
    plural = speaker.words.plural
    watched = sum(each is not None for each in days)
    troubled = [bar for bar in bars if bar.state not in {"unknown", "operational"}]
    parts = [
        speaker.component(key),
        plural("{number} day watched", "{number} days watched", watched),
        plural("{number} day with trouble", "{number} days with trouble", len(troubled)),
        *(each.words for each in troubled[-10:]),
    ]
    return "; ".join(parts)


def recent(facts: Facts, *, now: datetime) -> list[Outage]:
    """What ended within the last two weeks."""
    first = now - timedelta(days=RECENT_DAYS)
    return [each for each in facts.outages if each.until is not None and each.until >= first]


def by_month(outages: Sequence[Outage], speaker: Speaker) -> list[tuple[str, list[Outage]]]:
    """For the history: the newest month first."""
    months: dict[str, list[Outage]] = {}
    for each in outages:
        months.setdefault(speaker.month(each.since.astimezone(UTC).date()), []).append(each)
    return [*months.items()]
