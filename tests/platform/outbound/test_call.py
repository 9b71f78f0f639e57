import asyncio
import re
import socket
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from openchair.platform import correlation
from openchair.platform.db.engine import Database
from openchair.platform.outbound import clients
from openchair.platform.outbound.call import call
from openchair.platform.outbound.errors import AddressRefused, BreakerOpen, NoAnswer, NotSent
from openchair.platform.outbound.exchange import MOST_BODY
from tests.platform.outbound.conftest import breaker_of, logged
from tests.platform.outbound.http_server import HttpServer, answer, drop, half, stall

SALON = UUID("0190b1c2-0000-7000-8000-000000000001")


async def test_an_answer_and_its_record(database: Database, server: HttpServer) -> None:
    token = correlation.adopt("0123456789abcdef0123456789abcdef")
    try:
        found = await call(
            database,
            service="weather",
            method="post",
            url=f"{server.url}/here?key=secret",
            headers={"X-Own": "1"},
            json={"a": 1},
            auth=("me", "password"),
            salon_id=SALON,
        )
    finally:
        correlation.release(token)
    assert (found.status_code, found.json(), found.tries) == (200, {"ok": True}, 1)
    asked = server.requests[0]
    assert (asked.method, asked.target, asked.body) == ("POST", "/here?key=secret", b'{"a":1}')
    assert asked.headers["x-own"] == "1"
    assert asked.headers["x-correlation-id"] == "0123456789abcdef0123456789abcdef"
    assert asked.headers["authorization"].startswith("Basic ")
    assert asked.headers["user-agent"].startswith("OpenChair/")
    assert re.fullmatch(
        "00-0123456789abcdef0123456789abcdef-[0-9a-f]{16}-01", asked.headers["traceparent"]
    )
    (row,) = await logged(database)
    assert row["service_name"] == "weather"
    assert (row["method"], row["path"], row["attempt"]) == ("POST", "/here", 1)
    assert row["host"] == f"127.0.0.1:{server.port}"
    assert (row["status_code"], row["error"], row["salon_id"]) == (200, None, SALON)
    assert row["correlation_id"] == row["trace_id"] == "0123456789abcdef0123456789abcdef"
    assert "secret" not in str(row)
    assert "password" not in str(row)


async def test_a_foreign_correlation_id_gets_a_trace_of_its_own(
    database: Database, server: HttpServer, waits: list[float]
) -> None:
    server.plan = [answer(500), answer(200)]
    token = correlation.adopt("order-number-7")
    try:
        await call(database, service="x", method="GET", url=server.url)
    finally:
        correlation.release(token)
    traces = [each.headers["traceparent"].split("-") for each in server.requests]
    assert traces[0][1] == traces[1][1] != "0" * 32
    assert traces[0][2] != traces[1][2]
    assert {row["correlation_id"] for row in await logged(database)} == {"order-number-7"}


async def test_a_read_is_tried_four_times(
    database: Database, server: HttpServer, waits: list[float]
) -> None:
    server.otherwise = answer(502)
    found = await call(database, service="x", method="GET", url=server.url)
    assert (found.status_code, found.tries, len(server.requests)) == (502, 4, 4)
    assert [int(each) for each in waits] == [1, 2, 4]
    assert [row["attempt"] for row in await logged(database)] == [1, 2, 3, 4]


async def test_a_write_that_may_have_been_done_is_not_repeated(
    database: Database, server: HttpServer, waits: list[float]
) -> None:
    server.otherwise = drop
    with pytest.raises(NoAnswer) as raised:
        await call(database, service="x", method="POST", url=server.url, content=b"once")
    assert not raised.value.late
    assert (len(server.requests), waits) == (1, [])
    (row,) = await logged(database)
    assert row["status_code"] is None
    assert row["error"].startswith("connection_lost")


