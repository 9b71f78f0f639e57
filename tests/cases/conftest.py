"""A house for the booking cases: a salon, and short words for what people do in it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.confirm import book, confirm_hold
from openchair.booking.appointments.hold import hold_time
from openchair.booking.appointments.queries import Booking, Hold, get_booking_by_id
from openchair.booking.appointments.request import Confirmed, CustomerDetails
from openchair.booking.appointments.reschedule import reschedule_booking
from openchair.booking.availability.find import Availability, find_times
from openchair.identity.audit.record import Actor
from openchair.platform.db.attempt import attempt
from openchair.platform.db.engine import Database
from openchair.platform.errors import Problem
from openchair.salons.queries import Salon, get_salon
from tests.builders import MONDAY, NOW, Shop, guest, make_salon

CLIENT = Actor("client")
DESK = Actor("user", user_id=UUID(int=7))

Build = Callable[[Shop], Awaitable[None]]


@dataclass
class House:
    """A salon that people book at. Every act is a transaction of its own, run as the doors do."""

    database: Database
    slug: str
    ids: dict[str, UUID]
    now: datetime = NOW

    async def salon(self) -> Salon:
        """As the doors read it."""
        async with self.database.transaction() as session:
            return await get_salon(session, slug=self.slug)

    async def times(
        self, *services: str, day: date = MONDAY, days: int = 1, who: Sequence[str | None] = ()
    ) -> Availability:
        """The free times of some days."""
        salon = await self.salon()
        async with self.database.transaction() as session:
            return await find_times(
                session,
                salon=salon,
                service_ids=[self.ids[each] for each in services],
                staff_ids=self.people(who),
                first=day,
                last=day + timedelta(days=days - 1),
                now=self.now,
            )

    async def clock_times(self, *services: str, **more: Any) -> list[str]:
        """The free times of one day as the wall shows them."""
        found = await self.times(*services, **more)
        return [f"{slot.start:%H:%M}" for slot in found.days[0].slots]

    async def hold(self, *services: str, start: datetime, who: Sequence[str | None] = ()) -> Hold:
        """Somebody chooses a time."""
        salon = await self.salon()
        return await attempt(
            self.database,
            lambda session: hold_time(
                session,
                salon=salon,
                service_ids=[self.ids[each] for each in services],
                staff_ids=self.people(who),
                start=start,
                now=self.now,
            ),
        )

    async def confirm(
        self, hold: Hold, customer: CustomerDetails | None = None, key: str | None = None
    ) -> Confirmed:
        """And types their name."""
        salon = await self.salon()
        return await attempt(
            self.database,
            lambda session: confirm_hold(
                session,
                salon=salon,
                hold_id=hold.id,
                customer=customer or guest(),
                consents={"terms": True},
                idempotency_key=key,
                source="web",
                now=self.now,
            ),
        )

    async def book(
        self,
        *services: str,
        start: datetime,
        who: Sequence[str | None] = (),
        customer: CustomerDetails | None = None,
        by: Actor = CLIENT,
        **more: Any,
    ) -> Confirmed:
        """Somebody books without holding first."""
        salon = await self.salon()
        return await attempt(
            self.database,
            lambda session: book(
                session,
                salon=salon,
                service_ids=[self.ids[each] for each in services],
                staff_ids=self.people(who),
                start=start,
                customer=customer or guest(),
                consents={},
                source="api",
                actor=by,
                now=self.now,
                **more,
            ),
        )

    async def move(self, booking_id: UUID, start: datetime, by: Actor = CLIENT) -> Booking:
        """Somebody moves a visit."""
        salon = await self.salon()
        return await attempt(
            self.database,
            lambda session: reschedule_booking(
                session, salon=salon, booking_id=booking_id, start=start, by=by, now=self.now
            ),
        )

    async def cancel(self, booking_id: UUID, by: Actor = CLIENT) -> None:
        """Somebody calls a visit off."""
        salon = await self.salon()
        await attempt(
            self.database,
            lambda session: cancel_booking(
                session, salon=salon, booking_id=booking_id, by=by, now=self.now
            ),
        )

    async def booking(self, booking_id: UUID) -> Booking:
        """The visit as it is now."""
        async with self.database.transaction() as session:
            return await get_booking_by_id(session, booking_id=booking_id)

    async def together(self, acts: Sequence[Awaitable[Any]]) -> Counter[str]:
        """Everybody at once; counts `ok` and the codes of the refusals."""
        return Counter(await asyncio.gather(*(_outcome(act) for act in acts)))

    async def count(self, sql: str, **values: Any) -> int:
        """One number from the database."""
        async with self.database.transaction() as session:
            return int(await session.scalar(text(sql), values) or 0)

    async def overlaps(self) -> int:
        """Pairs of stretches that take the same resource at the same time. Never any."""
        return await self.count(
            """
            SELECT count(*) FROM occupancy a JOIN occupancy b
              ON a.resource_id = b.resource_id AND a.id < b.id AND a.during && b.during
            WHERE a.state <> 'overbooked' AND b.state <> 'overbooked'
            """
        )

    def people(self, who: Sequence[str | None]) -> list[UUID | None]:
        """The ids of the people named; None is "whoever is free"."""
        return [self.ids[each] if each else None for each in who]


async def _outcome(act: Awaitable[Any]) -> str:
    try:
        await act
    except Problem as problem:
        return problem.code
    return "ok"


@pytest.fixture
def open_house(database: Database) -> Callable[..., Awaitable[House]]:
    """Commits a salon that `build` fills; policies by name."""

    async def open_it(build: Build, **more: Any) -> House:
        async with database.transaction() as session:
            shop = await make_salon(session, **more)
            await build(shop)
        return House(database, shop.slug, {**shop.services, **shop.staff})

    return open_it


@pytest.fixture
async def house(open_house: Callable[..., Awaitable[House]]) -> House:
    """Lena and Max cut in half an hour; Lena also colours: 30 minutes, rests 45, finishes 30."""

    async def build(shop: Shop) -> None:
        cut = await shop.service("cut", 30)
        colour = await shop.service("colour", 30, processing=45, finish=30, price=12000)
        await shop.person("lena", cut, colour)
        await shop.person("max", cut)

    return await open_house(build)
