"""The language of conditions, as the runbooks write it: `response-time > 2000ms`. Pure.

    condition  = all { "or" all }         all = one { "and" one }
    one        = "(" condition ")" | MEASURE OP NUMBER [UNIT] | "state(PROBE)" (== or !=) STATE

Read by `parse` into a small tree; asked by `holds`, which may answer that nobody knows.
"""

import math
import operator
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import Final, Literal, TypeAlias

from openchair.operations.alerts.measures import MEASURES, Unit
from openchair.platform.errors import Invalid

LONGEST = 500
LONGEST_DURATION = timedelta(days=1)
MOST_PARTS = 20
STATES: Final = ("healthy", "warning", "error", "refused", "timeout", "saturated")
OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}
SECONDS: Final[Mapping[str, float]] = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400}
TOKEN = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<op>[<>]=?|[=!]=)"
    r"|(?P<number>\d{1,12}(?:\.\d{1,6})?)(?P<unit>ms|s|m|h|d|%)?(?![\w.])"
    r"|(?P<word>[A-Za-z][A-Za-z0-9_-]{0,63}))"
)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A measure against a number in the measure's own unit."""

    measure: str
    op: str
    number: float

    def __str__(self) -> str:
        return f"{self.measure} {self.op} {_written(self.number)}{MEASURES[self.measure].unit}"


@dataclass(frozen=True, slots=True)
class StateIs:
    """Whether a probe's finding is (`==`) or is not (`!=`) a state."""

    probe: str
    op: Literal["==", "!="]
    state: str

    def __str__(self) -> str:
        return f"state({self.probe}) {self.op} {self.state}"


@dataclass(frozen=True, slots=True)
class Joined:
    """Several conditions of which all (`and`) or any (`or`) have to hold."""

    word: Literal["and", "or"]
    parts: "tuple[Condition, ...]"

    def __str__(self) -> str:
        inner = (f"({each})" if isinstance(each, Joined) else str(each) for each in self.parts)
        return f" {self.word} ".join(inner)


