"""What a client and the salon have had with each other: visits, money, no-shows, favourites.

Two statements, however long the story: one sums it up, one reads a page of visits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.base import Words

PAGE_ROWS = 20
MOST_FAVOURITES = 3
MOST_CLIENTS = 100


@dataclass(frozen=True, slots=True)
class Favourite:
    """A service or a stylist, and how often."""

    name: Words | str
    times: int


@dataclass(frozen=True, slots=True)
class Story:
    """All of it in numbers. `spent_minor` is the price of visits that took place; `visits` counts
    these; money in minor units.
    """

    visits: int
    spent_minor: int
    no_shows: int
    cancellations: int
    first_visit: datetime | None
    last_visit: datetime | None
    next_visit: datetime | None
    next_visit_id: UUID | None
    services: tuple[Favourite, ...]
    stylists: tuple[Favourite, ...]


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit of the list; money in minor units."""

    id: UUID
    start: datetime
    end: datetime
    status: str
    price_minor: int
    services: tuple[Words, ...]
    stylists: tuple[str, ...]
    note: str


async def read_story(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, now: datetime
) -> Story:
    """Everything summed up, by one statement."""
    values = {"salon_id": salon_id, "client_id": client_id, "now": now, "most": MOST_FAVOURITES}
    row = (await session.execute(_STORY, values)).one()
    return Story(
        visits=row.visits,
        spent_minor=row.spent,
        no_shows=row.no_shows,
        cancellations=row.cancellations,
        first_visit=row.first_visit,
        last_visit=row.last_visit,
        next_visit=datetime.fromisoformat(row.upcoming[0]) if row.upcoming else None,
        next_visit_id=UUID(row.upcoming[1]) if row.upcoming else None,
        services=_favourites(row.services),
        stylists=_favourites(row.stylists),
    )


async def list_visits(
    session: AsyncSession,
    *,
    salon_id: UUID,
    client_id: UUID,
    before: tuple[datetime, UUID] | None = None,
    limit: int = PAGE_ROWS,
) -> list[VisitLine]:
    """Visits, the latest first, those before the one that the last page ended with."""
    values = {
        "salon_id": salon_id,
        "client_id": client_id,
        "before": before[0] if before else None,
        "before_id": before[1] if before else UUID(int=0),
        "limit": min(limit, PAGE_ROWS + 1),
    }
    return [
        VisitLine(
            id=row.id,
            start=row.appointment_date,
            end=row.ends_at,
            status=row.status,
            price_minor=row.price_minor,
            services=tuple(each[0] for each in row.parts),
            stylists=tuple(dict.fromkeys(each[1] for each in row.parts)),
            note=row.note,
        )
        for row in await session.execute(_VISITS, values)
    ]


async def has_visited(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, staff_id: UUID
) -> bool:
    """Whether the client has, had or will have a visit with this person that was not cancelled."""
    values = {"salon_id": salon_id, "client_id": client_id, "staff_id": staff_id}
    return bool(await session.scalar(_HAS_VISITED, values))


async def last_visits(
    session: AsyncSession, *, salon_id: UUID, client_ids: Sequence[UUID]
) -> dict[UUID, datetime]:
    """When each of these clients was here last, for a list; at most a hundred clients."""
    values = {"salon_id": salon_id, "client_ids": list(client_ids)[:MOST_CLIENTS]}
    rows = await session.execute(_LAST_VISITS, values) if client_ids else ()
    return {row[0]: row[1] for row in rows}


def _favourites(rows: Sequence[Any] | None) -> tuple[Favourite, ...]:
    return tuple(Favourite(name, times) for name, times in rows or ())


_STORY = text("""
    WITH theirs AS (
        SELECT id, status, appointment_date, price_minor,
            status IN ('arrived', 'in_chair', 'done', 'paid') AS took_place
        FROM bookings WHERE salon_id = :salon_id AND customer_id = :client_id
    ), done AS (
        SELECT part.service_id, part.staff_id FROM appointments AS part
        JOIN theirs ON theirs.id = part.booking_id AND theirs.status NOT IN ('cancelled', 'no_show')
        WHERE part.salon_id = :salon_id
    )
    SELECT count(*) FILTER (WHERE took_place) AS visits,
        coalesce(sum(price_minor) FILTER (WHERE took_place), 0) AS spent,
        count(*) FILTER (WHERE status = 'no_show') AS no_shows,
        count(*) FILTER (WHERE status = 'cancelled') AS cancellations,
        min(appointment_date) FILTER (WHERE took_place) AS first_visit,
        max(appointment_date) FILTER (WHERE took_place) AS last_visit,
        (SELECT jsonb_build_array(appointment_date, id) FROM theirs
         WHERE status = 'confirmed' AND appointment_date >= :now
         ORDER BY appointment_date, id LIMIT 1) AS upcoming,
        (SELECT jsonb_agg(jsonb_build_array(liked.name, liked.times))
         FROM (SELECT service.name, count(*) AS times
               FROM done JOIN services AS service
                   ON service.salon_id = :salon_id AND service.id = done.service_id
               GROUP BY service.id, service.name ORDER BY count(*) DESC, service.id LIMIT :most
         ) AS liked) AS services,
        (SELECT jsonb_agg(jsonb_build_array(liked.name, liked.times))
         FROM (SELECT who.name, count(*) AS times
               FROM done JOIN staff AS who
                   ON who.salon_id = :salon_id AND who.id = done.staff_id
               GROUP BY who.id, who.name ORDER BY count(*) DESC, who.id LIMIT :most
         ) AS liked) AS stylists
    FROM theirs
""")
_VISITS = text("""
    SELECT visit.id, visit.appointment_date, visit.ends_at, visit.status, visit.price_minor,
        visit.note, coalesce((
            SELECT jsonb_agg(jsonb_build_array(part.service_name, who.name) ORDER BY part.position)
            FROM appointments AS part
            JOIN staff AS who ON who.salon_id = part.salon_id AND who.id = part.staff_id
            WHERE part.salon_id = visit.salon_id AND part.booking_id = visit.id
        ), '[]') AS parts
    FROM bookings AS visit
    WHERE visit.salon_id = :salon_id AND visit.customer_id = :client_id
        AND (CAST(:before AS timestamptz) IS NULL
            OR (visit.appointment_date, visit.id) < (:before, :before_id))
    ORDER BY visit.appointment_date DESC, visit.id DESC LIMIT :limit
""")
_HAS_VISITED = text("""
    SELECT EXISTS (
        SELECT FROM bookings AS visit
        JOIN appointments AS part ON part.salon_id = visit.salon_id AND part.booking_id = visit.id
        WHERE visit.salon_id = :salon_id AND visit.customer_id = :client_id
            AND visit.status <> 'cancelled' AND part.staff_id = :staff_id)
""")
_LAST_VISITS = text("""
    SELECT client.id, visit.appointment_date
    FROM unnest(CAST(:client_ids AS uuid[])) AS client (id)
    CROSS JOIN LATERAL (
        SELECT appointment_date FROM bookings
        WHERE salon_id = :salon_id AND customer_id = client.id
            AND status IN ('arrived', 'in_chair', 'done', 'paid')
        ORDER BY appointment_date DESC LIMIT 1
    ) AS visit
""")
