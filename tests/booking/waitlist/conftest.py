"""A salon in which one stylist's whole Monday is taken, and people who wait for a time in it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.waitlist.join import Joined, Wanted, join_waitlist
from openchair.booking.waitlist.next_one import offer_next
from openchair.booking.waitlist.queries import Entry, Offer, get_entry
from openchair.booking.waitlist.rules import DAY, Stretch, Wish
from openchair.identity.audit.record import SYSTEM, Actor
from openchair.salons.queries import Salon
from tests.builders import MONDAY, NOW, at, guest, make_salon

CLIENT = Actor("client")
EVERY_DAY = frozenset(range(7))


def wish(
    first: date = MONDAY,
    last: date | None = None,
    *,
    weekdays: frozenset[int] = EVERY_DAY,
    between: tuple[int, int] = (0, DAY),
) -> Wish:
    """Any time of that week, unless told otherwise."""
    return Wish(first, last or first + timedelta(days=6), weekdays, *between)


@dataclass
class Waiting:
    """The salon and who waits there."""

    session: AsyncSession
    salon: Salon
    cut: UUID
    anna: UUID
    ben: UUID
    tokens: dict[UUID, str] = field(default_factory=dict)
    stretches: list[Stretch] = field(default_factory=list)

    async def join(
        self,
        number: int = 1,
        *,
        wish: Wish | None = None,
        staff_id: UUID | None = None,
        services: tuple[UUID, ...] = (),
        customer: CustomerDetails | None = None,
    ) -> UUID:
        """Somebody who waits for a cut."""
        joined: Joined = await join_waitlist(
            self.session,
            salon=self.salon,
            wanted=Wanted(services or (self.cut,), staff_id, wish or default_wish()),
            customer=customer or guest(number),
            source="test",
            actor=CLIENT,
            now=NOW,
        )
        self.tokens[joined.entry_id] = joined.token
        return joined.entry_id

    async def book(self, hour: int, *, staff_id: UUID | None = None, number: int = 90) -> UUID:
        """Anna's hour, taken by somebody."""
        confirmed = await book(
            self.session,
            salon=self.salon,
            service_ids=[self.cut],
            staff_ids=[staff_id or self.anna],
            start=at(hour),
            customer=guest(number + hour),
            consents={},
            source="test",
            actor=SYSTEM,
            now=NOW,
        )
        return confirmed.booking_id

    async def freed(self) -> list[Stretch]:
        """What the last thing that freed time announced."""
        (found,) = (
            await self.session.execute(
                text(
                    "SELECT payload->'stretches' FROM events WHERE name = 'occupancy.freed'"
                    " ORDER BY id DESC LIMIT 1"
                )
            )
        ).one()
        return [
            Stretch(UUID(who), datetime.fromisoformat(start), datetime.fromisoformat(end))
            for who, start, end in found
        ]

    async def next(self, *, now: datetime = NOW) -> Offer | None:
        """Let the job do one offer of what was freed last."""
        return await offer_next(
            self.session, salon=self.salon, stretches=await self.freed(), now=now
        )

    async def entry(self, entry_id: UUID) -> Entry:
        """As it is now."""
        return await get_entry(self.session, salon_id=self.salon.id, entry_id=entry_id)

    async def messages(self) -> list[dict[str, Any]]:
        """What is queued about the waitlist, the first first."""
        rows = await self.session.execute(
            text("SELECT * FROM notifications WHERE kind LIKE 'waitlist.%' ORDER BY id")
        )
        return [dict(row) for row in rows.mappings()]


def default_wish() -> Wish:
    """Any time this week."""
    return wish()


@pytest.fixture
async def waiting(session: AsyncSession) -> Waiting:
    """Anna and Ben cut from nine to five, half an hour each."""
    return await make_waiting(session)


async def make_waiting(session: AsyncSession, *, slug: str | None = None) -> Waiting:
    """The same, for a session that commits."""
    shop = await make_salon(session, slug=slug)
    cut = await shop.service("cut", 60)
    anna, ben = await shop.person("anna", cut), await shop.person("ben", cut)
    return Waiting(session, await shop.salon(), cut, anna, ben)


async def cancel(waiting: Waiting, booking_id: UUID) -> None:
    """Call a visit off, so that its time is free."""
    await cancel_booking(
        waiting.session, salon=waiting.salon, booking_id=booking_id, by=SYSTEM, tell=False, now=NOW
    )
