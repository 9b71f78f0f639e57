"""Reads of salons: one statement each, frozen results. Called by every door and by booking."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.base import Words
from openchair.platform.db.driver import driver
from openchair.platform.errors import NotFound

PAGE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Policies:
    """The booking rules of a salon, in minutes unless the name says days."""

    lead_minutes: int
    horizon_days: int
    granularity_minutes: int
    hold_minutes: int
    cancel_deadline_minutes: int
    reschedule_deadline_minutes: int
    reschedule_limit: int
    waitlist_offer_minutes: int = 30


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """One stretch of a weekday (0 is Monday) in minutes since local midnight."""

    weekday: int
    opens_minute: int
    closes_minute: int


@dataclass(frozen=True, slots=True)
class Holiday:
    """A date on which the location stays closed."""

    date: date
    name: Words


@dataclass(frozen=True, slots=True)
class Location:
    """The place. `country` is ISO 3166 alpha-2."""

    id: UUID
    name: str
    street: str
    postal_code: str
    city: str
    country: str
    latitude: float
    longitude: float
    directions: Words
    opening_hours: tuple[OpeningHours, ...]
    holidays: tuple[Holiday, ...]


@dataclass(frozen=True, slots=True)
class Salon:
    """A salon with its first location. Money is in minor units, tax in basis points."""

    id: UUID
    slug: str
    name: str
    tagline: Words
    about: Words
    time_zone: str
    currency: str
    languages: tuple[str, ...]
    default_language: str
    tax_name: str
    tax_basis_points: int
    tax_included: bool
    cash_rounding_minor: int
    email: str
    phone: str
    brand: dict[str, Any]
    policies: Policies
    location: Location
    embed_origins: tuple[str, ...] = ()
    """The sites, such as `https://salon.example`, that may show the wizard inside their own."""


@dataclass(frozen=True, slots=True)
class SalonSummary:
    """A salon as a list shows it."""

    id: UUID
    slug: str
    name: str
    tagline: Words
    city: str
    default_language: str
    languages: tuple[str, ...]
    brand: dict[str, Any]


SALON = """
    SELECT s.id, s.slug, s.name, s.tagline::text, s.about::text, s.time_zone, s.currency,
           to_jsonb(s.languages)::text AS languages,
           s.default_language, s.tax_name, s.tax_basis_points, s.tax_included,
           s.cash_rounding_minor, s.email, s.phone, s.brand::text,
           to_jsonb(s.embed_origins)::text AS embed_origins,
           p.lead_minutes, p.horizon_days, p.granularity_minutes, p.hold_minutes,
           p.cancel_deadline_minutes, p.reschedule_deadline_minutes, p.reschedule_limit,
           p.waitlist_offer_minutes,
           l.id AS location_id, l.name AS location_name, l.street, l.postal_code, l.city,
           l.country, l.latitude, l.longitude, l.directions::text,
           (SELECT jsonb_agg(jsonb_build_array(weekday, opens_minute, closes_minute)
                             ORDER BY weekday, opens_minute)
            FROM opening_hours h WHERE h.salon_id = s.id AND h.location_id = l.id)::text AS hours,
           (SELECT jsonb_agg(jsonb_build_array(date, name) ORDER BY date)
            FROM holidays h WHERE h.salon_id = s.id AND h.location_id = l.id)::text AS holidays
    FROM salons s
    JOIN salon_policies p ON p.salon_id = s.id
    JOIN LATERAL (SELECT * FROM locations WHERE salon_id = s.id ORDER BY position, id LIMIT 1) l
      ON true
    WHERE s.slug = $1
"""
"""For `salon_of`, also within a statement that reads more; structured columns come as JSON text."""

_JSON = (
    "tagline",
    "about",
    "languages",
    "brand",
    "directions",
    "hours",
    "holidays",
    "embed_origins",
)


async def get_salon(session: AsyncSession, *, slug: str) -> Salon:
    """The salon of this address. Raises `NotFound` (`salon_not_found`)."""
    connection = await driver(session)
    row = await connection.fetchrow(SALON, address(slug))
    if row is None:
        raise no_salon()
    return salon_of(row.items())


def address(slug: str) -> str:
    """The slug as the database can be asked for it."""
    return slug.replace("\x00", "")


def no_salon() -> NotFound:
    """The refusal of an address that nobody has."""
    return NotFound(
        "There is no salon at this address. Please check the link.", code="salon_not_found"
    )


def salon_of(columns: Iterable[tuple[str, Hashable]]) -> Salon:
    """The salon of what `SALON` answered, by column."""
    return _salon(tuple(columns))


@lru_cache(maxsize=64)
def _salon(columns: tuple[tuple[str, Any], ...]) -> Salon:
    """The same columns are the same salon, read once."""
    row = dict(columns)
    row |= {name: orjson.loads(row[name]) for name in _JSON if row[name] is not None}
    return Salon(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        tagline=row["tagline"],
        about=row["about"],
        time_zone=row["time_zone"],
        currency=row["currency"],
        languages=tuple(row["languages"]),
        default_language=row["default_language"],
        tax_name=row["tax_name"],
        tax_basis_points=row["tax_basis_points"],
        tax_included=row["tax_included"],
        cash_rounding_minor=row["cash_rounding_minor"],
        email=row["email"],
        phone=row["phone"],
        brand=row["brand"],
        embed_origins=tuple(row["embed_origins"]),
        policies=Policies(**{name: row[name] for name in Policies.__slots__}),
        location=Location(
            id=row["location_id"],
            name=row["location_name"],
            street=row["street"],
            postal_code=row["postal_code"],
            city=row["city"],
            country=row["country"],
            latitude=row["latitude"],
            longitude=row["longitude"],
            directions=row["directions"],
            opening_hours=tuple(OpeningHours(*hours) for hours in row["hours"] or ()),
            holidays=tuple(
                Holiday(date.fromisoformat(day), name) for day, name in row["holidays"] or ()
            ),
        ),
    )


async def get_salon_by_id(session: AsyncSession, *, salon_id: UUID) -> Salon:
    """The same salon by its id. Raises `NotFound` (`salon_not_found`)."""
    slug = await session.scalar(text("SELECT slug FROM salons WHERE id = :id"), {"id": salon_id})
    return await get_salon(session, slug=slug or "")


async def list_salons(
    session: AsyncSession, *, limit: int = PAGE_LIMIT, after: str | None = None
) -> list[SalonSummary]:
    """Salons by slug, at most `limit` (100 at the most), those behind the slug `after`."""
    rows = await session.execute(
        text(
            """
            SELECT s.id, s.slug, s.name, s.tagline, l.city, s.default_language, s.languages,
                   s.brand
            FROM salons s
            JOIN LATERAL (
                SELECT city FROM locations WHERE salon_id = s.id ORDER BY position, id LIMIT 1
            ) l ON true
            WHERE s.slug > :after ORDER BY s.slug LIMIT :limit
            """
        ),
        {"after": (after or "").replace("\x00", ""), "limit": min(limit, PAGE_LIMIT)},
    )
    return [
        SalonSummary(**{**row, "languages": tuple(row["languages"])}) for row in rows.mappings()
    ]
