"""A salon with a team of four, a neighbour's salon, and people sitting at the console."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup, Tag
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import select

from openchair.booking.appointments.confirm import book
from openchair.booking.appointments.models import BookingRow
from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM
from openchair.main import create_app
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import forget
from openchair.salons.queries import Salon
from openchair.web.cookies import NAME
from tests.builders import guest, make_salon
from tests.identity.people import add_account, add_role, open_for

ZURICH = ZoneInfo("Europe/Zurich")
ROLES = ("owner", "manager", "staff", "receptionist")
ORIGIN = "http://testserver"


@dataclass(frozen=True)
class House:
    """Anna and Ben cut hair every day from nine to five; Ben is who logs in as `staff`."""

    salon: Salon
    cut: UUID
    anna: UUID
    ben: UUID
    people: dict[str, UUID]


@dataclass
class Seat:
    """Somebody at the console: a browser with their cookie, and their forms' token."""

    client: AsyncClient
    csrf: str

    async def page(self, address: str) -> BeautifulSoup:
        """A page that has to be there."""
        answer = await self.client.get(address)
        assert answer.status_code == 200, answer.text
        return BeautifulSoup(answer.text, "html.parser")

    async def press(self, address: str, **fields: str) -> Response:
        """Send a form as one of our own pages would."""
        form = {"csrf": self.csrf, **fields}
        return await self.client.post(address, data=form, headers={"Origin": ORIGIN})


@pytest.fixture(autouse=True)
def _generous_limits(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("OPENCHAIR_LIMIT_WRITES_PER_MINUTE", "1000000")
    forget()
    yield
    forget()


@pytest.fixture
async def house(database: Database) -> House:
    """Committed, with one log-in for each role."""
    return await make_house(database, slug="house")


async def make_house(database: Database, *, slug: str) -> House:
    """Build it and commit."""
    async with database.transaction() as session:
        shop = await make_salon(session, slug=slug)
        cut = await shop.service("cut", 30)
        anna, ben = await shop.person("anna", cut), await shop.person("ben", cut)
        people = {}
        for role in ROLES:
            user_id = await add_account(session, email=f"{role}@{slug}.example")
            staff_id = ben if role == "staff" else None
            await add_role(
                session, salon_id=shop.salon_id, user_id=user_id, role=role, staff_id=staff_id
            )
            people[role] = user_id
        return House(await shop.salon(), cut, anna, ben, people)


@pytest.fixture
def door(database: Database) -> FastAPI:
    """The app as the outside world meets it."""
    app = create_app(database=database)
    app.state.live.end()  # whoever calls without a network in between waits for an answer's end
    return app


Sit = Callable[[UUID], Awaitable[Seat]]


@pytest.fixture
async def sit(door: FastAPI, database: Database) -> AsyncIterator[Sit]:
    """Seats somebody at the console, logged in."""
    clients: list[AsyncClient] = []

    async def seat(user_id: UUID) -> Seat:
        async with database.transaction() as session:
            opened = await open_for(session, user_id)
        client = AsyncClient(
            transport=ASGITransport(door), base_url=ORIGIN, cookies={NAME: opened.token}
        )
        clients.append(client)
        return Seat(client, opened.csrf_token)

    yield seat
    for client in clients:
        await client.aclose()


@pytest.fixture
async def stranger(door: FastAPI) -> AsyncIterator[AsyncClient]:
    """A browser of which nothing is known."""
    async with AsyncClient(transport=ASGITransport(door), base_url=ORIGIN) as client:
        yield client


def on(hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """A wall-clock time in Zurich, today or some days from now."""
    day = datetime.now(ZURICH).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), ZURICH)


async def add_visit(
    database: Database,
    house: House,
    start: datetime,
    *,
    staff_id: UUID | None = None,
    number: int = 1,
    note: str = "",
) -> UUID:
    """A booked visit, committed."""
    async with database.transaction() as session:
        confirmed = await book(
            session,
            salon=house.salon,
            service_ids=[house.cut],
            staff_ids=[staff_id or house.anna],
            start=start,
            customer=guest(number),
            consents={},
            note=note,
            source="web",
            actor=SYSTEM,
            now=utc_now(),
        )
    return confirmed.booking_id


async def status_of(database: Database, visit: UUID) -> str:
    """The state a visit is in."""
    async with database.transaction() as session:
        row = (await session.scalars(select(BookingRow).where(BookingRow.id == visit))).one()
    return row.status


async def acts_on(database: Database, visit: UUID) -> list[AuditLogRow]:
    """What the audit log says of a visit, the first first."""
    async with database.transaction() as session:
        rows = await session.scalars(
            select(AuditLogRow)
            .where(AuditLogRow.resource_id == str(visit))
            .order_by(AuditLogRow.created_at, AuditLogRow.id)
        )
        return list(rows)


def text_of(found: BeautifulSoup | Tag) -> str:
    """All words of a page or a part, single-spaced."""
    return " ".join(found.get_text(" ").split())
