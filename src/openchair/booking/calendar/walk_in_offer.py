"""Who could take somebody who has just come in: the services by how often they are booked, with who
is free now and until when. Four statements; changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.availability.load import load_board
from openchair.booking.availability.rules import Board, place
from openchair.booking.availability.visit import plan_visit
from openchair.booking.availability.wall_clock import WallClock
from openchair.booking.catalogue.queries import Catalogue, Service, get_catalogue
from openchair.platform.db.base import Words
from openchair.platform.db.driver import driver
from openchair.platform.errors import Invalid
from openchair.salons.queries import Salon

USUAL_DAYS = 60
MOST_OFFERED = 40

_USUAL = """
    SELECT service_id, count(*) FROM appointments
    WHERE salon_id = $1 AND staff_id = ANY ($2) AND starts_at >= $3 AND starts_at < $4
    GROUP BY service_id
"""


@dataclass(frozen=True, slots=True)
class FreeNow:
    """Somebody who could begin this minute, and has nothing else until `until` (salon's zone)."""

    staff_id: UUID
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Offered:
    """A service, or a variant with its service's name before it; `free` None: nobody can now."""

    service_id: UUID
    name: Words
    minutes: int
    price_minor: int
    free: FreeNow | None


@dataclass(frozen=True, slots=True)
class _Moment:
    """What is known of now."""

    catalogue: Catalogue
    clock: WallClock
    board: Board
    minute: int


async def offer_walk_in(
    session: AsyncSession, *, salon: Salon, staff_id: UUID | None = None, now: datetime
) -> list[Offered]:
    """The services of the salon, or those that this person does; the most booked first, at most
    forty. Raises `Invalid` (`staff_id`) for somebody who does not work here.
    """
    catalogue = await get_catalogue(session, salon_id=salon.id)
    if staff_id is not None and catalogue.member(staff_id) is None:
        raise Invalid(
            "That person does not work here. Please choose somebody from the team.",
            code="staff_not_able",
            field="staff_id",
        )
    people = [staff_id] if staff_id else [member.id for member in catalogue.staff]
    usual = await _usual(session, salon, people, now)
    today = now.astimezone(ZoneInfo(salon.time_zone)).date()
    clock, board = await load_board(
        session, salon=salon, catalogue=catalogue, first=today, last=today, now=now
    )
    services = [
        (service, name)
        for service, name in _bookable(catalogue)
        if any(each in people for each in service.staff_ids)
    ]
    services.sort(key=lambda pair: -usual.get(pair[0].id, 0))
    moment = _Moment(catalogue, clock, board, clock.minute_of(now))
    return [_offered(moment, service, name, staff_id) for service, name in services[:MOST_OFFERED]]


async def _usual(
    session: AsyncSession, salon: Salon, people: Sequence[UUID], now: datetime
) -> Mapping[UUID, int]:
    connection = await driver(session)
    rows = await connection.fetch(_USUAL, salon.id, people, now - timedelta(days=USUAL_DAYS), now)
    return {row[0]: row[1] for row in rows}


def _bookable(catalogue: Catalogue) -> Iterator[tuple[Service, Words]]:
    for service in catalogue.services:
        if not service.variants:
            yield service, service.name
        for variant in service.variants:
            yield (
                variant,
                {
                    language: f"{service.name.get(language, '')} · {words}".strip(" ·")
                    for language, words in variant.name.items()
                },
            )


def _offered(moment: _Moment, service: Service, name: Words, staff_id: UUID | None) -> Offered:
    visit = plan_visit(moment.catalogue, [service.id], [staff_id])
    placed = place(moment.board, visit, moment.minute)
    doer = placed[0].task.staff_id if placed else staff_id
    terms = service.terms.get(doer) if doer else None
    member = moment.catalogue.member(doer) if placed and doer else None
    return Offered(
        service_id=service.id,
        name=name,
        minutes=placed[0].task.duration if placed else service.duration_minutes,
        price_minor=terms.price_minor if terms else service.price_minor,
        free=FreeNow(member.id, member.name, _until(moment, member.id)) if member else None,
    )


def _until(moment: _Moment, staff_id: UUID) -> datetime:
    """The end of the run of minutes in which this person works and nothing takes them."""
    board = moment.board
    free = (board.working.get(staff_id, 0) & board.free(staff_id)) >> moment.minute
    run = (~free & (free + 1)).bit_length() - 1  # the lowest bit that is not set
    return moment.clock.instant_of(moment.minute + run)
