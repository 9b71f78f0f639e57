"""A salon with visits of some clients, for whoever merges, erases or hands over their data."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.request import CustomerDetails
from openchair.identity.audit.record import SYSTEM
from openchair.salons.queries import Salon
from tests.builders import NOW, Shop, make_salon


@dataclass
class Scene:
    """Anna and Ben cut hair from nine to five, every day."""

    session: AsyncSession
    shop: Shop
    salon: Salon
    cut: UUID
    anna: UUID
    ben: UUID

    async def visit(
        self,
        start: datetime,
        *,
        name: str = "Zoë Müller",
        email: str | None = "zoe@example.ch",
        phone: str | None = None,
        staff_id: UUID | None = None,
        note: str = "",
        consents: dict[str, bool] | None = None,
        now: datetime = NOW,
    ) -> UUID:
        """A booked visit; its id."""
        done = await book(
            self.session,
            salon=self.salon,
            service_ids=[self.cut],
            staff_ids=[staff_id or self.anna],
            start=start,
            customer=CustomerDetails(name=name, email=email, phone=phone, language="de"),
            consents=consents or {},
            note=note,
            source="web",
            actor=SYSTEM,
            now=now,
        )
        return done.booking_id

    async def customer(self, booking_id: UUID) -> UUID:
        """Whose visit it is."""
        found: UUID = await self.one(
            "SELECT customer_id FROM bookings WHERE id = :id", id=booking_id
        )
        return found

    async def client(
        self, name: str, *, email: str | None = None, phone: str | None = None
    ) -> UUID:
        """Somebody on file without a visit."""
        made: UUID = await self.one(
            "INSERT INTO customers (salon_id, id, name, email, phone, language)"
            " VALUES (:salon_id, gen_random_uuid(), :name, :email, :phone, 'de') RETURNING id",
            salon_id=self.salon.id,
            name=name,
            email=email,
            phone=phone,
        )
        return made

    async def one(self, statement: str, **values: Any) -> Any:
        """The one value of a statement."""
        return (await self.session.execute(text(statement), values)).scalar_one()

    async def run(self, statement: str, **values: Any) -> None:
        """A statement without an answer."""
        await self.session.execute(text(statement), values)


async def make_scene(session: AsyncSession) -> Scene:
    """A salon of Zurich with its team."""
    shop = await make_salon(session)
    cut = await shop.service("cut", 30)
    anna, ben = await shop.person("anna", cut), await shop.person("ben", cut)
    return Scene(session, shop, await shop.salon(), cut, anna, ben)