async def test_a_write_that_was_refused_is_repeated_when_the_service_says(
    database: Database, server: HttpServer, waits: list[float]
) -> None:
    server.plan = [answer(429, retry_after="3"), answer(503, retry_after="2"), answer(201)]
    found = await call(database, service="x", method="POST", url=server.url)
    assert (found.status_code, found.tries) == (201, 3)
    assert 3 <= waits[0] <= 3.75
    assert 2 <= waits[1] <= 2.5


async def test_the_caller_may_switch_retries_off(
    database: Database, server: HttpServer, waits: list[float]
) -> None:
    server.otherwise = answer(429, retry_after="3")
    found = await call(database, service="x", method="GET", url=server.url, retries=0)
    assert (found.status_code, found.retry_after, waits) == (429, 3, [])


async def test_nothing_leaves_when_nobody_listens(database: Database, waits: list[float]) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(NotSent):
            await call(database, service="x", method="POST", url=url)
    assert len(waits) == 3
    assert {row["error"].split(":")[0] for row in await logged(database)} == {"connect_failed"}


@pytest.mark.parametrize("url", ["ftp://example.org", "http://", "nonsense", "http://[::1"])
async def test_what_is_no_address_is_not_called(database: Database, url: str) -> None:
    with pytest.raises(NotSent):
        await call(database, service="x", method="GET", url=url)


async def test_late_is_doubt(database: Database, server: HttpServer) -> None:
    server.otherwise = stall(5)
    began = asyncio.get_running_loop().time()
    with pytest.raises(NoAnswer) as raised:
        await call(database, service="x", method="POST", url=server.url, timeout_seconds=0.2)
    assert raised.value.late
    assert asyncio.get_running_loop().time() - began < 2


async def test_drops_of_an_answer_do_not_stretch_the_time(
    database: Database, server: HttpServer
) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            writer.write(b"x")
            await asyncio.sleep(0.05)

    server.otherwise = drip
    found = await call(database, service="x", method="POST", url=server.url, timeout_seconds=0.3)
    assert (found.status_code, found.cut_off) == (200, True)
    assert 1 <= len(found.content) <= 10


async def test_a_status_counts_also_without_its_body(
    database: Database, server: HttpServer
) -> None:
    server.otherwise = half(201, b'{"id": ')
    found = await call(database, service="x", method="POST", url=server.url)
    assert (found.status_code, found.cut_off, found.content) == (201, True, b'{"id": ')


async def test_a_body_is_read_to_its_limit(database: Database, server: HttpServer) -> None:
    server.otherwise = answer(200, b"x" * (MOST_BODY + 1))
    found = await call(database, service="x", method="GET", url=server.url)
    assert (len(found.content), found.cut_off) == (MOST_BODY, True)
    server.otherwise = answer(200, b"x" * MOST_BODY)
    found = await call(database, service="x", method="GET", url=server.url)
    assert (len(found.content), found.cut_off) == (MOST_BODY, False)


async def test_redirects_and_cookies_lead_nowhere(database: Database, server: HttpServer) -> None:
    server.plan = [answer(302, location="/elsewhere", set_cookie="a=b"), answer(200)]
    found = await call(database, service="x", method="GET", url=server.url)
    assert found.status_code == 302
    await call(database, service="x", method="GET", url=server.url)
    assert [each.target for each in server.requests] == ["/", "/"]
    assert "cookie" not in server.requests[1].headers


async def test_connections_are_reused(database: Database, server: HttpServer) -> None:
    for _ in range(5):
        await call(database, service="x", method="GET", url=server.url)
    assert (len(server.requests), server.connections) == (5, 1)


async def test_the_last_moment_before_it_leaves(database: Database, server: HttpServer) -> None:
    seen: list[tuple[int, int]] = []

    async def before_send() -> None:
        await asyncio.sleep(0.05)
        seen.append((server.connections, len(server.requests)))

    await call(database, service="x", method="POST", url=server.url, before_send=before_send)
    assert seen == [(1, 0)]
    assert len(server.requests) == 1


