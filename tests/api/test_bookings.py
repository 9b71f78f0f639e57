"""A client books by the API: at once or what was held, and sends the same thing twice."""

import asyncio
from typing import Any

import pytest
from httpx import AsyncClient

from openchair.platform.db.engine import Database
from tests.api.conftest import House, booking, make_house, on, stored


async def test_a_time_is_booked_at_once(
    call: AsyncClient, house: House, database: Database
) -> None:
    answer = await call.post(f"{house.path}/bookings", json=booking(house))
    assert answer.status_code == 201
    booked = answer.json()
    assert set(booked) == {"booking_id", "status", "start", "end", "manage_url"}
    assert (booked["status"], booked["start"], booked["end"]) == ("confirmed", on(10), on(10, 30))
    token = booked["manage_url"].rsplit("/", 1)[1]
    assert booked["manage_url"].endswith(f"/house/de/booking/{token}")
    assert answer.headers["location"] == f"/api/v1/bookings/{token}"
    assert await stored(database, "notification_queue") == 2
    assert await stored(database, "consents") == 1
    assert await stored(database, "audit_logs") == 1


async def test_what_was_held_is_booked(call: AsyncClient, house: House) -> None:
    wanted = {"service_ids": [str(house.colour)], "start": on(11)}
    held = (await call.post(f"{house.path}/holds", json=wanted)).json()
    body = {"hold_id": held["hold_id"], "customer": {"name": "Clara", "phone": "044 668 18 00"}}
    answer = await call.post(f"{house.path}/bookings", json=body)
    assert answer.status_code == 201
    assert (answer.json()["start"], answer.json()["end"]) == (on(11), on(12, 30))
    again = await call.post(f"{house.path}/bookings", json=body)
    assert (again.status_code, again.json()) == (201, answer.json())
    assert again.headers["idempotent-replayed"] == "true"


async def test_a_taken_time_comes_with_others(call: AsyncClient, house: House) -> None:
    assert (await call.post(f"{house.path}/bookings", json=booking(house))).status_code == 201
    other = booking(house, customer={"name": "Dora", "email": "dora@example.com"})
    answer = await call.post(f"{house.path}/bookings", json=other)
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["code"], problem["status"]) == ("time_taken", 409)
    assert {each["start"] for each in problem["alternatives"][:2]} == {on(9, 30), on(10, 30)}


async def test_the_same_key_gets_the_same_booking(
    call: AsyncClient, house: House, database: Database
) -> None:
    key = {"Idempotency-Key": "checkout 7f3a"}
    first = await call.post(f"{house.path}/bookings", json=booking(house), headers=key)
    second = await call.post(f"{house.path}/bookings", json=booking(house), headers=key)
    assert (second.status_code, second.content) == (201, first.content)
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["location"] == first.headers["location"]
    assert await stored(database, "bookings") == 1


async def test_the_same_key_with_another_body_is_refused(call: AsyncClient, house: House) -> None:
    key = {"Idempotency-Key": "checkout-7f3a"}
    await call.post(f"{house.path}/bookings", json=booking(house), headers=key)
    changed: tuple[dict[str, Any], ...] = (
        {"start": on(14)},
        {"note": "Window seat"},
        {"customer": {"name": "Eve", "email": "eve@example.com"}},
        {"consents": {}},
    )
    for changes in changed:
        answer = await call.post(
            f"{house.path}/bookings", json=booking(house, **changes), headers=key
        )
        assert answer.status_code == 422, changes
        assert answer.json()["field"] == "Idempotency-Key"


async def test_a_key_belongs_to_its_salon(
    call: AsyncClient, house: House, database: Database
) -> None:
    other = await make_house(database, slug="other")
    key = {"Idempotency-Key": "1"}
    for each in (house, other):
        answer = await call.post(f"{each.path}/bookings", json=booking(each), headers=key)
        assert answer.status_code == 201
        assert "idempotent-replayed" not in answer.headers


async def test_one_request_sent_many_times_at_once_books_once(
    call: AsyncClient, house: House, database: Database
) -> None:
    key = {"Idempotency-Key": "impatient"}
    answers = await asyncio.gather(
        *(call.post(f"{house.path}/bookings", json=booking(house), headers=key) for _ in range(8))
    )
    assert [each.status_code for each in answers] == [201] * 8
    assert len({each.content for each in answers}) == 1
    assert await stored(database, "bookings") == 1
    assert await stored(database, "notification_queue") == 2


async def test_a_refused_request_does_not_use_its_key_up(call: AsyncClient, house: House) -> None:
    key = {"Idempotency-Key": "second-try"}
    wrong = booking(house, customer={"name": "Clara", "email": "clara@"})
    assert (await call.post(f"{house.path}/bookings", json=wrong, headers=key)).status_code == 422
    assert (
        await call.post(f"{house.path}/bookings", json=booking(house), headers=key)
    ).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\there", "snow ☃"])
async def test_a_key_that_is_none_is_refused(call: AsyncClient, house: House, key: str) -> None:
    answer = await call.post(
        f"{house.path}/bookings",
        json=booking(house),
        headers={b"Idempotency-Key": key.encode()},
    )
    assert answer.status_code == 422
    assert answer.json()["field"] == "Idempotency-Key"


async def test_one_client_is_not_in_two_chairs(call: AsyncClient, house: House) -> None:
    assert (await call.post(f"{house.path}/bookings", json=booking(house))).status_code == 201
    answer = await call.post(
        f"{house.path}/bookings", json=booking(house, staff_id=str(house.ben), start=on(10, 15))
    )
    assert answer.status_code == 409
    assert answer.json()["code"] == "customer_busy"


async def test_the_salons_language_is_used_when_none_is_named(
    call: AsyncClient, house: House
) -> None:
    body = booking(house, customer={"name": "Clara", "email": "clara@example.com"})
    answer = await call.post(f"{house.path}/bookings", json=body)
    assert "/house/en/booking/" in answer.json()["manage_url"]


def names(*people: str) -> list[dict[str, Any]]:
    return [{"name": name, "email": "clara@example.com"} for name in people]


@pytest.mark.parametrize(
    "customer", names("محمد علي", "👩‍🦰 Róża", "李小龍", "O'Brien; DROP TABLE")
)
async def test_names_come_back_as_they_were_given(
    call: AsyncClient, house: House, customer: dict[str, Any]
) -> None:
    booked = await call.post(f"{house.path}/bookings", json=booking(house, customer=customer))
    assert booked.status_code == 201
    found = (await call.get(booked.headers["location"])).json()
    assert found["customer"]["name"] == customer["name"]
