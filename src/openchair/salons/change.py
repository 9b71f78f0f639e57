"""Changes one part of a salon: its policies, its place, its hours or its holidays.

Called by `operations/house/`, which says who may and writes it into the audit log. The salon import
writes all of it at once by `import_salon.py`.
"""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.base import Words
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id
from openchair.salons.models import (
    HolidayRow,
    LocationRow,
    OpeningHoursRow,
    PolicyRow,
    SalonRow,
)
from openchair.salons.queries import OpeningHours, Policies

DAY = 1440
MOST_HOLIDAYS = 400
MOST_ORIGINS = 10
ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::[0-9]{1,5})?"
)
LIMITS = {
    "lead_minutes": (0, 525_600),
    "horizon_days": (1, 730),
    "granularity_minutes": (5, 240),
    "hold_minutes": (1, 60),
    "cancel_deadline_minutes": (0, 525_600),
    "reschedule_deadline_minutes": (0, 525_600),
    "reschedule_limit": (0, 100),
    "waitlist_offer_minutes": (5, 1440),
}
"""From and to, both allowed; the tables hold the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the salon is and how it is reached; `directions` by language."""

    street: str
    postal_code: str
    city: str
    directions: Words
    phone: str
    email: str


async def lock_salon(session: AsyncSession, *, salon_id: UUID) -> None:
    """Two who change the same salon at once do it one after the other."""
    await session.execute(
        select(SalonRow.id).where(SalonRow.id == salon_id).with_for_update(key_share=True)
    )


async def write_policies(session: AsyncSession, *, salon_id: UUID, policies: Policies) -> None:
    """Let these policies count. Raises `Invalid` on the one that is out of bounds."""
    values = asdict(policies)
    for name, value in values.items():
        least, most = LIMITS[name]
        if not least <= value <= most:
            raise Invalid(f"This has to be between {least} and {most}.", field=name)
    await session.execute(update(PolicyRow).where(PolicyRow.salon_id == salon_id).values(**values))


async def write_place(
    session: AsyncSession, *, salon_id: UUID, location_id: UUID, place: Place
) -> None:
    """Let this be the address. Raises `Invalid` on a field that is missing or too long."""
    for field, most in (("street", 120), ("postal_code", 20), ("city", 80), ("phone", 40)):
        said = getattr(place, field)
        if not said or len(said) > most:
            raise Invalid(f"Please fill this in, with at most {most} characters.", field=field)
    if any(len(said) > 400 for said in place.directions.values()):
        raise Invalid("Please keep the directions under 400 characters.", field="directions")
    await session.execute(
        update(LocationRow)
        .where(LocationRow.salon_id == salon_id, LocationRow.id == location_id)
        .values(
            street=place.street,
            postal_code=place.postal_code,
            city=place.city,
            directions=place.directions,
        )
    )
    await session.execute(
        update(SalonRow).where(SalonRow.id == salon_id).values(phone=place.phone, email=place.email)
    )


async def write_hours(
    session: AsyncSession, *, salon_id: UUID, location_id: UUID, hours: Sequence[OpeningHours]
) -> None:
    """Let the place be open at these times of the week and no others. Raises `Invalid` on `day_0`
    (Monday) … `day_6` for hours that end before they begin or overlap.
    """
    ordered = sorted(hours, key=lambda each: (each.weekday, each.opens_minute))
    for each in ordered:
        if not (0 <= each.opens_minute < DAY and each.opens_minute < each.closes_minute <= 2 * DAY):
            raise Invalid("The salon has to close after it opens.", field=f"day_{each.weekday}")
    for earlier, later in pairwise(ordered):
        if earlier.weekday == later.weekday and later.opens_minute < earlier.closes_minute:
            raise Invalid("Two stretches of this day overlap.", field=f"day_{later.weekday}")
    await session.execute(
        delete(OpeningHoursRow).where(
            OpeningHoursRow.salon_id == salon_id, OpeningHoursRow.location_id == location_id
        )
    )
    if ordered:
        await session.execute(
            insert(OpeningHoursRow),
            [
                {"salon_id": salon_id, "location_id": location_id, "id": new_id(), **asdict(each)}
                for each in ordered
            ],
        )


async def close_on(
    session: AsyncSession, *, salon_id: UUID, location_id: UUID, day: date, name: Words
) -> bool:
    """Keep the place closed on this date; False when it was so already. Raises `Invalid`."""
    where = (HolidayRow.salon_id == salon_id, HolidayRow.location_id == location_id)
    days = list(await session.scalars(select(HolidayRow.date).where(*where)))
    if day in days:
        return False
    if len(days) >= MOST_HOLIDAYS:
        raise Invalid(f"At most {MOST_HOLIDAYS} closed days are kept.", field="date")
    await session.execute(
        insert(HolidayRow).values(
            salon_id=salon_id, location_id=location_id, id=new_id(), date=day, name=name
        )
    )
    return True


async def open_on(
    session: AsyncSession, *, salon_id: UUID, location_id: UUID, day: date
) -> Words | None:
    """Open on this date after all; answers what the closed day was called, None if it was none."""
    name: Words | None = await session.scalar(
        delete(HolidayRow)
        .where(
            HolidayRow.salon_id == salon_id,
            HolidayRow.location_id == location_id,
            HolidayRow.date == day,
        )
        .returning(HolidayRow.name)
    )
    return name


async def write_embed_origins(
    session: AsyncSession, *, salon_id: UUID, origins: Sequence[str]
) -> None:
    """Let these sites show the wizard. Raises `Invalid` on `origins` for what is no origin (RFC
    6454): scheme and host, https except on this very machine, no path.
    """
    if len(origins) > MOST_ORIGINS:
        raise Invalid(f"Please name at most {MOST_ORIGINS} sites.", field="origins")
    for origin in origins:
        if not _is_origin(origin):
            raise Invalid(
                "Please write each site as https:// and its name, such as https://salon.example.",
                field="origins",
            )
    await session.execute(
        update(SalonRow).where(SalonRow.id == salon_id).values(embed_origins=list(origins))
    )


def _is_origin(text: str) -> bool:
    found = ORIGIN.fullmatch(text)
    if found is None or len(text) > 200:
        return False
    return found["scheme"] == "https" or found["host"] in {"localhost", "127.0.0.1"}
