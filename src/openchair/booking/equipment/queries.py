"""Reads of chairs, rooms and devices as those see them who look after the place. Frozen results."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.base import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One chair, room or device; `coming_visits` take it from now on."""

    id: UUID
    name: str
    active: bool
    coming_visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Interchangeable things; `services` need one of them."""

    id: UUID
    kind: str
    name: Words
    services: int
    things: tuple[Thing, ...]


async def list_groups(session: AsyncSession, *, salon_id: UUID, now: datetime) -> list[Group]:
    """Everything the salon has, also what is out of use; by kind and name, at most a hundred."""
    rows = await session.execute(
        text("""
            SELECT g.id, g.kind, g.name,
                   (SELECT count(*) FROM service_requirements q
                    WHERE q.salon_id = g.salon_id AND q.group_id = g.id) AS services,
                   (SELECT coalesce(jsonb_agg(jsonb_build_array(r.id, r.name, r.active,
                        (SELECT count(DISTINCT o.booking_id) FROM occupancy o
                         WHERE o.resource_id = r.id AND o.booking_id IS NOT NULL
                           AND o.during && tstzrange(:now, NULL)
                           AND o.state IN ('held', 'confirmed')))
                        ORDER BY NOT r.active, r.position, r.name), '[]')
                    FROM resources r
                    WHERE r.salon_id = g.salon_id AND r.group_id = g.id) AS things
            FROM resource_groups g WHERE g.salon_id = :salon_id
            ORDER BY g.kind, g.slug LIMIT 100
        """),
        {"salon_id": salon_id, "now": now},
    )
    return [
        Group(
            id=row.id,
            kind=row.kind,
            name=row.name,
            services=row.services,
            things=tuple(
                Thing(id=UUID(each[0]), name=each[1], active=each[2], coming_visits=each[3])
                for each in row.things
            ),
        )
        for row in rows
    ]
