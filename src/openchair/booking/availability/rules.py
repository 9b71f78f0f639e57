"""When a visit can begin, and who and what it would take: pure, no I/O, the time is an argument.

All sets of minutes are integers (see `timeline.py`). The sweep goes from the last service of the
visit to the first: a minute is good for a service when somebody and everything it needs is free
then, and the minute at which it ends is good for the next.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from openchair.booking.availability.timeline import each_minute, everything, runs_of


@dataclass(frozen=True, slots=True)
class Part:
    """What the client chose: a service or an add-on, its minutes and price in minor units."""

    service_id: UUID
    minutes: int
    price_minor: int
    extra_minutes: int = 0
    """Of `minutes`, those the team gave (or, below zero, took) beyond the service's own."""


@dataclass(frozen=True, slots=True)
class Task:
    """One service, its add-ons included, as one person would do it. Minutes."""

    staff_id: UUID
    parts: tuple[Part, ...]
    active: int
    processing: int
    finish: int
    buffer_before: int
    buffer_after: int
    group_ids: tuple[UUID, ...] = ()

    @property
    def duration(self) -> int:
        """What the client spends."""
        return self.active + self.processing + self.finish

    def staff_segments(self, start: int) -> list[tuple[int, int]]:
        """When the person is taken, buffers included; free while it processes."""
        end = start + self.duration
        if not self.processing:
            return [(start - self.buffer_before, end + self.buffer_after)]
        first = (start - self.buffer_before, start + self.active)
        second = (end - self.finish, end + self.buffer_after)
        return [first, second] if second[0] < second[1] else [first]

    def resource_segment(self, start: int) -> tuple[int, int]:
        """When the chair, room or device is taken: all the time, buffers included."""
        return start - self.buffer_before, start + self.duration + self.buffer_after


@dataclass(frozen=True, slots=True)
class Board:
    """What is known of a window of `length` minutes.

    `open` is the house; `working` each person's shifts within it; `busy` what is taken, breaks
    and time off included; `grid` the minutes at which a visit may begin;
    `order` the place of each person in the team. Cleaning up may run past
    closing, so buffers after need a minute that is not busy, working or not.
    """

    length: int
    grid: int
    open: int
    working: Mapping[UUID, int]
    busy: Mapping[UUID, int]
    groups: Mapping[UUID, tuple[UUID, ...]]
    order: Mapping[UUID, int] = field(default_factory=dict)
    found: dict[Hashable, int] = field(default_factory=dict)

    def free(self, resource_id: UUID) -> int:
        """The minutes in which nothing takes this person or thing."""
        return everything(self.length) & ~self.busy.get(resource_id, 0)


@dataclass(frozen=True, slots=True)
class Placed:
    """A task with its start and what it takes."""

    task: Task
    start: int
    resource_ids: tuple[UUID, ...]


def possible_starts(board: Board, visit: Sequence[Sequence[Task]]) -> dict[UUID, int]:
    """For each person who could do the first service: the minutes at which the visit can begin.

    `visit` lists, service by service, every way to do it.
    """
    return {
        task.staff_id: starts & board.grid
        for task, starts in _openings(board, visit)[0]
        if starts & board.grid
    }


def slots_by_minute(starts: Mapping[UUID, int]) -> dict[int, list[UUID]]:
    """Minute → who can begin then, minutes ascending."""
    found: dict[int, list[UUID]] = {}
    for staff_id, minutes in starts.items():
        for minute in each_minute(minutes):
            found.setdefault(minute, []).append(staff_id)
    return dict(sorted(found.items()))


def place(board: Board, visit: Sequence[Sequence[Task]], start: int) -> list[Placed] | None:
    """Who and what the visit takes when it begins at minute `start`; None when it cannot.

    The person of the service before is kept where possible, else whoever is least taken in the
    window comes first, so that first-available work is shared out.
    """
    openings = _openings(board, visit)
    placed: list[Placed] = []
    for ways in openings:
        able = [task for task, starts in ways if starts >> start & 1]
        if not able:
            return None
        task = min(able, key=lambda each: _preference(board, each, placed))
        used = tuple(_thing(board, task, group, start, placed) for group in task.group_ids)
        placed.append(Placed(task, start, used))
        start += task.duration
    return placed


def fits(board: Board, task: Task) -> int:
    """The minutes at which this person, and one thing of each group, is free for the task."""
    if task not in board.found:
        board.found[task] = _person_fits(board, task) & _things_fit(board, task)
    return board.found[task]


Openings = list[list[tuple[Task, int]]]


def _openings(board: Board, visit: Sequence[Sequence[Task]]) -> Openings:
    """Service by service: each way to do it with the minutes from which the rest fits too."""
    after = everything(board.length)
    openings: Openings = []
    for ways in reversed(visit):
        ends = after
        chosen = [(task, fits(board, task) & ends >> task.duration) for task in ways]
        openings.append(chosen)
        after = 0
        for _, starts in chosen:
            after |= starts
    return openings[::-1]


def _person_fits(board: Board, task: Task) -> int:
    free = board.free(task.staff_id)
    at_work = board.working.get(task.staff_id, 0) & free
    starts = runs_of(at_work, task.buffer_before + task.active) << task.buffer_before
    if task.finish:
        starts &= runs_of(at_work, task.finish) >> task.active + task.processing
    if task.buffer_after:
        starts &= runs_of(free, task.buffer_after) >> task.duration
    return starts & runs_of(board.open, task.duration)


def _things_fit(board: Board, task: Task) -> int:
    starts = everything(board.length)
    for group_id in task.group_ids:
        any_of_them = 0
        for resource_id in board.groups.get(group_id, ()):
            any_of_them |= _thing_fits(board, task, resource_id)
        starts &= any_of_them
    return starts


def _thing_fits(board: Board, task: Task, resource_id: UUID) -> int:
    minutes = task.buffer_before + task.duration + task.buffer_after
    key = (resource_id, minutes, task.buffer_before)
    if key not in board.found:
        runs = runs_of(board.free(resource_id), minutes)
        board.found[key] = runs << task.buffer_before & everything(board.length)
    return board.found[key]


def _preference(board: Board, task: Task, placed: Sequence[Placed]) -> tuple[bool, int]:
    same_person = bool(placed) and placed[-1].task.staff_id == task.staff_id
    return not same_person, board.busy.get(task.staff_id, 0).bit_count()


def _thing(board: Board, task: Task, group_id: UUID, start: int, placed: Sequence[Placed]) -> UUID:
    free = [
        resource_id
        for resource_id in _own_first(board, task, board.groups.get(group_id, ()))
        if _thing_fits(board, task, resource_id) >> start & 1
    ]
    kept = placed[-1].resource_ids if placed else ()
    return next((resource_id for resource_id in free if resource_id in kept), free[0])


def _own_first(board: Board, task: Task, things: Sequence[UUID]) -> Sequence[UUID]:
    """The third stylist begins to look at the third chair: everybody has a usual one, and people
    who book different stylists at the same moment do not all reach for the first chair."""
    own = board.order.get(task.staff_id, 0) % len(things) if things else 0
    return [*things[own:], *things[:own]]
