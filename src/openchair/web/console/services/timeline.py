"""What a service's minutes come to, in plain words and as a drawn line. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from openchair.web.console.door import Desk

WIDTH = 1000
GAP = 6
LEAST = 14


@dataclass(frozen=True, slots=True)
class Stretch:
    """One part of the drawn line; `kind` decides its look."""

    kind: str
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """`words` for the parts, `total` for what a client spends, `kept` for the buffers."""

    words: str
    total: str
    kept: str
    stretches: tuple[Stretch, ...]


def view_timeline(
    desk: Desk, *, active: int, processing: int, finish: int, before: int = 0, after: int = 0
) -> Timeline:
    """`30 min work, 45 min processing: the stylist is free, 30 min finish.`"""
    say = desk.words.text
    length = desk.formats.minutes
    parts = [say("{length} work", length=length(active))]
    if processing:
        parts.append(say("{length} processing: the stylist is free", length=length(processing)))
    if finish:
        parts.append(say("{length} finish", length=length(finish)))
    total = active + processing + finish
    return Timeline(
        words=", ".join(parts) + ".",
        total=say("That is {length} for clients.", length=length(total)),
        kept=_kept(say, length, before, after),
        stretches=_stretches(
            [
                ("before", before),
                ("active", active),
                ("processing", processing),
                ("active", finish),
                ("after", after),
            ]
        ),
    )


def _kept(say: Callable[..., str], length: Callable[[int], str], before: int, after: int) -> str:
    if before and after:
        return say(
            "{before} before and {after} after it are kept free; clients do not see that.",
            before=length(before),
            after=length(after),
        )
    if before:
        return say(
            "{length} before it are kept free; clients do not see that.", length=length(before)
        )
    if after:
        return say(
            "{length} after it are kept free; clients do not see that.", length=length(after)
        )
    return ""


def _stretches(parts: list[tuple[str, int]]) -> tuple[Stretch, ...]:
    there = [(kind, minutes) for kind, minutes in parts if minutes > 0]
    room = WIDTH - GAP * (len(there) - 1) - LEAST * len(there)
    whole = sum(minutes for _, minutes in there) or 1
    found, x = [], 0
    for kind, minutes in there:
        width = LEAST + room * minutes // whole
        found.append(Stretch(kind, x, width))
        x += width + GAP
    return tuple(found)
