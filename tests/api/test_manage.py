"""A client's own booking by its token."""

import pytest
from httpx import AsyncClient

from openchair.platform.db.engine import Database
from tests.api.conftest import House, booking, make_house, on, stored


async def booked(call: AsyncClient, house: House, start: str) -> str:
    answer = await call.post(f"{house.path}/bookings", json=booking(house, start=start))
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


async def test_a_booking_tells_what_it_is_and_until_when_it_can_change(
    call: AsyncClient, house: House
) -> None:
    path = await booked(call, house, on(10))
    found = (await call.get(path)).json()
    assert (found["salon"], found["status"], found["start"]) == ("house", "confirmed", on(10))
    assert found["price"] == {"amount": 5000, "currency": "CHF"}
    assert found["customer"] == {
        "name": "Clara Client",
        "email": "clara@example.com",
        "phone": None,
        "language": "de",
    }
    assert found["appointments"][0]["staff_name"] == "Anna"
    assert found["can_cancel_until"] == on(10, days=6)
    assert found["manage_url"].endswith(path.rsplit("/", 1)[1])


async def test_a_cancelled_booking_is_free_again(
    call: AsyncClient, house: House, database: Database
) -> None:
    path = await booked(call, house, on(10))
    answer = await call.post(f"{path}/cancel", json={"reason": "I am ill."})
    assert answer.status_code == 200
    assert answer.json()["status"] == "cancelled"
    assert answer.json()["can_cancel_until"] is None
    assert (await call.post(f"{path}/cancel")).status_code == 200
    assert await stored(database, "occupancy") == 0
    await booked(call, house, on(10))


async def test_a_booking_is_moved(call: AsyncClient, house: House) -> None:
    path = await booked(call, house, on(10))
    moved = await call.post(f"{path}/reschedule", json={"start": on(14, days=8)})
    assert moved.status_code == 200
    assert moved.json()["start"] == on(14, days=8)
    assert moved.json()["appointments"][0]["staff_name"] == "Anna"
    other = await call.post(
        f"{path}/reschedule", json={"start": on(15, days=8), "staff_id": str(house.ben)}
    )
    assert other.json()["appointments"][0]["staff_name"] == "Ben"
    await booked(call, house, on(10))


async def test_moving_to_a_taken_time_offers_others(call: AsyncClient, house: House) -> None:
    path = await booked(call, house, on(10))
    body = booking(house, start=on(14), customer={"name": "Dora", "email": "dora@example.com"})
    assert (await call.post(f"{house.path}/bookings", json=body)).status_code == 201
    answer = await call.post(f"{path}/reschedule", json={"start": on(14)})
    assert answer.status_code == 409
    assert answer.json()["alternatives"]
    assert (await call.get(path)).json()["start"] == on(10)


async def test_the_salons_deadlines_hold(call: AsyncClient, database: Database) -> None:
    strict = await make_house(
        database, cancel_deadline_minutes=20_160, reschedule_deadline_minutes=20_160
    )
    path = await booked(call, strict, on(10))
    for answer in (
        await call.post(f"{path}/cancel"),
        await call.post(f"{path}/reschedule", json={"start": on(11)}),
    ):
        assert answer.status_code == 409
        assert answer.json()["code"] == "too_late"
        assert "+41712223344" in answer.json()["detail"]


async def test_a_booking_is_moved_only_as_often_as_allowed(
    call: AsyncClient, database: Database
) -> None:
    strict = await make_house(database, reschedule_limit=1)
    path = await booked(call, strict, on(10))
    assert (await call.post(f"{path}/reschedule", json={"start": on(11)})).status_code == 200
    answer = await call.post(f"{path}/reschedule", json={"start": on(12)})
    assert (answer.status_code, answer.json()["code"]) == (409, "reschedule_limit")


@pytest.mark.parametrize(
    "token", ["x", "A" * 22, "A" * 101, "..%2Fsalons", "' OR 1=1 --", "%00", "%F0%9F%92%87" * 5]
)
@pytest.mark.parametrize("verb", ["", "/cancel", "/reschedule"])
async def test_a_forged_token_finds_nothing(
    call: AsyncClient, house: House, token: str, verb: str
) -> None:
    path = f"/api/v1/bookings/{token}{verb}"
    answer = await (
        call.post(path, json={"start": on(10)})
        if verb == "/reschedule"
        else call.post(path)
        if verb
        else call.get(path)
    )
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [{"reason": "x" * 501}, {"reason": "a\x00b"}, {"why": "x"}, []])
async def test_a_wrong_reason_changes_nothing(
    call: AsyncClient, house: House, body: object
) -> None:
    path = await booked(call, house, on(10))
    assert (await call.post(f"{path}/cancel", json=body)).status_code == 422
    assert (await call.get(path)).json()["status"] == "confirmed"