async def test_who_stops_it_at_the_last_moment_is_heard(
    database: Database, server: HttpServer
) -> None:
    class LeaseLost(Exception):
        pass

    async def before_send() -> None:
        raise LeaseLost

    with pytest.raises(LeaseLost):
        await call(database, service="x", method="POST", url=server.url, before_send=before_send)
    await asyncio.sleep(0.1)
    assert server.requests == []
    await call(database, service="x", method="POST", url=server.url)
    assert len(server.requests) == 1


async def test_a_breaker_opens_and_nothing_leaves(
    database: Database, server: HttpServer, waits: list[float]
) -> None:
    server.otherwise = answer(500)
    for _ in range(5):
        await call(database, service="x", method="POST", url=server.url)
    assert await breaker_of(database, "x") == ("open", 5)
    with pytest.raises(BreakerOpen):
        await call(database, service="x", method="GET", url=server.url)
    assert (len(server.requests), waits) == (5, [])
    assert (await logged(database))[-1]["error"].startswith("breaker_open")
    server.otherwise = answer(200)
    unguarded = await call(database, service="x", method="GET", url=server.url, guarded=False)
    assert unguarded.status_code == 200


async def opened(database: Database) -> None:
    """A breaker that has cooled down: the next caller probes."""
    async with database.transaction() as session:
        await session.execute(
            text("""
                INSERT INTO provider_breakers
                    (provider, state, failures, opened_at, changed_at)
                VALUES ('webhook:a', 'open', 5, now() - interval '1 minute', now())
            """)
        )


async def test_who_probes_and_stops_leaves_it_to_others(
    database: Database, server: HttpServer
) -> None:
    async def stop() -> None:
        raise ZeroDivisionError

    await opened(database)
    names: dict[str, Any] = {"service": "webhook", "breaker": "webhook:a", "method": "POST"}
    with pytest.raises(ZeroDivisionError):
        await call(database, **names, url=server.url, before_send=stop)
    with pytest.raises(AddressRefused):
        await call(database, **names, url=server.url, public_only=True)
    assert await breaker_of(database, "webhook:a") == ("open", 5)
    await call(database, **names, url=server.url)
    assert await breaker_of(database, "webhook:a") == ("closed", 0)


async def test_a_probe_closes_it(database: Database, server: HttpServer) -> None:
    await opened(database)
    await call(database, service="webhook", breaker="webhook:a", method="POST", url=server.url)
    assert await breaker_of(database, "webhook:a") == ("closed", 0)


async def test_our_own_queue_is_not_the_services_fault(
    database: Database, server: HttpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await clients.close_clients()
    monkeypatch.setattr(clients, "MOST_CONNECTIONS", 1)
    server.otherwise = stall(0.6)
    names: dict[str, Any] = {"service": "x", "method": "POST", "url": server.url}
    slow = asyncio.create_task(call(database, **names))
    await asyncio.sleep(0.2)
    with pytest.raises(NotSent) as raised:
        await call(database, **names, retries=0, timeout_seconds=0.1)
    assert raised.value.reason == "pool_full"
    assert (await slow).status_code == 200
    assert await breaker_of(database, "x") is None
    await clients.close_clients()


async def test_a_secret_path_is_not_kept(database: Database, server: HttpServer) -> None:
    await call(
        database,
        service="slack",
        method="POST",
        url=f"{server.url}/services/T/B/hush",
        logged_path="/services/…",
    )
    assert [row["path"] for row in await logged(database)] == ["/services/…"]


async def test_the_answer_outlives_the_database(
    server: HttpServer, caplog: pytest.LogCaptureFixture
) -> None:
    away = Database("postgresql://nobody@127.0.0.1:1/none")
    found = await call(away, service="x", method="POST", url=server.url, guarded=False)
    assert found.status_code == 200
    assert "a call could not be recorded" in caplog.text
    await away.close()
