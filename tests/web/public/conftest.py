"""A salon with two people, its catalogue and a visitor, over a database that really commits."""

from dataclasses import dataclass
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from httpx import AsyncClient, Response

from openchair.platform.db.engine import Database
from tests.builders import make_salon

OWN = {"Origin": "http://testserver"}


@dataclass(frozen=True)
class House:
    """Anna and Ben both cut; only Anna colours. `slug` is the salon's address."""

    slug: str
    cut: UUID
    colour: UUID
    anna: UUID
    ben: UUID


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser."""

    client: AsyncClient
    slug: str

    async def page(self, path: str, *, status: int = 200) -> BeautifulSoup:
        """A page of the salon in English."""
        answer = await self.client.get(f"/{self.slug}/en{path}")
        assert answer.status_code == status, answer.text
        return BeautifulSoup(answer.text, "html.parser")

    async def send(self, path: str, fields: dict[str, str]) -> Response:
        """A form as one of our own pages sends it."""
        return await self.client.post(f"/{self.slug}/en{path}", data=fields, headers=OWN)


@pytest.fixture
async def house(database: Database) -> House:
    async with database.transaction() as session:
        shop = await make_salon(session)
        cut = await shop.service("cut")
        colour = await shop.service("colour", minutes=60, price=9000)
        anna = await shop.person("anna", cut, colour)
        ben = await shop.person("ben", cut)
        return House(slug=shop.slug, cut=cut, colour=colour, anna=anna, ben=ben)


@pytest.fixture
def visitor(client: AsyncClient, house: House) -> Visitor:
    return Visitor(client=client, slug=house.slug)
