from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from sqlalchemy import event as on_event
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.models import AuditLogRow
from openchair.identity.audit.record import SYSTEM, Actor
from openchair.identity.ip_blocks import gate
from openchair.identity.ip_blocks.block import block, lift
from openchair.identity.ip_blocks.queries import active_blocks, list_blocks
from openchair.identity.ip_blocks.rules import block_key
from openchair.main import create_app
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.settings.base import forget

HOUR = timedelta(hours=1)


async def put(
    session: AsyncSession, address: str, *, by: Actor = SYSTEM, last: timedelta = HOUR
) -> None:
    now = utc_now()
    await block(session, address=address, reason="drilled", by=by, expires_at=now + last, now=now)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::/64", "2001:db8:1:2::/64"),
    ],
)
def test_one_line_counts_as_one_caller(address: str, key: str) -> None:
    assert block_key(address) == key
    assert block_key(key) == key


@pytest.mark.parametrize("address", ["", "unknown", "203.0.113.0/24", "300.1.1.1", "fe80::1%eth0"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        block_key(address)


async def test_a_block_is_kept_and_audited_and_lifted(session: AsyncSession) -> None:
    await put(session, "203.0.113.7")
    assert set(await active_blocks(session)) == {"203.0.113.7"}
    await put(session, "203.0.113.7", last=2 * HOUR)
    (found,) = await list_blocks(session)
    assert found.expires_at - found.created_at > HOUR + HOUR / 2
    await lift(session, address="203.0.113.7", by=SYSTEM)
    assert await active_blocks(session) == {}
    assert await list_blocks(session) == []
    assert len(await list_blocks(session, active_only=False)) == 1
    with pytest.raises(NotFound):
        await lift(session, address="203.0.113.7", by=SYSTEM)
    acts = await session.scalars(
        select(AuditLogRow.action)
        .where(AuditLogRow.resource_id == "203.0.113.7")
        .order_by(AuditLogRow.id)
    )
    assert list(acts) == ["ip.block", "ip.block", "ip.lift"]


async def test_nobody_locks_the_house_out(
    session: AsyncSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_TRUSTED_PROXIES", "198.51.100.0/28,2001:db8:9::1")
    forget()
    for address in ("127.0.0.1", "127.9.9.9", "::1", "198.51.100.5", "2001:db8:9::7"):
        with pytest.raises(Conflict):
            await put(session, address)
    with pytest.raises(Conflict):
        await put(session, "203.0.113.7", by=Actor("user", ip="203.0.113.7"))
    forget()


@pytest.mark.parametrize("last", [timedelta(0), timedelta(days=-1), timedelta(days=400)])
async def test_a_block_ends_within_a_year(session: AsyncSession, last: timedelta) -> None:
    with pytest.raises(Invalid):
        await put(session, "203.0.113.7", last=last)


# ---------------------------------------------------------------- the gate


@pytest.fixture
def door(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    monkeypatch.setenv("OPENCHAIR_TRUSTED_PROXIES", "127.0.0.1")
    forget()
    yield create_app(database=database)
    forget()


async def ask(door: FastAPI, address: str, path: str = "/api/openapi.json") -> int:
    async with AsyncClient(transport=ASGITransport(door), base_url="http://testserver") as client:
        answer = await client.get(path, headers={"X-Forwarded-For": address})
    if answer.status_code == 403:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "address_blocked"
    return answer.status_code


async def test_a_blocked_line_is_turned_away_and_let_in_again(
    door: FastAPI, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "FRESH_SECONDS", 0.0)
    async with database.transaction() as session:
        await put(session, "2001:db8:1:2::77")
    assert await ask(door, "2001:db8:1:2:ffff::1") == 403
    assert await ask(door, "2001:db8:1:3::1") == 200
    assert await ask(door, "203.0.113.7") == 200
    assert await ask(door, "2001:db8:1:2:ffff::1", "/api/health") == 200
    async with database.transaction() as session:
        await lift(session, address="2001:db8:1:2::1", by=SYSTEM)
    assert await ask(door, "2001:db8:1:2:ffff::1") == 200


async def test_a_request_costs_no_statement(door: FastAPI, database: Database) -> None:
    async with database.transaction() as session:
        await put(session, "203.0.113.7")
    statements: list[str] = []

    def note(_c: object, _k: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    on_event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    assert [await ask(door, "203.0.113.7") for _ in range(20)] == [403] * 20
    assert len([each for each in statements if "ip_blocks" in each]) == 1
