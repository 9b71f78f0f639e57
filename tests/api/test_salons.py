"""What anybody may read of a salon."""

from httpx import AsyncClient

from openchair.platform.db.engine import Database
from tests.api.conftest import House, make_house


async def test_salons_come_a_page_at_a_time(call: AsyncClient, database: Database) -> None:
    for slug in ("cedar", "alder", "birch"):
        await make_house(database, slug=slug)
    first = (await call.get("/api/v1/salons?limit=2")).json()
    assert [each["slug"] for each in first["salons"]] == ["alder", "birch"]
    assert first["next"] == "birch"
    rest = (await call.get("/api/v1/salons?limit=2&after=birch")).json()
    assert [each["slug"] for each in rest["salons"]] == ["cedar"]
    assert rest["next"] is None


async def test_a_salon_tells_what_a_client_needs(call: AsyncClient, house: House) -> None:
    answer = await call.get(house.path)
    assert answer.status_code == 200
    salon = answer.json()
    assert (salon["slug"], salon["time_zone"], salon["currency"]) == (
        "house",
        "Europe/Zurich",
        "CHF",
    )
    assert salon["tax"] == {"name": "VAT", "basis_points": 810, "included": True}
    assert salon["location"]["opening_hours"][0] == {
        "weekday": 0,
        "opens_minute": 540,
        "closes_minute": 1020,
    }
    assert "brand" not in salon


async def test_services_have_prices_in_minor_units(call: AsyncClient, house: House) -> None:
    services = (await call.get(f"{house.path}/services")).json()["services"]
    cut = next(each for each in services if each["id"] == str(house.cut))
    assert cut["price"] == {"amount": 5000, "currency": "CHF"}
    assert cut["duration_minutes"] == 30
    assert cut["staff_ids"] == [str(house.anna), str(house.ben)]


async def test_the_team_says_who_does_what(call: AsyncClient, house: House) -> None:
    staff = (await call.get(f"{house.path}/staff")).json()["staff"]
    assert [(each["name"], sorted(each["service_ids"])) for each in staff] == [
        ("Anna", [str(house.cut)]),
        ("Ben", sorted([str(house.cut), str(house.colour)])),
    ]


async def test_head_is_answered_like_get(call: AsyncClient, house: House) -> None:
    answer = await call.head(house.path)
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["content-length"]) > 100
