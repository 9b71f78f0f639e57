"""The liveness answer: without a database, in two forms, sixty a minute."""

import pytest
from httpx import ASGITransport, AsyncClient

from openchair.main import create_app
from openchair.platform.db.engine import Database
from tests.api.conftest import set_limits

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
PATHS = ["/api/health", "/api/health-check", "/.netlify/functions/health"]


def caller(*, address: str = "192.0.2.7") -> AsyncClient:
    """Of an app whose database is out of reach."""
    app = create_app(database=Database(NOWHERE))
    transport = ASGITransport(app, client=(address, 40_000))
    return AsyncClient(transport=transport, base_url="http://testserver")


@pytest.mark.parametrize("path", PATHS)
async def test_it_answers_while_the_database_is_away(path: str) -> None:
    async with caller() as call:
        answer = await call.get(path, headers={"X-Correlation-Id": "probe-2026.11"})
    assert answer.status_code == 200
    health = answer.json()
    assert health["status"] == "healthy"
    assert health["checks"] == {}
    assert health["uptime"] > 0
    assert health["memory"]["resident_bytes"] > 1_000_000
    assert health["correlation_id"] == answer.headers["x-correlation-id"] == "probe-2026.11"


async def test_it_speaks_the_drafts_form() -> None:
    async with caller() as call:
        answer = await call.get("/api/health", headers={"Accept": "application/health+json"})
    assert answer.headers["content-type"] == "application/health+json"
    assert answer.json()["status"] == "pass"
    assert answer.json()["checks"]["memory:utilization"][0]["observedUnit"] == "bytes"


async def test_sixty_a_minute_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(monkeypatch, {"OPENCHAIR_LIMIT_HEALTH_PER_MINUTE": "60"})
    async with caller() as call:
        answers = [await call.get(PATHS[number % 3]) for number in range(61)]
    assert [each.status_code for each in answers] == [200] * 60 + [429]
    assert answers[-1].headers["retry-after"] == "1"
    assert answers[-1].headers["content-type"] == "application/problem+json"
