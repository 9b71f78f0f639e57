"""Builds salons for tests: real rows, few words. `await make_salon(session)` gives one with a
stylist who cuts hair on every weekday from nine to five in Zurich."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.catalogue.models import (
    ResourceGroupRow,
    ResourceRow,
    ServiceCategoryRow,
    ServiceRequirementRow,
    ServiceRow,
    ShiftBreakRow,
    ShiftRow,
    StaffRow,
    StaffServiceRow,
    TimeOffRow,
)
from openchair.platform.ids import new_id
from openchair.salons.models import HolidayRow, LocationRow, OpeningHoursRow, PolicyRow, SalonRow
from openchair.salons.queries import Salon, get_salon

NOW = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
"""A Monday, eight o'clock in Zurich."""

MONDAY = date(2026, 5, 4)
NINE, FIVE = 9 * 60, 17 * 60


@dataclass
class Shop:
    """A salon under construction; each method adds rows and answers the new id."""

    session: AsyncSession
    salon_id: UUID
    slug: str
    location_id: UUID
    category_id: UUID
    staff: dict[str, UUID] = field(default_factory=dict)
    services: dict[str, UUID] = field(default_factory=dict)

    async def salon(self) -> Salon:
        """The salon as the product reads it."""
        return await get_salon(self.session, slug=self.slug)

    async def add(self, row: Any) -> UUID:
        """Insert one row."""
        self.session.add(row)
        await self.session.flush()
        identifier: UUID = getattr(row, "id", self.salon_id)
        return identifier

    async def service(
        self,
        slug: str,
        minutes: int = 30,
        *,
        processing: int = 0,
        finish: int = 0,
        before: int = 0,
        after: int = 0,
        price: int = 5000,
        kind: str = "service",
        parent: UUID | None = None,
        needs: tuple[UUID, ...] = (),
    ) -> UUID:
        """Something bookable; minutes and minor units."""
        service_id = await self.add(
            ServiceRow(
                salon_id=self.salon_id,
                category_id=self.category_id,
                kind=kind,
                parent_id=parent,
                slug=slug,
                name={"en": slug.title(), "de": slug.title()},
                description={},
                active_minutes=minutes,
                processing_minutes=processing,
                finish_minutes=finish,
                buffer_before_minutes=before,
                buffer_after_minutes=after,
                price_minor=price,
            )
        )
        for group_id in needs:
            await self.add(
                ServiceRequirementRow(
                    salon_id=self.salon_id, service_id=service_id, group_id=group_id
                )
            )
        self.services[slug] = service_id
        return service_id

    async def person(
        self,
        slug: str,
        *services: UUID,
        shifts: tuple[tuple[int, int], ...] = ((NINE, FIVE),),
        weekdays: tuple[int, ...] = tuple(range(7)),
        breaks: tuple[tuple[int, int], ...] = (),
    ) -> UUID:
        """Somebody who does these services, working the same hours each of these weekdays."""
        staff_id = await self.add(
            StaffRow(
                salon_id=self.salon_id,
                location_id=self.location_id,
                slug=slug,
                name=slug.title(),
                title={},
                bio={},
                colour="oklch(70% 0.1 200)",
                languages=["en"],
                position=len(self.staff),
            )
        )
        self.staff[slug] = staff_id
        for service_id in services:
            await self.can(staff_id, service_id)
        for weekday in weekdays:
            for starts, ends in shifts:
                shift_id = await self.add(
                    ShiftRow(
                        salon_id=self.salon_id,
                        staff_id=staff_id,
                        weekday=weekday,
                        starts_minute=starts,
                        ends_minute=ends,
                    )
                )
                for pause_starts, pause_ends in breaks:
                    await self.add(
                        ShiftBreakRow(
                            salon_id=self.salon_id,
                            shift_id=shift_id,
                            starts_minute=pause_starts,
                            ends_minute=pause_ends,
                        )
                    )
        return staff_id

    async def can(
        self,
        staff_id: UUID,
        service_id: UUID,
        *,
        price: int | None = None,
        minutes: int | None = None,
    ) -> None:
        """This person does this service, perhaps at an own price and pace."""
        await self.add(
            StaffServiceRow(
                salon_id=self.salon_id,
                staff_id=staff_id,
                service_id=service_id,
                price_minor=price,
                active_minutes=minutes,
                finish_minutes=None,
            )
        )

    async def dated_shift(self, staff_id: UUID, day: date, starts: int, ends: int) -> None:
        """A shift of one date, instead of the pattern."""
        await self.add(
            ShiftRow(
                salon_id=self.salon_id,
                staff_id=staff_id,
                date=day,
                starts_minute=starts,
                ends_minute=ends,
            )
        )

    async def away(self, staff_id: UUID, starts: datetime, ends: datetime) -> None:
        """Time off."""
        await self.add(
            TimeOffRow(salon_id=self.salon_id, staff_id=staff_id, during=Range(starts, ends))
        )

    async def holiday(self, day: date) -> None:
        """The salon stays closed."""
        await self.add(
            HolidayRow(
                salon_id=self.salon_id, location_id=self.location_id, date=day, name={"en": "Off"}
            )
        )

    async def things(self, slug: str, count: int, kind: str = "chair") -> UUID:
        """A group of interchangeable chairs, rooms or devices."""
        group_id = await self.add(
            ResourceGroupRow(
                salon_id=self.salon_id,
                location_id=self.location_id,
                slug=slug,
                kind=kind,
                name={"en": slug},
            )
        )
        for number in range(count):
            await self.add(
                ResourceRow(
                    salon_id=self.salon_id,
                    group_id=group_id,
                    name=f"{slug} {number + 1}",
                    position=number,
                )
            )
        return group_id


