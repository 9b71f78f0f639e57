"""Writes a salon with its policies, place, hours and holidays. Called by the salon import.

Never touches what is offered there; that is the catalogue's.
"""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.base import Base
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id
from openchair.salons.models import (
    HolidayRow,
    LocationRow,
    OpeningHoursRow,
    PolicyRow,
    SalonRow,
)
from openchair.salons.queries import Location, Salon
from openchair.salons.reserved import RESERVED_SLUGS


async def import_salon(session: AsyncSession, *, salon: Salon) -> None:
    """Make the salon and its location of these ids exactly so, new or not.

    Raises `Invalid` (field `slug`) for an address OpenChair itself uses.
    """
    if salon.slug in RESERVED_SLUGS:
        raise Invalid(
            f"{salon.slug} is an address OpenChair itself uses. Please choose another.",
            field="slug",
            code="slug_reserved",
        )
    own = {name: getattr(salon, name) for name in Salon.__slots__}
    del own["policies"], own["location"], own["embed_origins"]  # which no salon file holds
    await _put(session, SalonRow, ["id"], {**own, "languages": list(salon.languages)})
    await _put(session, PolicyRow, ["salon_id"], {"salon_id": salon.id, **asdict(salon.policies)})
    await _put_location(session, salon_id=salon.id, location=salon.location)


async def _put_location(session: AsyncSession, *, salon_id: UUID, location: Location) -> None:
    own = {name: getattr(location, name) for name in Location.__slots__}
    hours, holidays = own.pop("opening_hours"), own.pop("holidays")
    await _put(session, LocationRow, ["salon_id", "id"], {"salon_id": salon_id, **own})
    place = {"salon_id": salon_id, "location_id": location.id}
    await _replace(session, OpeningHoursRow, place, [asdict(each) for each in hours])
    await _replace(session, HolidayRow, place, [asdict(each) for each in holidays])


async def _put(
    session: AsyncSession, table: type[Base], key: list[str], values: dict[str, Any]
) -> None:
    statement = upsert(table).values(values)
    changed = {name: values[name] for name in values if name not in key}
    await session.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))


async def _replace(
    session: AsyncSession, table: type[Base], place: dict[str, UUID], rows: list[dict[str, Any]]
) -> None:
    columns = table.__table__.c
    await session.execute(
        delete(table).where(*(columns[name] == value for name, value in place.items()))
    )
    if rows:
        await session.execute(insert(table), [{**place, "id": new_id(), **row} for row in rows])