Condition: TypeAlias = Comparison | StateIs | Joined


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known at one moment: numbers by measure, states by probe. A probe in error may say of
    which kind: `refused`, `timeout`, `saturated`. One that could not look is in neither.
    """

    measures: Mapping[str, float]
    states: Mapping[str, Collection[str]]


def _written(number: float) -> str:
    """As a person writes it: never with an exponent, which the language does not know."""
    return format(Decimal(repr(number)).normalize(), "f")


def parse(text: str) -> Condition:
    """The condition that is written there.

    Raises `Invalid` (field `condition`) with what is wrong and, for a word, what is near.
    """
    if len(text) > LONGEST:
        raise _invalid(f"A condition has at most {LONGEST} characters.")
    reader = _Reader(_tokens(text))
    found = _either(reader)
    if reader.kind:
        raise _invalid(f"After {found} there is no place for {reader.text!r}; and? or?")
    return found


def holds(condition: Condition, facts: Facts) -> bool | None:
    """Whether it holds; None when what is known does not decide it."""
    if isinstance(condition, Comparison):
        value = facts.measures.get(condition.measure)
        if value is not None:
            return OPERATORS[condition.op](value, condition.number)
        probe = facts.states.get(MEASURES[condition.measure].probe)
        # A probe that looks and has nothing to say of it: there was no traffic, for instance.
        return None if probe is None or "error" in probe else False
    if isinstance(condition, StateIs):
        states = facts.states.get(condition.probe)
        return None if states is None else (condition.state in states) == (condition.op == "==")
    answers = [holds(each, facts) for each in condition.parts]
    decisive = condition.word == "or"
    if decisive in answers:
        return decisive
    return None if None in answers else not decisive


def comparisons(condition: Condition) -> list[Comparison]:
    """Every comparison in it, in the order of the text."""
    if isinstance(condition, Joined):
        return [found for each in condition.parts for found in comparisons(each)]
    return [condition] if isinstance(condition, Comparison) else []


def duration_seconds(text: str, *, longest: timedelta = LONGEST_DURATION) -> int:
    """`5m`, `90s`, `1h`, or `0`. Raises `Invalid` (field `duration`)."""
    match = re.fullmatch(r"\s*(\d{1,6})\s*([smhd]?)\s*", text)
    if match is None or (not match[2] and int(match[1])):
        raise Invalid(
            f"A duration is a number with s, m, h or d, such as 5m; not {text[:40]!r}.",
            field="duration",
        )
    seconds = int(match[1]) * int(SECONDS[match[2] or "s"])
    if seconds > longest.total_seconds():
        most = longest // timedelta(hours=1)
        raise Invalid(f"A duration is at most {most}h here.", field="duration")
    return seconds


# ------------------------------------------------------------------ reading


@dataclass(slots=True)
class _Reader:
    """Where we stand in the text, and how many parts were read."""

    tokens: list[tuple[str, str, str]]
    at: int = 0
    parts: int = 0

    @property
    def kind(self) -> str:
        return self.tokens[self.at][0]

    @property
    def text(self) -> str:
        return self.tokens[self.at][1]

    def take(self, kind: str, expected: str) -> str:
        if self.kind != kind:
            raise _invalid(f"Expected {expected}, found {self.text!r}.")
        self.at += 1
        return self.tokens[self.at - 1][1]


def _tokens(text: str) -> list[tuple[str, str, str]]:
    found, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise _invalid(f"Cannot read {text[at : at + 20].strip()!r} in the condition.")
        kind = "number" if match["number"] else str(match.lastgroup)
        found.append((kind, match[kind], match["unit"] or ""))
        at = match.end()
    return [*found, ("", "the end", "")]


def _either(reader: _Reader) -> Condition:
    return _joined(reader, "or", _all)


def _all(reader: _Reader) -> Condition:
    return _joined(reader, "and", _one)


def _joined(
    reader: _Reader, word: Literal["and", "or"], part: Callable[[_Reader], Condition]
) -> Condition:
    parts = [part(reader)]
    while reader.kind == "word" and reader.text.lower() == word:
        reader.at += 1
        parts.append(part(reader))
    return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))


def _one(reader: _Reader) -> Condition:
    reader.parts += 1
    if reader.parts > MOST_PARTS:
        raise _invalid(f"A condition has at most {MOST_PARTS} parts.")
    if reader.kind == "open":
        reader.at += 1
        inner = _either(reader)
        reader.take("close", "a closing parenthesis")
        return inner
    word = reader.take("word", "a measure, such as response-time").lower()
    if word == "state" and reader.kind == "open":
        return _state(reader)
    if word not in MEASURES:
        raise _invalid(f"There is no measure {word}.{_near(word, MEASURES)}")
    op = reader.take("op", f"one of {' '.join(OPERATORS)}")
    unit = reader.tokens[reader.at][2]
    return Comparison(word, op, _converted(float(reader.take("number", "a number")), unit, word))


def _state(reader: _Reader) -> Condition:
    reader.at += 1
    probe = reader.take("word", "the name of a probe")
    reader.take("close", "a closing parenthesis")
    op = reader.take("op", "== or !=")
    state = reader.take("word", f"one of {', '.join(STATES)}").lower()
    if op not in {"==", "!="}:
        raise _invalid("A state is compared by == or !=.")
    if state not in STATES:
        raise _invalid(f"There is no state {state}.{_near(state, STATES)}")
    return StateIs(probe, "==" if op == "==" else "!=", state)


def _converted(number: float, unit: str, measure: str) -> float:
    own: Unit = MEASURES[measure].unit
    if unit in {"", own}:
        return number
    if own in SECONDS and unit in SECONDS:
        found = number * SECONDS[unit] / SECONDS[own]
        return round(found, 9) if math.isfinite(found) else found
    counted = f"counted in {own}" if own else "a plain number"
    raise _invalid(f"{measure} is {counted}, not in {unit}.")


def _near(word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, known, n=3, cutoff=0.4)
    return f" Did you mean {', '.join(near)}?" if near else f" There are {', '.join(known)}."


def _invalid(message: str) -> Invalid:
    return Invalid(message, field="condition", code="condition_invalid")