async def make_salon(
    session: AsyncSession,
    *,
    slug: str | None = None,
    time_zone: str = "Europe/Zurich",
    opens: tuple[int, int] = (NINE, FIVE),
    weekdays: tuple[int, ...] = tuple(range(7)),
    currency: str = "CHF",
    **policies: int,
) -> Shop:
    """A salon that is open, with no people and no services yet.

    Policies, unless given: no lead time, 90 days, a grid of 15 minutes, holds of 10, deadlines
    of a day, three reschedules.
    """
    slug = slug or f"salon-{new_id().hex[-10:]}"
    salon_id, location_id, category_id = new_id(), new_id(), new_id()
    session.add(
        SalonRow(
            id=salon_id,
            slug=slug,
            name=f"Salon {slug}",
            tagline={"en": "Hair"},
            about={"en": "We cut hair"},
            time_zone=time_zone,
            currency=currency,
            languages=["en", "de", "pl", "uk"],
            default_language="en",
            tax_name="VAT",
            tax_basis_points=810,
            tax_included=True,
            cash_rounding_minor=5,
            email="hello@salon.example",
            phone="+41712223344",
            brand={},
        )
    )
    await session.flush()
    session.add(PolicyRow(salon_id=salon_id, **{"lead_minutes": 0, **policies}))
    session.add(
        LocationRow(
            salon_id=salon_id,
            id=location_id,
            name="Main",
            street="Gasse 1",
            postal_code="9000",
            city="St. Gallen",
            country="CH",
            latitude=47.4,
            longitude=9.4,
            directions={},
        )
    )
    session.add(
        ServiceCategoryRow(
            salon_id=salon_id, id=category_id, slug="hair", name={"en": "Hair"}, colour="red"
        )
    )
    await session.flush()
    session.add_all(
        OpeningHoursRow(
            salon_id=salon_id,
            location_id=location_id,
            weekday=weekday,
            opens_minute=opens[0],
            closes_minute=opens[1],
        )
        for weekday in weekdays
    )
    await session.flush()
    return Shop(session, salon_id, slug, location_id, category_id)


def guest(number: int = 1, *, language: str = "en") -> CustomerDetails:
    """Somebody who books, with an address of their own."""
    return CustomerDetails(
        name=f"Client {number}", email=f"client{number}@example.com", phone=None, language=language
    )


def at(hour: int, minute: int = 0, day: date = MONDAY, *, days: int = 0) -> datetime:
    """A wall-clock time in Zurich in the summer, as an instant."""
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    return moment + timedelta(days=days) - timedelta(hours=2)
