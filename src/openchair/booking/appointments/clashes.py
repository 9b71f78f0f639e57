"""What a visit clashes with at a time, one by one: people, things, shifts, breaks, time off, house.
Pure; `conflicts.py` reads what it needs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from openchair.booking.availability.load import Facts, roster
from openchair.booking.availability.rules import Board, Placed
from openchair.booking.availability.timeline import from_intervals
from openchair.booking.availability.wall_clock import WallClock

Kind = Literal["staff", "resource", "customer", "closed", "off_shift", "break", "time_off", "block"]
Minutes = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Clash:
    """One thing in the way, from `start` (inside) to `end` (outside), salon's zone.

    `name` is the person's, the thing's or the client's; `other` the client whose visit it is,
    or why the time is blocked.
    """

    kind: Kind
    name: str
    start: datetime
    end: datetime
    other: str = ""
    booking_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Taker:
    """A stretch that is taken, by whom: a visit of `client`, a block with its `reason`, or
    somebody who is typing (neither)."""

    resource_id: UUID
    name: str
    start: datetime
    end: datetime
    booking_id: UUID | None
    client: str
    is_block: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Who and what is where on that day; `fits` when the salon itself has nothing against it."""

    clock: WallClock
    board: Board
    facts: Facts
    placed: Sequence[Placed]
    names: Mapping[UUID, str]
    takers: Sequence[Taker]
    customer_id: UUID | None
    fits: bool


def clashes_among(scene: Scene) -> list[Clash]:
    """All clashes by their start."""
    found = [*_customer(scene)]
    if not scene.fits:
        found += _closed(scene)
        for placed in scene.placed:
            found += [*_person(scene, placed), *_shifts(scene, placed), *_things(scene, placed)]
    return sorted(dict.fromkeys(found), key=by_start)


def by_start(clash: Clash) -> tuple[datetime, str, str]:
    """Their order."""
    return clash.start, clash.kind, clash.name


def _customer(scene: Scene) -> Iterator[Clash]:
    first, last = scene.placed[0], scene.placed[-1]
    whole = (first.start, last.start + last.task.duration)
    if scene.customer_id is not None:
        for taker in _in_the_way(scene, scene.customer_id, [whole]):
            yield _clash("customer", taker, scene)


def _person(scene: Scene, placed: Placed) -> Iterator[Clash]:
    for taker in _in_the_way(scene, placed.task.staff_id, placed.task.staff_segments(placed.start)):
        yield _clash("block" if taker.is_block else "staff", taker, scene)


def _things(scene: Scene, placed: Placed) -> Iterator[Clash]:
    """Only where nothing of a group is free: one thing as good as another is no clash."""
    needed = [placed.task.resource_segment(placed.start)]
    for group in placed.task.group_ids:
        taken = [_in_the_way(scene, thing, needed) for thing in scene.board.groups.get(group, ())]
        if all(taken):
            for taker in (each for of_one in taken for each in of_one):
                yield _clash("block" if taker.is_block else "resource", taker, scene)


def _shifts(scene: Scene, placed: Placed) -> Iterator[Clash]:
    task, who = placed.task, placed.task.staff_id
    worked, paused = roster(scene.facts.shifts.get(who, ()), scene.clock)
    hands_on = _hands_on(placed)
    at_work = from_intervals(worked, scene.board.length)
    for begins, ends in hands_on:
        away = ((1 << ends) - (1 << begins)) & ~at_work if begins >= 0 else 0
        if away:
            yield _between(scene, "off_shift", who, _span(away))
    for pause in paused:
        if any(_meet(pause, each) for each in task.staff_segments(placed.start)):
            yield _between(scene, "break", who, pause)
    for begins_at, ends_at in scene.facts.time_off.get(who, ()):
        off = (
            scene.clock.minute_of(begins_at),
            scene.clock.minute_of(ends_at) if ends_at else scene.board.length,
        )
        if any(_meet(off, each) for each in task.staff_segments(placed.start)):
            yield _between(scene, "time_off", who, off)


def _closed(scene: Scene) -> Iterator[Clash]:
    first, last = scene.placed[0], scene.placed[-1]
    begins, ends = first.start, last.start + last.task.duration
    outside = ((1 << ends) - (1 << begins)) & ~scene.board.open
    if outside:
        start, end = _span(outside)
        yield Clash("closed", "", scene.clock.instant_of(start), scene.clock.instant_of(end))


def _hands_on(placed: Placed) -> list[Minutes]:
    """When the person works on the client, preparing included; cleaning up may run past the end
    of a shift.
    """
    task, start = placed.task, placed.start
    if not task.processing:
        return [(start - task.buffer_before, start + task.duration)]
    end = start + task.duration
    first = (start - task.buffer_before, start + task.active)
    return [first, (end - task.finish, end)] if task.finish else [first]


def _in_the_way(scene: Scene, resource_id: UUID, needed: Sequence[Minutes]) -> list[Taker]:
    return [
        taker
        for taker in scene.takers
        if taker.resource_id == resource_id
        and any(
            _meet((scene.clock.minute_of(taker.start), scene.clock.minute_of(taker.end)), each)
            for each in needed
        )
    ]


def _clash(kind: Kind, taker: Taker, scene: Scene) -> Clash:
    zone = scene.clock.zone
    return Clash(
        kind,
        taker.name,
        taker.start.astimezone(zone),
        taker.end.astimezone(zone),
        taker.reason if taker.is_block else taker.client,
        taker.booking_id,
    )


def _between(scene: Scene, kind: Kind, who: UUID, minutes: Minutes) -> Clash:
    start, end = (scene.clock.instant_of(each) for each in minutes)
    return Clash(kind, scene.names.get(who, ""), start, end)


def _meet(one: Minutes, other: Minutes) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _span(minutes: int) -> Minutes:
    """From the first to behind the last minute of a set."""
    return (minutes & -minutes).bit_length() - 1, minutes.bit_length()
