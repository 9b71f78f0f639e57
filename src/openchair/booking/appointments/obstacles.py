"""Dates of a series that cannot be had: what stands in the way of each, and the nearest free times.

Called by the verbs of series, which refuse them all together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.clashes import Clash
from openchair.booking.appointments.conflicts import clashes_at
from openchair.booking.availability.load import load_board
from openchair.booking.availability.rules import possible_starts, slots_by_minute
from openchair.booking.availability.visit import Visit
from openchair.booking.catalogue.queries import Catalogue
from openchair.platform.errors import Conflict
from openchair.salons.queries import Salon

NEAR_DAYS = 3
NEAR_TIMES = 6


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One visit that cannot be at `start`. `planned` is its place in the series; `booking_id` of a
    visit that exists.
    """

    planned: datetime
    start: datetime
    clashes: tuple[Clash, ...]
    client_is_busy: bool
    near: tuple[datetime, ...]
    booking_id: UUID | None = None


async def obstacle_at(
    session: AsyncSession,
    *,
    salon: Salon,
    catalogue: Catalogue,
    visit: Visit,
    planned: datetime,
    start: datetime,
    client_is_busy: bool,
    booking_id: UUID | None = None,
    now: datetime,
) -> Obstacle:
    """What is in the way there, and up to six free times within three days, the nearest first.

    Beyond the salon's horizon too: the team plans as far as it likes.
    """
    clashes = await clashes_at(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=visit,
        start=start,
        ignore_booking_id=booking_id,
        now=now,
    )
    day = start.date()
    clock, board = await load_board(
        session,
        salon=salon,
        catalogue=catalogue,
        visit=visit,
        first=day - timedelta(days=NEAR_DAYS),
        last=day + timedelta(days=NEAR_DAYS),
        now=now,
        ignore_booking_id=booking_id,
    )
    free = [clock.instant_of(minute) for minute in slots_by_minute(possible_starts(board, visit))]
    near = sorted((each for each in free if each > now), key=lambda each: abs(each - start))
    return Obstacle(
        planned=planned,
        start=start,
        clashes=clashes,
        client_is_busy=client_is_busy,
        near=tuple(near[:NEAR_TIMES]),
        booking_id=booking_id,
    )


def refuse_all(obstacles: Sequence[Obstacle]) -> None:
    """Raise `Conflict` (`series_conflicts`) with every obstacle, if there is one."""
    if obstacles:
        raise Conflict(
            "Some dates of the series cannot be had. Nothing was changed; please say for each"
            " whether it is left out, moved or doubled.",
            code="series_conflicts",
            details={"obstacles": [_plain(each) for each in obstacles]},
        )


def _plain(obstacle: Obstacle) -> dict[str, Any]:
    return {
        "date": obstacle.planned.date().isoformat(),
        "start": obstacle.start.isoformat(),
        "booking_id": str(obstacle.booking_id) if obstacle.booking_id else None,
        "client_is_busy": obstacle.client_is_busy,
        "clashes": [
            {
                "kind": clash.kind,
                "name": clash.name,
                "start": clash.start.isoformat(),
                "end": clash.end.isoformat(),
                "other": clash.other,
                "booking_id": str(clash.booking_id) if clash.booking_id else None,
            }
            for clash in obstacle.clashes
        ],
        "near": [each.isoformat() for each in obstacle.near],
    }
