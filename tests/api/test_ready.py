"""Who may ask whether we are ready, how often, and what the answer is made of."""

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from openchair.identity.audit.record import SYSTEM
from openchair.identity.tokens.issue import issue_token
from openchair.main import create_app
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.api.conftest import set_limits

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
PATHS = ["/api/ready", "/.netlify/functions/ready"]
PARTS = {"database", "smtp", "sms", "storage", "queue", "dlq", "budget"}


def caller(app: FastAPI, *, address: str = "127.0.0.1") -> AsyncClient:
    transport = ASGITransport(app, client=(address, 40_000))
    return AsyncClient(transport=transport, base_url="http://testserver")


@pytest.mark.parametrize("path", PATHS)
async def test_this_machine_needs_no_token(api: FastAPI, path: str) -> None:
    async with caller(api) as call:
        answer = await call.get(path)
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "warning"  # no mail server runs here, and that is not vital
    assert body["checks"].keys() == PARTS
    assert body["checks"]["database"]["status"] == "healthy"
    assert body["checks"]["smtp"]["status"] == "error"
    for check in body["checks"].values():
        assert check.keys() == {"status", "message", "responseTime", "age", "time", "details"}
        assert 0 <= check["age"] <= 10
    assert body["correlation_id"] == answer.headers["x-correlation-id"]


async def test_others_need_one(api: FastAPI, database: Database) -> None:
    async with database.transaction() as session:
        tokens = {
            role: await issue_token(
                session, role=role, salon_id=None, days=1, by=SYSTEM, now=utc_now()
            )
            for role in ("operator", "monitor")
        }
    async with caller(api, address="192.0.2.7") as call:
        refused = await call.get(PATHS[0])
        assert refused.status_code == 401
        assert refused.json()["code"] == "token_missing"
        wrong = await call.get(PATHS[0], headers={"Authorization": "Bearer wrong"})
        assert wrong.status_code == 401
        for token in tokens.values():
            answer = await call.get(PATHS[0], headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200


async def test_what_a_proxy_here_passes_on_comes_from_elsewhere(api: FastAPI) -> None:
    async with caller(api) as call:
        answer = await call.get(PATHS[0], headers={"X-Forwarded-For": "127.0.0.1"})
    assert answer.status_code == 401


async def test_without_the_database_it_is_not_ready() -> None:
    async with caller(create_app(database=Database(NOWHERE))) as call:
        answer = await call.get(PATHS[0])
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["status"] == "not_ready"
        assert answer.json()["checks"]["database"]["details"]["kind"] == "refused"
        health = await call.get("/api/health")
        assert health.status_code == 200
        assert health.json()["status"] == "error"
        assert health.json()["checks"]["database"]["status"] == "error"
        draft = await call.get("/api/health", headers={"Accept": "application/health+json"})
        assert draft.json()["status"] == "fail"
        found = draft.json()["checks"]["database:responseTime"][0]
        assert (found["status"], found["componentType"]) == ("fail", "datastore")


async def test_what_is_not_for_everybody_is_not_told_to_everybody(api: FastAPI) -> None:
    async with caller(api) as call:
        await api.state.prober.round()
        found = (await call.get("/api/health")).json()["checks"]
    assert "logins" in api.state.prober.latest
    assert "logins" not in found
    assert {"queue", "smtp", "database", "workers"} <= found.keys()


async def test_thirty_a_minute_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(monkeypatch, {"OPENCHAIR_LIMIT_READY_PER_MINUTE": "30"})
    async with caller(create_app(database=Database(NOWHERE)), address="192.0.2.7") as call:
        answers = [await call.get(PATHS[number % 2]) for number in range(31)]
    assert [each.status_code for each in answers] == [401] * 30 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
