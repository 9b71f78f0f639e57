"""Whatever is sent: the right status, a sentence a person can act on, and nothing stored half."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from openchair.identity.audit.record import SYSTEM
from openchair.identity.tokens.issue import issue_token
from openchair.platform.clock import utc_now
from openchair.platform.db.embedded import Cluster
from openchair.platform.db.engine import Database
from tests.api.conftest import House, booking, make_house, on, stored
from tests.databases import clone, drop

TABLES = ("bookings", "appointments", "holds", "occupancy", "customers", "consents", "audit_logs")
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
async def database(cluster: Cluster) -> AsyncIterator[Database]:
    """One for the whole file: nothing in it ever changes."""
    name = f"bad_input_{uuid4().hex[:12]}"
    found = Database(clone(cluster, name))
    yield found
    await found.close()
    drop(cluster, name)


@pytest.fixture(scope="module")
async def house(database: Database) -> House:
    return await make_house(database)


@pytest.fixture(autouse=True)
async def nothing_is_stored(database: Database, house: House) -> AsyncIterator[None]:
    """Holds for every test here."""
    yield
    assert {table: await stored(database, table) for table in TABLES} == dict.fromkeys(TABLES, 0)


def problem_of(answer: Response) -> dict[str, Any]:
    """The problem, as RFC 9457 has it, without a word about our insides; its status is the
    answer's.
    """
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"].endswith((".", "!"))
    assert problem["correlation_id"] == answer.headers["x-correlation-id"]
    for inside in ("Traceback", "asyncpg", "sqlalchemy", "pydantic", ".py"):
        assert inside not in answer.text
    return problem


@pytest.mark.parametrize(
    "slug", ["nobody", "House", "a b", "%00", "%F0%9F%92%87", "x" * 300, "'--", "%2e%2e%2fetc"]
)
@pytest.mark.parametrize("what", ["", "/services", "/staff"])
async def test_unknown_salon(call: AsyncClient, slug: str, what: str) -> None:
    problem = problem_of(await call.get(f"/api/v1/salons/{slug}{what}"))
    assert problem["status"] == 404


@pytest.mark.parametrize("what", ["holds", "bookings"])
async def test_unknown_salon_when_writing(call: AsyncClient, house: House, what: str) -> None:
    body = booking(house)
    if what == "holds":
        body = {key: body[key] for key in ("service_ids", "start")}
    problem = problem_of(await call.post(f"/api/v1/salons/nobody/{what}", json=body))
    assert (problem["status"], problem["code"]) == (404, "salon_not_found")


async def test_service_of_another_salon(
    call: AsyncClient, house: House, database: Database
) -> None:
    other = await make_house(database, slug="other")
    answer = await call.post(
        f"{house.path}/bookings", json=booking(house, service_ids=[str(other.cut)])
    )
    problem = problem_of(answer)
    assert (problem["status"], problem["field"]) == (422, "service_ids")
    answer = await call.post(
        f"{house.path}/bookings", json=booking(house, staff_id=str(other.anna))
    )
    problem = problem_of(answer)
    assert (problem["status"], problem["field"]) == (422, "staff_id")


@pytest.mark.parametrize(
    "start, status, code",
    [
        (on(8), 409, "time_taken"),
        (on(3), 409, "time_taken"),
        (on(16, 45), 409, "time_taken"),
        (on(10, days=-1), 422, "past"),
        (on(10, days=91), 422, "too_far"),
        (on(10, 7), 422, "off_grid"),
        (on(10).replace("10:00:00", "10:00:00.000001"), 422, "off_grid"),
        ("0001-01-01T00:00:00+14:00", 422, "past"),
        ("9999-12-31T23:59:59-14:00", 422, "too_far"),
    ],
)
@pytest.mark.parametrize("what", ["holds", "bookings"])
async def test_a_start_that_cannot_be(
    *, call: AsyncClient, house: House, start: str, status: int, code: str, what: str
) -> None:
    body = booking(house, start=start)
    if what == "holds":
        body = {key: body[key] for key in ("service_ids", "start", "staff_id")}
    answer = await call.post(f"{house.path}/{what}", json=body)
    problem = problem_of(answer)
    assert (problem["status"], problem["code"]) == (status, code)
    if status == 409:
        assert answer.json()["alternatives"]


async def test_too_soon(call: AsyncClient, database: Database) -> None:
    slow = await make_house(database, slug="slow", lead_minutes=14 * 24 * 60)
    problem = problem_of(await call.post(f"{slow.path}/bookings", json=booking(slow)))
    assert (problem["status"], problem["code"]) == (422, "too_soon")


@pytest.mark.parametrize(
    "changes, field",
    [
        ({"start": None}, "start"),
        ({"start": "2026-05-04T10:00:00"}, "start"),
        ({"start": "2026-05-04 10:00:00+02:00"}, "start"),
        ({"start": 1_767_225_600}, "start"),
        ({"start": "2026-13-01T10:00:00Z"}, "start"),
        ({"start": True}, "start"),
        ({"service_ids": None}, "service_ids"),
        ({"service_ids": []}, "service_ids"),
        ({"service_ids": "cut"}, "service_ids"),
        ({"service_ids": ["cut"]}, "service_ids.0"),
        ({"service_ids": [1]}, "service_ids.0"),
        ({"service_ids": [str(uuid4())] * 9}, "service_ids"),
        ({"service_ids": [str(uuid4())]}, "service_ids"),
        ({"staff_id": "anna"}, "staff_id"),
        ({"staff_id": str(uuid4())}, "staff_id"),
        ({"staff_id": "0" * 32}, "staff_id"),
        ({"hold_id": "x", "service_ids": None, "start": None, "staff_id": None}, "hold_id"),
        ({"hold_id": str(uuid4())}, "service_ids"),
        ({"customer": None}, "customer"),
        ({"customer": []}, "customer"),
        ({"customer": {}}, "customer.name"),
        ({"customer": {"name": ""}}, "customer.name"),
        ({"customer": {"name": 7, "email": "a@example.com"}}, "customer.name"),
        ({"customer": {"name": "x" * 10_240, "email": "a@example.com"}}, "customer.name"),
        ({"customer": {"name": "A\x00", "email": "a@example.com"}}, "customer.name"),
        ({"customer": {"name": "\u202e", "email": "a@example.com"}}, "customer.name"),
        ({"customer": {"name": "Anna"}}, "customer.email"),
        ({"customer": {"name": "Anna", "email": "anna@"}}, "customer.email"),
        ({"customer": {"name": "Anna", "email": "a\x00@example.com"}}, "customer.email"),
        ({"customer": {"name": "Anna", "email": ["a@example.com"]}}, "customer.email"),
        ({"customer": {"name": "Anna", "phone": "12"}}, "customer.phone"),
        ({"customer": {"name": "Anna", "phone": 446681800}}, "customer.phone"),
        (
            {"customer": {"name": "Anna", "phone": "044 668 18 00", "language": "fr"}},
            "customer.language",
        ),
        ({"customer": {"name": "Anna", "phone": "044 668 18 00", "vip": True}}, "customer.vip"),
        ({"consents": {"terms": "yes"}}, "consents.terms"),
        ({"consents": {"terms": 1}}, "consents.terms"),
        ({"consents": {"everything": True}}, "consents.everything"),
        ({"consents": True}, "consents"),
        ({"note": "x" * 1001}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"note": {"a": 1}}, "note"),
        ({"price": 1}, "price"),
        ({"x" * 10_240: 1}, "x" * 80),
    ],
)
async def test_a_body_with_something_wrong_in_it(
    call: AsyncClient, house: House, changes: dict[str, Any], field: str
) -> None:
    answer = await call.post(f"{house.path}/bookings", json=booking(house, **changes))
    problem = problem_of(answer)
    assert (problem["status"], problem["field"]) == (422, field)
    assert len(answer.content) < 4096


async def test_everything_that_is_wrong_is_listed(call: AsyncClient, house: House) -> None:
    answer = await call.post(
        f"{house.path}/holds", json={"service_ids": ["cut"], "start": "soon", "price": 1}
    )
    problem = problem_of(answer)
    assert problem["status"] == 422
    assert {each["field"] for each in answer.json()["errors"]} == {
        "service_ids.0",
        "start",
        "price",
    }


@pytest.mark.parametrize(
    "content, status, code",
    [
        (b"", 400, "empty_body"),
        (b"{", 400, "malformed_json"),
        (b"hello", 400, "malformed_json"),
        (b'{"start": NaN}', 400, "malformed_json"),
        (b'{"start": Infinity}', 400, "malformed_json"),
        (b'{"note": "\\ud83d"}', 400, "malformed_json"),
        (b'{"note": "\xff"}', 400, "malformed_json"),
        (b"[" * 30_000, 400, "malformed_json"),
        (b'{"a":' * 10_000, 400, "malformed_json"),
        (b"\xef\xbb\xbf{}", 400, "malformed_json"),
        (b"null", 422, "invalid"),
        (b"[]", 422, "invalid"),
        (b'"text"', 422, "invalid"),
        (b"1e400", 400, "malformed_json"),
        (b"123456789012345678901234567890", 422, "invalid"),
        (b'{"start": 123456789012345678901234567890}', 422, "invalid"),
    ],
)
@pytest.mark.parametrize("what", ["holds", "bookings"])
async def test_a_body_that_is_no_json_object(
    *, call: AsyncClient, house: House, content: bytes, status: int, code: str, what: str
) -> None:
    answer = await call.post(f"{house.path}/{what}", content=content, headers=JSON)
    problem = problem_of(answer)
    assert (problem["status"], problem["code"]) == (status, code)


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "application/xml", ";"],
)
async def test_another_content_type(
    call: AsyncClient, house: House, content_type: str | None
) -> None:
    headers = {"Content-Type": content_type} if content_type else {}
    answer = await call.post(f"{house.path}/holds", content=b"{}", headers=headers)
    problem = problem_of(answer)
    assert (problem["status"], problem["code"]) == (415, "unsupported_media_type")


async def test_a_body_over_64_kb(call: AsyncClient, house: House) -> None:
    answer = await call.post(f"{house.path}/bookings", json=booking(house, note="x" * 65_536))
    problem = problem_of(answer)
    assert (problem["status"], problem["code"]) == (413, "too_large")

    async def streamed() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1024

    answer = await call.post(f"{house.path}/bookings", content=streamed(), headers=JSON)
    problem = problem_of(answer)
    assert (problem["status"], problem["code"]) == (413, "too_large")


@pytest.mark.parametrize("length", ["x", "-1", "1e3", "٣"])
async def test_a_content_length_that_is_no_number(
    call: AsyncClient, house: House, length: str
) -> None:
    answer = await call.post(
        f"{house.path}/holds",
        content=b"{}",
        headers={b"Content-Type": b"application/json", b"Content-Length": length.encode()},
    )
    problem = problem_of(answer)
    assert problem["status"] == 400


async def test_a_method_that_is_not_there(call: AsyncClient, house: House) -> None:
    answer = await call.put(house.path, json={})
    problem = problem_of(answer)
    assert (problem["status"], problem["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["allow"]
    problem = problem_of(await call.get("/api/v1/nothing"))
    assert (problem["status"], problem["code"]) == (404, "not_found")
    for path in ("/api", "/api/", "/api/v2", "/api/v1/booking/x", "/api/v1/de/book", "/api/docs/x"):
        problem = problem_of(await call.get(path))
        assert (problem["status"], problem["code"]) == (404, "not_found")
    problem = problem_of(await call.get(f"{house.path}/"))
    assert (problem["status"], problem["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "query, field",
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("limit=1.5", "limit"),
        ("after=%00", "after"),
        ("after=" + "x" * 61, "after"),
        ("page=2", "page"),
    ],
)
async def test_a_page_that_cannot_be(call: AsyncClient, query: str, field: str) -> None:
    problem = problem_of(await call.get(f"/api/v1/salons?{query}"))
    assert (problem["status"], problem["field"]) == (422, field)


async def test_a_parameter_nobody_reads(call: AsyncClient, house: House) -> None:
    problem = problem_of(await call.get(f"{house.path}/staff?sort=name"))
    assert (problem["status"], problem["field"]) == (422, "sort")


@pytest.mark.parametrize(
    "hold", ["7b0c5a1e-52f0-4c8e-9d5c-6a3a3b1f0e11", "00000000-0000-0000-0000-000000000000"]
)
async def test_a_forged_hold(call: AsyncClient, house: House, hold: str) -> None:
    body = {"hold_id": hold, "customer": {"name": "Clara", "email": "clara@example.com"}}
    answer = await call.post(f"{house.path}/bookings", json=body)
    problem = problem_of(answer)
    assert (problem["status"], problem["code"]) == (404, "hold_not_found")


async def test_a_path_that_cannot_name_anything(call: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        token = await issue_token(
            session, role="operator", salon_id=None, days=1, by=SYSTEM, now=utc_now()
        )
        await session.rollback()  # nothing in this file ever changes
    answer = await call.get(
        "/api/admin/dlq/redrives/null,null", headers={"Authorization": f"Bearer {token}"}
    )
    problem = problem_of(answer)
    assert (problem["status"], problem["code"]) == (404, "not_found")
