"""The runbook's line that tests alerts, the list of what is wrong, and signs of life of others."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import AsyncClient
from sqlalchemy import text

from openchair.identity.audit.record import SYSTEM
from openchair.identity.tokens.issue import issue_token
from openchair.operations.alerts.channels.settings import ChannelSettings
from openchair.operations.alerts.heartbeats import declare_heartbeat
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import forget
from tests.operations.alerts.scene import DOWN, FULLER, Scene

TEST_PATHS = ("/api/test-alert", "/.netlify/functions/test-alert")


async def bearer(database: Database, role: str = "operator") -> dict[str, str]:
    async with database.transaction() as session:
        token = await issue_token(
            session, role=role, salon_id=None, days=1, by=SYSTEM, now=utc_now()
        )
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def refusing(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """One webhook is set, and nobody listens there."""
    monkeypatch.setenv("OPENCHAIR_SANDBOX", "false")
    monkeypatch.setenv("ALERT_WEBHOOK_URL", "http://127.0.0.1:9/alerts")
    forget()
    assert ChannelSettings().alert_webhook_url.get_secret_value()
    yield
    monkeypatch.undo()
    forget()


@pytest.mark.parametrize("path", TEST_PATHS)
async def test_a_test_answers_every_attempt_and_writes_it_down(
    path: str, call: AsyncClient, database: Database, refusing: None
) -> None:
    answer = await call.post(
        path, json={"severity": "medium"}, headers=await bearer(database, "monitor")
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["severity"], told["delivered"]) == ("medium", False)
    (attempt,) = told["attempts"]
    assert (attempt["channel"], attempt["outcome"]) == ("webhook", "failed")
    assert attempt["target"] == "127.0.0.1:9/…"
    async with database.transaction() as session:
        kept = (await session.execute(text("SELECT kind, outcome FROM alert_attempts"))).all()
        assert [tuple(row) for row in kept] == [("test", "failed")]
        assert (
            await session.scalar(
                text("SELECT metadata->>'failed' FROM audit_logs WHERE action = 'alert.test'")
            )
            == "1"
        )


@pytest.mark.parametrize("word", ["warning", "P1", "SEV-0", "info", "CRITICAL"])
async def test_the_runbooks_other_words_are_understood(
    word: str, call: AsyncClient, database: Database, refusing: None
) -> None:
    answer = await call.post(TEST_PATHS[0], json={"severity": word}, headers=await bearer(database))
    assert answer.status_code == 200


async def test_a_bad_severity_is_a_400_and_nobody_is_told(
    call: AsyncClient, database: Database
) -> None:
    answer = await call.post(
        TEST_PATHS[0], json={"severity": "terrible"}, headers=await bearer(database)
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "severity_not_known")
    async with database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM alert_attempts")) == 0


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", TEST_PATHS[0]), ("GET", "/api/alerts"), ("POST", "/api/heartbeat/backup")],
)
async def test_only_who_runs_or_watches_it(
    method: str, path: str, call: AsyncClient, database: Database
) -> None:
    body = {"json": {"severity": "low"}} if path == TEST_PATHS[0] else {}
    assert (await call.request(method, path, **body)).status_code == 401  # type: ignore[arg-type]


async def test_it_is_not_a_way_to_flood_somebody(
    call: AsyncClient, database: Database, refusing: None
) -> None:
    headers = await bearer(database)
    answers = [
        (await call.post(TEST_PATHS[0], json={"severity": "low"}, headers=headers)).status_code
        for _ in range(12)
    ]
    assert (answers.count(200), answers[-1]) == (10, 429)


async def test_what_is_wrong_is_listed_page_by_page(
    call: AsyncClient, database: Database, tmp_path: Path
) -> None:
    scene = Scene(database=database, folder=tmp_path)
    await scene.look(DOWN, FULLER)
    headers = await bearer(database, "monitor")
    first = (await call.get("/api/alerts?limit=1", headers=headers)).json()
    assert len(first["alerts"]) == 1
    second = (await call.get(f"/api/alerts?limit=1&before={first['next']}", headers=headers)).json()
    names = {each["name"] for page in (first, second) for each in page["alerts"]}
    assert names == {"DatabaseDown", "StorageHigh"}
    critical = (await call.get("/api/alerts?severity=critical", headers=headers)).json()
    (alert,) = critical["alerts"]
    assert (alert["name"], alert["status"], alert["told"]) == ("DatabaseDown", "firing", 1)
    assert alert["told_on"] == ["webhook", "slack", "sms"]
    await scene.look()
    assert (await call.get("/api/alerts", headers=headers)).json() == {"alerts": [], "next": None}
    over = (await call.get("/api/alerts?status=history", headers=headers)).json()["alerts"]
    assert {each["status"] for each in over} == {"resolved"}


async def test_a_sign_of_life_is_heard_if_it_is_expected(
    call: AsyncClient, database: Database
) -> None:
    headers = await bearer(database)
    unknown = await call.post("/api/heartbeat/backup", headers=headers)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "heartbeat_not_known")
    async with database.transaction() as session:
        await declare_heartbeat(
            session,
            name="backup",
            every=timedelta(hours=1),
            grace=timedelta(minutes=5),
            severity="high",
            by=SYSTEM,
        )
        await session.execute(text("UPDATE heartbeats SET heard_at = now() - interval '1 day'"))
    heard = (await call.post("/api/heartbeat/backup", headers=headers)).json()
    assert heard["name"] == "backup"
    async with database.transaction() as session:
        late = await session.scalar(
            text("SELECT heard_at < now() - interval '1 minute' FROM heartbeats")
        )
        assert late is False
