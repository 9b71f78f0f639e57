"""Invents one day of a demo salon: who comes when for what, and how it went. Pure.

Uses the same arithmetic as availability, so every visit is one that a client could have booked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal
from uuid import UUID

from openchair.booking.availability.rules import Board, Placed, place, possible_starts
from openchair.booking.availability.timeline import each_minute, from_intervals
from openchair.booking.availability.visit import plan_visit
from openchair.booking.catalogue.queries import Catalogue, Service

Fate = Literal["kept", "no_show", "cancelled"]
TRIES = 10
FIRST_FREE = 0.55
ADDON, SECOND_SERVICE = 0.22, 0.07
NO_SHOW, CANCELLED = 0.04, 0.10


@dataclass(frozen=True, slots=True)
class Invented:
    """A visit to book: its services in order, with one person, at a minute of the board."""

    service_ids: tuple[UUID, ...]
    staff_id: UUID
    minute: int
    fate: Fate


def invent_day(
    *, catalogue: Catalogue, board: Board, fullness: float, chance: Random
) -> list[Invented]:
    """Visits by start that fill about `fullness` (0 to 1) of everybody's working time."""
    visits: list[Invented] = []
    everyone = [member.id for member in catalogue.staff]
    wanted = {
        who: fullness * chance.uniform(0.75, 1.25) * _free_minutes(board, who) for who in everyone
    }
    while hungry := [who for who in everyone if wanted[who] > 15]:
        who = chance.choice(hungry)
        found = _invent_visit(catalogue, board, who, chance)
        if found is None:
            wanted[who] = 0
            continue
        visit, placed = found
        wanted[who] -= sum(_hands_on(each) for each in placed)
        if visit.fate != "cancelled":
            board = _with(board, placed)
        visits.append(visit)
    return sorted(visits, key=lambda visit: visit.minute)


def _free_minutes(board: Board, who: UUID) -> int:
    on_this_day = runs_over(board.grid)
    return (board.working.get(who, 0) & board.free(who) & on_this_day).bit_count()


def runs_over(grid: int) -> int:
    """Every minute from the first of a grid to its last."""
    if not grid:
        return 0
    lowest = (grid & -grid).bit_length() - 1
    return (1 << grid.bit_length()) - (1 << lowest)


def _invent_visit(
    catalogue: Catalogue, board: Board, who: UUID, chance: Random
) -> tuple[Invented, list[Placed]] | None:
    for _ in range(TRIES):
        service_ids = _wish(catalogue, who, chance)
        if service_ids is None:
            return None
        ways = plan_visit(catalogue, service_ids, [who])
        starts = list(each_minute(possible_starts(board, ways).get(who, 0)))
        if not starts:
            continue
        minute = starts[0] if chance.random() < FIRST_FREE else chance.choice(starts)
        placed = place(board, ways, minute)
        if placed is not None:
            return Invented(tuple(service_ids), who, minute, _fate(chance)), placed
    return None


def _wish(catalogue: Catalogue, who: UUID, chance: Random) -> list[UUID] | None:
    able = [service for service in catalogue.services if who in service.terms]
    if not able:
        return None
    service = chance.choices(able, [_weight(each) for each in able])[0]
    wish = [_form(service, who, chance)]
    addons = [each.id for each in service.addons if who in each.terms]
    if addons and chance.random() < ADDON:
        wish.append(chance.choice(addons))
    if chance.random() < SECOND_SERVICE:
        second = chance.choice(able)
        if second.id != service.id:
            wish.append(_form(second, who, chance))
    return wish


def _form(service: Service, who: UUID, chance: Random) -> UUID:
    able = [variant.id for variant in service.variants if who in variant.terms]
    return chance.choice(able) if able else service.id


def _weight(service: Service) -> float:
    """Short services are asked for more often, free ones seldom."""
    longest = max((each.duration_minutes for each in service.variants), default=0)
    return 100 / max(service.duration_minutes, longest, 20) * (1 if service.price_minor else 0.1)


def _fate(chance: Random) -> Fate:
    roll = chance.random()
    if roll < NO_SHOW:
        return "no_show"
    return "cancelled" if roll < NO_SHOW + CANCELLED else "kept"


def _hands_on(placed: Placed) -> int:
    return sum(ends - begins for begins, ends in placed.task.staff_segments(placed.start))


def _with(board: Board, placed: Sequence[Placed]) -> Board:
    """The board after these are taken."""
    busy: dict[UUID, int] = dict(board.busy)
    for each in placed:
        person = from_intervals(each.task.staff_segments(each.start), board.length)
        thing = from_intervals([each.task.resource_segment(each.start)], board.length)
        busy[each.task.staff_id] = busy.get(each.task.staff_id, 0) | person
        for resource_id in each.resource_ids:
            busy[resource_id] = busy.get(resource_id, 0) | thing
    return replace(board, busy=busy, found={})
