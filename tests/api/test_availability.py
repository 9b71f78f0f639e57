"""Free times over HTTP; what is free is tested where it is computed."""

from datetime import datetime

import pytest
from httpx import AsyncClient

from tests.api.conftest import House, booking, day_in, on


async def test_every_date_is_answered_with_its_times(call: AsyncClient, house: House) -> None:
    answer = await call.get(
        f"{house.path}/availability",
        params={"service_id": str(house.cut), "from": str(day_in(7)), "to": str(day_in(8))},
    )
    assert answer.status_code == 200
    found = answer.json()
    assert found["time_zone"] == "Europe/Zurich"
    assert [day["date"] for day in found["days"]] == [str(day_in(7)), str(day_in(8))]
    first = found["days"][0]["slots"][0]
    assert first == {"start": on(9), "staff_ids": [str(house.anna), str(house.ben)]}
    assert found["days"][0]["slots"][-1]["start"] == on(16, 30)
    assert datetime.fromisoformat(found["next_free"]) == datetime.fromisoformat(on(9))


async def test_several_services_and_one_person(call: AsyncClient, house: House) -> None:
    answer = await call.get(
        f"{house.path}/availability",
        params={
            "service_id": [str(house.cut), str(house.colour)],
            "from": str(day_in(7)),
            "to": str(day_in(7)),
            "staff_id": str(house.ben),
        },
    )
    slots = answer.json()["days"][0]["slots"]
    assert {who for slot in slots for who in slot["staff_ids"]} == {str(house.ben)}
    assert slots[-1]["start"] == on(15)


async def test_a_booked_time_is_not_offered(call: AsyncClient, house: House) -> None:
    assert (await call.post(f"{house.path}/bookings", json=booking(house))).status_code == 201
    answer = await call.get(
        f"{house.path}/availability",
        params={
            "service_id": str(house.cut),
            "staff_id": str(house.anna),
            "from": str(day_in(7)),
            "to": str(day_in(7)),
        },
    )
    starts = [slot["start"] for slot in answer.json()["days"][0]["slots"]]
    assert on(9, 30) in starts
    assert not {on(9, 45), on(10), on(10, 15)} & set(starts)


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"service_id": None}, "service_id"),
        ({"service_id": "cut"}, "service_id.0"),
        ({"service_id": "{0190c5a2-7d1e-7c3a-9f42-5b8e6d0a1c2f}"}, "service_id.0"),
        ({"service_id": "0190c5a2-7d1e-7c3a-9f42-5b8e6d0a1c2f"}, "service_id"),
        ({"staff_id": "0190c5a2-7d1e-7c3a-9f42-5b8e6d0a1c2f"}, "staff_id"),
        ({"from": None}, "from"),
        ({"from": "tomorrow"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "1767225600"}, "from"),
        ({"from": "2026-05-04T00:00:00"}, "from"),
        ({"from": "0001-01-01", "to": "0001-01-02"}, "from"),
        ({"to": "9999-12-31"}, "to"),
        ({"to": str(day_in(0))}, "to"),
        ({"to": str(day_in(7 + 62))}, "to"),
        ({"until": "2026-05-04"}, "until"),
    ],
)
async def test_a_question_that_cannot_be_right_is_refused(
    call: AsyncClient, house: House, changes: dict[str, str | None], field: str
) -> None:
    asked = {"service_id": str(house.cut), "from": str(day_in(7)), "to": str(day_in(8)), **changes}
    answer = await call.get(
        f"{house.path}/availability", params={key: value for key, value in asked.items() if value}
    )
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == field
    assert answer.json()["detail"]


async def test_nine_services_are_too_many(call: AsyncClient, house: House) -> None:
    answer = await call.get(
        f"{house.path}/availability",
        params={
            "service_id": [str(house.cut)] * 9,
            "from": str(day_in(7)),
            "to": str(day_in(7)),
        },
    )
    assert answer.status_code == 422
    assert answer.json()["field"] == "service_id"
