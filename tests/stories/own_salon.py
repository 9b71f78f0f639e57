"""A salon for one story alone in a house that is shared: its hours, its team and who logs in are
known to the minute. Today it is open around the clock, on other days as long as a screen is high.
Made in the database; everything else goes by the browser.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from playwright.async_api import Page, expect
from sqlalchemy import update

from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.request import CustomerDetails
from openchair.booking.blocks.block import block_time
from openchair.identity.accounts.models import ProfileRow
from openchair.identity.audit.record import SYSTEM
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.salons.models import OpeningHoursRow
from openchair.salons.queries import Salon
from tests.builders import make_salon
from tests.identity.people import PASSWORD, add_account, add_role
from tests.served import Served

NOON = ZoneInfo(f"Etc/GMT{utc_now().hour - 12:+}")
"""Where it is about noon: a walk-in has all afternoon, at whatever hour the tests are run."""

AROUND_THE_CLOCK = (0, 24 * 60)
USUAL = (8 * 60, 17 * 60)
SATURDAY = 5
ROLES = ("owner", "receptionist", "staff")


@dataclass(frozen=True)
class OwnSalon:
    """Anna and Ben cut (30 min) and colour (30, 45 of processing, 15) at any hour; Ben logs in as
    `staff`. There is one washing chair, which colouring takes.
    """

    served: Served
    database: Database
    salon: Salon
    cut: UUID
    colour: UUID
    anna: UUID
    ben: UUID

    @property
    def day(self) -> date:
        """Next week, on a weekday that is not today's, and no Sunday."""
        today = datetime.now(NOON).date()
        return today + timedelta(days=9 if today.weekday() == SATURDAY else 8)

    def calendar(self, day: date | None = None) -> str:
        """Where the calendar of a day is."""
        return f"{self.served.url}/console/{self.salon.slug}/calendar?date={day or self.day}"

    def at(self, hour: int, minute: int = 0) -> datetime:
        """A wall-clock time of `day`."""
        return datetime.combine(self.day, time(hour, minute), NOON)

    async def visit(
        self, name: str, start: datetime, *, staff: UUID, service: UUID | None = None
    ) -> UUID:
        """Somebody is booked already."""
        async with self.database.transaction() as session:
            confirmed = await book(
                session,
                salon=self.salon,
                service_ids=[service or self.cut],
                staff_ids=[staff],
                start=start,
                customer=CustomerDetails(
                    name=name,
                    email=f"{secrets.token_hex(5)}@example.org",
                    phone=None,
                    language="en",
                ),
                consents={},
                note="",
                source="web",
                actor=SYSTEM,
                now=utc_now(),
            )
        return confirmed.booking_id

    async def block(self, staff: UUID, start: datetime, hours: int = 4) -> None:
        """Somebody is not free."""
        async with self.database.transaction() as session:
            await block_time(
                session,
                salon=self.salon,
                staff_id=staff,
                start=start,
                end=start + timedelta(hours=hours),
                by=SYSTEM,
                now=utc_now(),
            )

    async def speak(self, language: str) -> None:
        """Everybody who logs in reads this language from now on."""
        emails = [f"{role}@{self.salon.slug}.example" for role in ROLES]
        async with self.database.transaction() as session:
            await session.execute(
                update(ProfileRow).where(ProfileRow.email.in_(emails)).values(language=language)
            )

    async def log_in(self, page: Page, role: str = "receptionist") -> None:
        """As this person of the salon; ends in the calendar."""
        await page.goto(f"{self.served.url}/console/log-in")
        await page.locator("input[name=email]").fill(f"{role}@{self.salon.slug}.example")
        await page.locator("input[name=password]").fill(PASSWORD)
        await page.locator("input[name=password]").press("Enter")
        await expect(page.locator("#board .ec")).to_be_visible()


@asynccontextmanager
async def own_salon(served: Served, *, processing: int = 45) -> AsyncIterator[OwnSalon]:
    """Build it, and let go of the database afterwards. A colour rests for `processing` minutes."""
    database = Database(served.database_url, pool_size=2)
    async with database.transaction() as session:
        today = datetime.now(NOON).weekday()
        others = tuple(weekday for weekday in range(7) if weekday != today)
        shop = await make_salon(
            session,
            slug=f"story-{secrets.token_hex(4)}",
            time_zone=NOON.key,
            opens=USUAL,
            weekdays=others,
        )
        await shop.add(
            OpeningHoursRow(
                salon_id=shop.salon_id,
                location_id=shop.location_id,
                weekday=today,
                opens_minute=AROUND_THE_CLOCK[0],
                closes_minute=AROUND_THE_CLOCK[1],
            )
        )
        basin = await shop.things("basin", 1)
        cut = await shop.service("cut", 30)
        colour = await shop.service("colour", 30, processing=processing, finish=15, needs=(basin,))
        hours = (AROUND_THE_CLOCK,)
        anna = await shop.person("anna", cut, colour, shifts=hours)
        ben = await shop.person("ben", cut, colour, shifts=hours)
        for role in ROLES:
            user_id = await add_account(session, email=f"{role}@{shop.slug}.example")
            await add_role(
                session,
                salon_id=shop.salon_id,
                user_id=user_id,
                role=role,
                staff_id=ben if role == "staff" else None,
            )
        salon = await shop.salon()
    yield OwnSalon(served, database, salon, cut, colour, anna, ben)
    await database.close()
