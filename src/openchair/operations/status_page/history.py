"""What the page remembers: stretches of trouble, days, and how trouble becomes an outage. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from openchair.operations.status_page.components import DOWN, KEYS, Condition, Key, worst_of
from openchair.platform.ids import new_id

DAYS = 90
NEAR = timedelta(minutes=2)
AFTERWARDS = timedelta(hours=2)
BEFOREHAND = timedelta(minutes=30)

Days = Mapping[tuple[Key, date], "Day"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch in which a component was in one condition that is not operational."""

    id: UUID
    component: Key
    state: Condition
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day (UTC) of one component, in seconds; nobody knows about what was not watched."""

    component: Key
    day: date
    worst: Condition = "operational"
    down_seconds: float = 0.0
    watched_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Public words of a person at a moment. `state` is what they said with it, if anything."""

    id: UUID
    at: datetime
    words: str
    state: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What people said about one incident: `until` is None while it is open."""

    id: UUID
    since: datetime
    until: datetime | None
    components: tuple[Key, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """What a reader calls one trouble: all that did not work at the same time, and what was said.
    A `quiet` one is words alone: nothing was measured.
    """

    id: str
    since: datetime
    until: datetime | None
    parts: Mapping[Key, Condition] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    @property
    def worst(self) -> Condition:
        """The worst that any of its components was in."""
        return worst_of(self.parts.values())


def turn(
    span: Span | None, *, component: Key, condition: Condition, at: datetime
) -> tuple[Span | None, Span | None]:
    """The span that ended by this, and the one that is open after it."""
    if span is not None and span.state == condition:
        return None, span
    ended = None if span is None else replace(span, until=max(at, span.since))
    if condition == "operational":
        return ended, None
    return ended, Span(id=new_id(), component=component, state=condition, since=at)


def count(day: Day, *, condition: Condition, seconds: float) -> Day:
    """The day after so many more watched seconds in a condition."""
    return replace(
        day,
        worst=worst_of([day.worst, condition]),
        watched_seconds=day.watched_seconds + seconds,
        down_seconds=day.down_seconds + (seconds if condition in DOWN else 0.0),
    )


def merge_days(theirs: Days, mine: Days, *, knows_theirs: bool) -> dict[tuple[Key, date], Day]:
    """Days as they are in truth. Who began without the database counted from zero, and adds to what
    is there; who `knows_theirs` has counted on from it, and the larger one is right. So what was
    merged and written down is never added twice.
    """
    merged = dict(theirs)
    for key, own in mine.items():
        other = merged.get(key)
        if other is None:
            merged[key] = own
            continue
        join = max if knows_theirs else _plus
        merged[key] = replace(
            own,
            worst=worst_of([own.worst, other.worst]),
            down_seconds=join(own.down_seconds, other.down_seconds),
            watched_seconds=join(own.watched_seconds, other.watched_seconds),
        )
    return merged


def outages_of(
    spans: Iterable[Span], *, told: Iterable[Told] = (), notes: Iterable[Note] = ()
) -> list[Outage]:
    """Trouble as readers see it, the newest first. Spans that touch are one; what was said goes
    with the trouble it was said about, and stands for itself where there was none.
    """
    found = _grouped(sorted(spans, key=lambda each: (each.since, each.id)))
    for incident in told:
        found = _with_told(found, incident)
    for note in sorted(notes, key=lambda each: each.at):
        found = _with_note(found, note)
    found = [replace(each, notes=_in_order(each.notes)) for each in found]
    return sorted(found, key=lambda each: (each.until is None, each.since), reverse=True)


def _grouped(spans: Sequence[Span]) -> list[Outage]:
    found: list[Outage] = []
    for span in spans:
        last = found[-1] if found else None
        if last is not None and (last.until is None or span.since <= last.until + NEAR):
            found[-1] = _joined(last, span)
        else:
            found.append(
                Outage(
                    id=short(span.id),
                    since=span.since,
                    until=span.until,
                    parts={span.component: span.state},
                )
            )
    return found


def _joined(outage: Outage, span: Span) -> Outage:
    ends = (outage.until, span.until)
    parts = {**outage.parts}
    parts[span.component] = worst_of([span.state, parts.get(span.component, "operational")])
    until = None if None in ends else max(each for each in ends if each is not None)
    return replace(outage, until=until, parts={key: parts[key] for key in KEYS if key in parts})


def _with_told(found: Sequence[Outage], told: Told) -> list[Outage]:
    for number, each in enumerate(found):
        began_before = told.since <= (each.until or told.since) + NEAR
        if began_before and each.since <= (told.until or each.since) + NEAR:
            joined = replace(each, notes=(*each.notes, *told.notes))
            return [*found[:number], joined, *found[number + 1 :]]
    if not told.notes:
        return [*found]
    alone = Outage(id=short(told.id), since=told.since, until=told.until, notes=told.notes)
    return [*found, alone]


def _with_note(found: Sequence[Outage], note: Note) -> list[Outage]:
    for number, each in reversed(list(enumerate(found))):
        ends = note.at if each.until is None else each.until + AFTERWARDS
        if each.since - BEFOREHAND <= note.at <= ends:
            joined = replace(each, notes=(*each.notes, note))
            return [*found[:number], joined, *found[number + 1 :]]
    return [*found, Outage(id=short(note.id), since=note.at, until=note.at, notes=(note,))]


def _in_order(notes: Iterable[Note]) -> tuple[Note, ...]:
    once = {each.id: each for each in notes}
    return tuple(sorted(once.values(), key=lambda each: (each.at, each.id)))


def short(identifier: UUID) -> str:
    """The part of an id that stands in an address."""
    return identifier.hex[-12:]


def _plus(one: float, other: float) -> float:
    return one + other
