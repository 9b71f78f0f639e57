"""Keeping a time, giving it back, and meeting somebody else's."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from httpx import AsyncClient
from sqlalchemy import text

from openchair.platform.db.engine import Database
from tests.api.conftest import House, booking, make_house, on, stored
from tests.builders import make_salon


def wanted(house: House, start: str, **changes: object) -> dict[str, object]:
    return {"service_ids": [str(house.cut)], "start": start, **changes}


async def test_a_hold_says_until_when_by_whom_and_for_how_much(
    call: AsyncClient, house: House
) -> None:
    answer = await call.post(f"{house.path}/holds", json=wanted(house, on(10)))
    assert answer.status_code == 201
    held = answer.json()
    assert (held["start"], held["end"]) == (on(10), on(10, 30))
    assert held["price"] == {"amount": 5000, "currency": "CHF"}
    assert held["staff_id"] in {str(house.anna), str(house.ben)}
    left = datetime.fromisoformat(held["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)


async def test_a_held_time_is_not_another_clients(call: AsyncClient, house: House) -> None:
    body = wanted(house, on(10), staff_id=str(house.anna))
    assert (await call.post(f"{house.path}/holds", json=body)).status_code == 201
    second = await call.post(f"{house.path}/holds", json=body)
    assert second.status_code == 409
    problem = second.json()
    assert problem["code"] == "time_taken"
    assert second.headers["content-type"] == "application/problem+json"
    assert problem["alternatives"][0]["start"] in {on(9, 30), on(10, 30)}
    assert problem["alternatives"][0]["staff_ids"] == [str(house.anna)]
    assert (
        await call.post(f"{house.path}/bookings", json=booking(house, start=on(10, 15)))
    ).status_code == 409


async def test_a_hold_is_given_back(call: AsyncClient, house: House, database: Database) -> None:
    body = wanted(house, on(10), staff_id=str(house.anna))
    held = (await call.post(f"{house.path}/holds", json=body)).json()
    released = await call.delete(f"{house.path}/holds/{held['hold_id']}")
    assert released.status_code == 204
    assert released.content == b""
    assert await stored(database, "occupancy") == 0
    assert (await call.post(f"{house.path}/holds", json=body)).status_code == 201
    again = await call.delete(f"{house.path}/holds/{held['hold_id']}")
    assert again.status_code == 204


async def test_a_hold_that_never_was(call: AsyncClient, house: House) -> None:
    assert (await call.delete(f"{house.path}/holds/{uuid4()}")).status_code == 204
    forged = await call.delete(f"{house.path}/holds/1%20OR%201=1")
    assert forged.status_code == 404
    assert forged.json()["code"] == "hold_not_found"


async def test_an_expired_hold_is_nobodys(
    call: AsyncClient, house: House, database: Database
) -> None:
    body = wanted(house, on(10), staff_id=str(house.anna))
    hold_id = (await call.post(f"{house.path}/holds", json=body)).json()["hold_id"]
    async with database.transaction() as session:
        for table in ("holds", "occupancy"):
            past = f"UPDATE {table} SET expires_at = now() - interval '1 second'"  # noqa: S608
            await session.execute(text(past))
    confirm = {"hold_id": hold_id, "customer": {"name": "Clara", "email": "clara@example.com"}}
    late = await call.post(f"{house.path}/bookings", json=confirm)
    assert (late.status_code, late.json()["code"]) == (409, "hold_expired")
    assert await stored(database, "customers") == 0
    assert (await call.post(f"{house.path}/bookings", json=booking(house))).status_code == 201


async def test_a_hold_of_another_salon_is_unknown(
    call: AsyncClient, house: House, database: Database
) -> None:
    other = await make_house(database, slug="other")
    hold_id = (await call.post(f"{house.path}/holds", json=wanted(house, on(10)))).json()["hold_id"]
    confirm = {"hold_id": hold_id, "customer": {"name": "Clara", "email": "clara@example.com"}}
    answer = await call.post(f"{other.path}/bookings", json=confirm)
    assert (answer.status_code, answer.json()["code"]) == (404, "hold_not_found")
    assert (await call.delete(f"{other.path}/holds/{hold_id}")).status_code == 204
    assert await stored(database, "holds") == 1


async def test_a_start_inside_a_buffer_is_refused(call: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        shop = await make_salon(session, slug="tidy")
        cut = await shop.service("cut", 30, before=15, after=15)
        await shop.person("anna", cut)
    path = "/api/v1/salons/tidy/holds"
    taken = await call.post(path, json={"service_ids": [str(cut)], "start": on(12)})
    assert taken.status_code == 201
    for start, status in ((on(12, 45), 409), (on(11, 15), 409), (on(13), 201), (on(11), 201)):
        answer = await call.post(path, json={"service_ids": [str(cut)], "start": start})
        assert answer.status_code == status, start
