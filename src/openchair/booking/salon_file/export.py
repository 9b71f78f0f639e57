"""Reads a whole salon from the database as the file that would make it. Touches nothing.

What is hidden (services and people that left but have bookings) is not part of the file.
"""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.salon_file.canonical import canonical
from openchair.booking.salon_file.export_prices import export_price_list, export_resources
from openchair.booking.salon_file.export_team import export_team
from openchair.booking.salon_file.hours import Span
from openchair.booking.salon_file.schema import WEEKDAYS, Location, Policies, SalonFile
from openchair.booking.salon_file.values import Context
from openchair.identity.accounts.team import list_team
from openchair.salons.queries import Salon, get_salon


async def export_salon(session: AsyncSession, *, slug: str) -> SalonFile:
    """The salon as it is now, in canonical form. Raises `NotFound` (`salon_not_found`)."""
    salon = await get_salon(session, slug=slug)
    context = Context(salon.languages, salon.default_language, salon.currency)
    price_list, bookable = await export_price_list(session, salon_id=salon.id, context=context)
    team, people = await export_team(session, salon=salon, price_list=price_list, bookable=bookable)
    whole = {
        **_salon(salon),
        "resources": await export_resources(session, salon_id=salon.id),
        "price_list": price_list,
        "team": team,
        "logins": await _logins(session, salon_id=salon.id, people=people),
    }
    return canonical(SalonFile.model_validate(whole, context=context))


def _salon(salon: Salon) -> dict[str, Any]:
    same = (
        *("slug", "name", "tagline", "about", "email", "phone", "time_zone", "currency"),
        *("languages", "default_language", "brand"),
    )
    place = salon.location
    return {
        "format": "openchair 1",
        **{name: getattr(salon, name) for name in same},
        "tax": {
            "name": salon.tax_name,
            "percent": salon.tax_basis_points,
            "included": salon.tax_included,
        },
        "cash_rounding": salon.cash_rounding_minor,
        "policies": {name: getattr(salon.policies, name) for name in Policies.model_fields},
        "location": {name: getattr(place, name) for name in Location.model_fields},
        "opening_hours": {
            day: [
                Span(hours.opens_minute, hours.closes_minute)
                for hours in place.opening_hours
                if hours.weekday == number
            ]
            for number, day in enumerate(WEEKDAYS)
        },
        "holidays": [{"date": each.date, "name": each.name} for each in place.holidays],
    }


async def _logins(
    session: AsyncSession, *, salon_id: UUID, people: dict[UUID, str]
) -> list[dict[str, Any]]:
    return [
        {
            "email": each.email,
            "name": each.name,
            "role": each.role,
            "language": each.language,
            "staff": None if each.staff_id is None else people.get(each.staff_id),
        }
        for each in await list_team(session, salon_id=salon_id)
    ]
