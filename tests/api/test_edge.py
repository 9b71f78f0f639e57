"""What holds for every door: limits by address, proxies, ids, headers, other origins, faults."""

import socket

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from openchair.main import create_app
from openchair.platform.db.engine import Database
from tests.api.conftest import House, booking, on, set_limits


def caller(app: FastAPI, *, address: str = "127.0.0.1") -> AsyncClient:
    """Somebody at an address; faults of ours are answered, not raised."""
    transport = ASGITransport(app, client=(address, 40_000), raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url="http://testserver")


# ---------------------------------------------------------------- limits


async def test_reads_are_limited_by_address(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(monkeypatch, {"OPENCHAIR_LIMIT_READS_PER_MINUTE": "3"})
    app = create_app(database=database)
    async with caller(app, address="192.0.2.1") as one, caller(app, address="192.0.2.2") as other:
        statuses = [(await one.get(house.path)).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        refused = await one.get(house.path)
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        assert refused.json()["code"] == "too_many_requests"
        assert (await other.get(house.path)).status_code == 200
        assert (await one.get("/api/health")).status_code == 200


async def test_changes_are_limited_by_address_in_all_processes_together(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(monkeypatch, {"OPENCHAIR_LIMIT_WRITES_PER_MINUTE": "4"})
    first, second = create_app(database=database), create_app(database=database)
    async with caller(first) as one, caller(second) as two:
        body = {"service_ids": [str(house.cut)], "start": on(10)}
        statuses = [
            (await each.post(f"{house.path}/holds", json=body)).status_code
            for each in (one, two, one, two, one, two)
        ]
        assert statuses == [201, 201, 409, 409, 429, 429]
        refused = await one.post(f"{house.path}/bookings", json=booking(house))
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 15
        assert (await one.get(house.path)).status_code == 200


async def test_one_line_is_given_a_whole_ipv6_network(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(monkeypatch, {"OPENCHAIR_LIMIT_READS_PER_MINUTE": "1"})
    app = create_app(database=database)
    async with caller(app, address="2001:db8::1") as one, caller(app, address="2001:db8::2") as two:
        assert (await one.get(house.path)).status_code == 200
        assert (await two.get(house.path)).status_code == 429


# ---------------------------------------------------------------- proxies


async def test_nobody_is_believed_about_an_address_by_default(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(monkeypatch, {"OPENCHAIR_LIMIT_READS_PER_MINUTE": "1"})
    async with caller(create_app(database=database)) as call:
        assert (await call.get(house.path, headers={"X-Forwarded-For": "1.1.1.1"})).is_success
        again = await call.get(house.path, headers={"X-Forwarded-For": "2.2.2.2"})
    assert again.status_code == 429


async def test_a_trusted_proxy_says_who_calls(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(
        monkeypatch,
        {
            "OPENCHAIR_LIMIT_READS_PER_MINUTE": "1",
            "OPENCHAIR_TRUSTED_PROXIES": "10.0.0.0/8, 127.0.0.1",
        },
    )
    async with caller(create_app(database=database)) as call:
        for forwarded, status in (
            ("192.0.2.1", 200),
            ("192.0.2.2, 10.1.1.1", 200),
            ("6.6.6.6, 192.0.2.1, 10.1.1.1", 429),
            ("7.7.7.7, 192.0.2.2", 429),
            ("192.0.2.3:5678", 200),
            ("192.0.2.3", 429),
        ):
            answer = await call.get(house.path, headers={"X-Forwarded-For": forwarded})
            assert answer.status_code == status, forwarded


async def test_the_audit_log_names_the_client_behind_the_proxy(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(monkeypatch, {"OPENCHAIR_TRUSTED_PROXIES": "127.0.0.1"})
    async with caller(create_app(database=database)) as call:
        headers = {"X-Forwarded-For": "192.0.2.9", "User-Agent": "Test/1"}
        await call.post(f"{house.path}/bookings", json=booking(house), headers=headers)
    async with database.engine.connect() as connection:
        found = await connection.exec_driver_sql("SELECT ip_address FROM audit_logs")
        assert found.scalars().all() == ["192.0.2.9"]


# ---------------------------------------------------------------- ids and headers


async def test_a_well_formed_correlation_id_is_adopted(call: AsyncClient, house: House) -> None:
    offered = {"X-Correlation-Id": "booking-widget.42"}
    for path in (house.path, "/api/v1/salons/nobody", "/api/health", "/api/openapi.json"):
        answer = await call.get(path, headers=offered)
        assert answer.headers["x-correlation-id"] == "booking-widget.42"


@pytest.mark.parametrize("offered", ["short", "x" * 65, "with space", "<script>", "new\u2028line"])
async def test_another_one_is_replaced(call: AsyncClient, offered: str) -> None:
    answer = await call.get("/api/health", headers={b"X-Correlation-Id": offered.encode()})
    assert answer.headers["x-correlation-id"] != offered
    assert len(answer.headers["x-correlation-id"]) == 32


async def test_answers_tell_the_browser_what_they_may_not_do(
    call: AsyncClient, house: House
) -> None:
    for path in (house.path, "/api/v1/nothing"):
        headers = (await call.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert "strict-transport-security" not in headers
        assert "server" not in headers


async def test_https_is_remembered_when_the_proxy_says_so(
    database: Database, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(monkeypatch, {"OPENCHAIR_TRUSTED_PROXIES": "127.0.0.1"})
    async with caller(create_app(database=database)) as call:
        answer = await call.get(house.path, headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")


# ---------------------------------------------------------------- other origins


async def test_scripts_of_other_sites_may_ask(call: AsyncClient, house: House) -> None:
    origin = {"Origin": "https://salon.example"}
    asked = await call.options(
        f"{house.path}/bookings",
        headers={**origin, "Access-Control-Request-Method": "POST"},
    )
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-origin"] == "*"
    assert "Idempotency-Key" in asked.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in asked.headers
    for answer in (
        await call.get(house.path, headers=origin),
        await call.post(f"{house.path}/holds", json={}, headers=origin),
    ):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "X-Correlation-Id" in answer.headers["access-control-expose-headers"]


async def test_the_api_sets_no_cookie(call: AsyncClient, house: House) -> None:
    answers = [
        await call.get(house.path),
        await call.post(f"{house.path}/bookings", json=booking(house)),
    ]
    assert not any("set-cookie" in each.headers for each in answers)


# ---------------------------------------------------------------- faults


async def test_a_fault_of_ours_says_nothing_about_us(database: Database, house: House) -> None:
    app = create_app(database=database)

    @app.get("/api/v1/broken")
    async def broken() -> None:
        raise RuntimeError("password=hunter2 in /srv/secret.py")

    async with caller(app) as call:
        answer = await call.get("/api/v1/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "internal_error"
    assert answer.headers["x-correlation-id"] in answer.json()["detail"]
    for inside in ("hunter2", "secret.py", "RuntimeError", "Traceback"):
        assert inside not in answer.text


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody@127.0.0.1:9/nothing",
        "postgresql://nobody@/nothing?host=/nowhere",
        "postgresql://nobody@no-such-host.invalid/nothing",
    ],
)
async def test_a_database_out_of_reach_is_503(url: str) -> None:
    nowhere = Database(url)
    async with caller(create_app(database=nowhere)) as call:
        for answer in (
            await call.get("/api/v1/salons"),
            await call.post("/api/v1/salons/house/holds", json={}),
        ):
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "5"
            assert answer.json()["code"] == "unavailable"
    await nowhere.close()


async def test_a_database_that_says_nothing_is_503(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openchair.platform.db.engine.CONNECT_SECONDS", 0.2)
    silent = socket.create_server(("127.0.0.1", 0))
    database = Database(f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing")
    async with caller(create_app(database=database)) as call:
        assert (await call.get("/api/v1/salons")).status_code == 503
    await database.close()
    silent.close()


async def test_a_database_that_went_away_and_came_back(
    call: AsyncClient, house: House, database: Database
) -> None:
    assert (await call.get(house.path)).status_code == 200
    async with database.engine.connect() as connection:
        await connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    statuses = [(await call.get(house.path)).status_code for _ in range(12)]
    assert set(statuses) <= {200, 503}
    assert statuses[-1] == 200
