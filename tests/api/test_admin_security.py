"""The runbook's door for an address that attacks: blocked, kept, audited; nobody locked out."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text

from openchair.identity.audit.record import SYSTEM
from openchair.identity.ip_blocks import gate
from openchair.identity.ip_blocks.queries import list_blocks
from openchair.identity.tokens.issue import issue_token
from openchair.main import create_app
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database

PATHS = (
    "/api/admin/security/block-ip",
    "/.netlify/functions/admin/security/block-ip",
)
OWN = "198.51.100.20"
WANTED = {"ip": "203.0.113.7", "reason": "security-incident"}


@pytest.fixture
async def far(database: Database) -> AsyncIterator[AsyncClient]:
    """An operator's program that calls from another machine."""
    app = create_app(database=database)
    async with AsyncClient(
        transport=_from(app, OWN),
        base_url="http://testserver",
        headers={"Authorization": f"Bearer {await token(database)}"},
    ) as client:
        yield client


def _from(app: FastAPI, address: str) -> ASGITransport:
    return ASGITransport(app, client=(address, 4711))


async def token(database: Database, role: str = "operator") -> str:
    async with database.transaction() as session:
        return await issue_token(
            session, role=role, salon_id=None, days=1, by=SYSTEM, now=utc_now()
        )


def code_of(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("path", PATHS)
async def test_an_address_is_blocked_for_a_day_and_audited(
    path: str, far: AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "FRESH_SECONDS", 0.0)
    answer = await far.post(path, json=WANTED)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    async with database.transaction() as session:
        (block,) = await list_blocks(session)
        act = (
            await session.execute(
                text(
                    "SELECT ip_address, metadata FROM audit_logs"
                    " WHERE action = 'ip.block' AND resource_id = '203.0.113.7'"
                )
            )
        ).one()
    assert (told["ip"], told["reason"], told["block_id"]) == (
        "203.0.113.7",
        "security-incident",
        str(block.id),
    )
    assert timedelta(hours=23) < block.expires_at - utc_now() < timedelta(hours=24, minutes=1)
    assert act.ip_address == OWN
    assert act.metadata["role"] == "operator"
    assert act.metadata["reason"] == "security-incident"
    blocked = AsyncClient(transport=_from(create_app(database=database), "203.0.113.7"))
    async with blocked as client:
        assert (await client.get("http://testserver/api/openapi.json")).status_code == 403


async def test_asking_twice_keeps_one_block_and_makes_it_longer_if_wanted(
    far: AsyncClient, database: Database
) -> None:
    first = (await far.post(PATHS[0], json=WANTED)).json()
    again = (await far.post(PATHS[0], json={**WANTED, "hours": 1})).json()
    assert (again["block_id"], again["expires_at"]) == (first["block_id"], first["expires_at"])
    longer = (await far.post(PATHS[0], json={**WANTED, "hours": 72})).json()
    assert (longer["block_id"], longer["expires_at"] > first["expires_at"]) == (
        first["block_id"],
        True,
    )
    async with database.transaction() as session:
        assert len(await list_blocks(session)) == 1


@pytest.mark.parametrize(
    ("ip", "code"),
    [
        (OWN, (409, "own_address")),
        (f"::ffff:{OWN}", (409, "own_address")),
        ("127.0.0.1", (409, "address_protected")),
        ("::1", (409, "address_protected")),
        ("suspicious-ip", (422, "address_invalid")),
        ("203.0.113.0/24", (422, "address_invalid")),
    ],
)
async def test_nobody_is_locked_out_and_nonsense_is_told(
    ip: str, code: tuple[int, str], far: AsyncClient, database: Database
) -> None:
    answer = await far.post(PATHS[0], json={**WANTED, "ip": ip})
    assert code_of(answer) == code
    async with database.transaction() as session:
        assert await list_blocks(session) == []


@pytest.mark.parametrize(
    "body",
    [
        {"ip": "203.0.113.7"},
        {"reason": "x"},
        {**WANTED, "reason": ""},
        {**WANTED, "reason": "   "},
        {**WANTED, "reason": "x" * 501},
        {**WANTED, "hours": 0},
        {**WANTED, "hours": 9000},
        {**WANTED, "hours": "24"},
        {**WANTED, "for": 1},
    ],
)
async def test_what_is_missing_or_out_of_bounds_is_refused(
    body: dict[str, object], far: AsyncClient
) -> None:
    assert (await far.post(PATHS[0], json=body)).status_code == 422


@pytest.mark.parametrize("path", PATHS)
async def test_only_an_operator_blocks(path: str, call: AsyncClient, database: Database) -> None:
    assert code_of(await call.post(path, json=WANTED)) == (401, "token_missing")
    offered = {"Authorization": f"Bearer {await token(database, 'monitor')}"}
    assert code_of(await call.post(path, json=WANTED, headers=offered)) == (
        403,
        "role_not_allowed",
    )


async def test_the_runbooks_own_line_does_it(far: AsyncClient) -> None:
    """`curl -d` says that its body is a form; the runbook's line says nothing else."""
    answer = await far.post(
        PATHS[0],
        content=b'{"ip": "203.0.113.9", "reason": "security-incident"}',
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (answer.status_code, answer.json()["ip"]) == (200, "203.0.113.9")
