"""A small salon that really is in the database, and words for what its tests often say."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import func, select
from sqlalchemy import table as sql_table

from openchair.main import create_app
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import forget, load
from openchair.platform.settings.limits import LimitSettings
from tests.builders import make_salon

ZURICH = ZoneInfo("Europe/Zurich")
GENEROUS = {
    "OPENCHAIR_LIMIT_READS_PER_MINUTE": "1000000",
    "OPENCHAIR_LIMIT_WRITES_PER_MINUTE": "1000000",
    "OPENCHAIR_LIMIT_HEALTH_PER_MINUTE": "1000000",
    "OPENCHAIR_LIMIT_READY_PER_MINUTE": "1000000",
}


@dataclass(frozen=True)
class House:
    """A salon open every day from nine to five: Anna cuts, Ben cuts and colours, one chair each."""

    slug: str
    salon_id: UUID
    cut: UUID
    colour: UUID
    anna: UUID
    ben: UUID

    @property
    def path(self) -> str:
        return f"/api/v1/salons/{self.slug}"


async def make_house(database: Database, *, slug: str = "house", **policies: int) -> House:
    """Build it and commit."""
    async with database.transaction() as session:
        shop = await make_salon(session, slug=slug, **policies)  # type: ignore[arg-type]
        chairs = await shop.things("chair", 2)
        cut = await shop.service("cut", 30, needs=(chairs,))
        colour = await shop.service("colour", 30, processing=30, finish=30, price=12000)
        anna = await shop.person("anna", cut)
        ben = await shop.person("ben", cut, colour)
        return House(shop.slug, shop.salon_id, cut, colour, anna, ben)


@pytest.fixture(autouse=True)
def generous_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests call often from one address; those of the limits set their own."""
    set_limits(monkeypatch, GENEROUS)


def set_limits(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    """Settings are read once a process; a test that changes them says so."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    forget()
    load(LimitSettings)


@pytest.fixture
async def house(database: Database) -> House:
    return await make_house(database)


@pytest.fixture
async def api(database: Database, generous_limits: None) -> AsyncIterator[FastAPI]:
    """The app as the outside world meets it: failures are answered, never raised."""
    found = create_app(database=database)
    yield found
    await found.state.prober.stop()  # it keeps a connection of its own


@pytest.fixture
async def call(api: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(api), base_url="http://testserver") as client:
        yield client


def on(hour: int, minute: int = 0, *, days: int = 7) -> str:
    """A wall-clock time in Zurich some days from now, with its offset."""
    day = datetime.now(ZURICH).date() + timedelta(days=days)
    return datetime.combine(day, time(hour, minute), ZURICH).isoformat()


def day_in(days: int) -> date:
    return datetime.now(ZURICH).date() + timedelta(days=days)


Booking = Callable[..., dict[str, Any]]


def booking(house: House, **changes: Any) -> dict[str, Any]:
    """A body that books Anna's cut next week; changes replace members, None removes them."""
    body: dict[str, Any] = {
        "service_ids": [str(house.cut)],
        "start": on(10),
        "staff_id": str(house.anna),
        "customer": {"name": "Clara Client", "email": "clara@example.com", "language": "de"},
        "consents": {"terms": True},
        **changes,
    }
    return {key: value for key, value in body.items() if value is not None}


async def stored(database: Database, table: str) -> int:
    """How many rows a table has."""
    async with database.engine.connect() as connection:
        counted = await connection.execute(select(func.count()).select_from(sql_table(table)))
        return int(counted.scalar_one())
