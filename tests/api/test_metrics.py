"""The figures of the house: JSON and text, with and without the database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_open
from prometheus_client.parser import text_string_to_metric_families as parse
from sqlalchemy import text

from openchair.api.metrics_shapes import Metrics
from openchair.identity.audit.record import SYSTEM
from openchair.identity.tokens.issue import issue_token
from openchair.main import create_app
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.platform.metrics.catalogue import JOBS, METRICS
from openchair.platform.metrics.figures import FIGURES
from openchair.platform.metrics.snapshots import FOLDER, Snapshot, snapshot, write_snapshot
from openchair.platform.settings.base import forget, load
from openchair.platform.settings.installation import InstallationSettings
from tests.builders import make_salon

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
PATH = "/api/metrics"


def caller(app: FastAPI, *, address: str = "127.0.0.1") -> AsyncClient:
    transport = ASGITransport(app, client=(address, 40_000))
    return AsyncClient(transport=transport, base_url="http://testserver")


@pytest.fixture
async def here(api: FastAPI) -> AsyncIterator[AsyncClient]:
    async with caller(api) as call:
        yield call
    await api.state.prober.stop()


async def test_json_says_everything(here: AsyncClient, database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(text(ALERT), {"id": new_id(), "at": utc_now()})
    await here.get("/api/health")
    answer = await here.get(PATH)
    assert answer.status_code == 200
    told = Metrics.model_validate(answer.json())
    assert told.missing == {}
    assert told.system.processes[0]["resident_bytes"] > 10_000_000
    assert told.requests.total >= 1
    assert any(each["route"] == "/api/health" for each in told.requests.by_route)
    assert told.alerts is not None
    assert told.alerts["open"] == {"firing": {"critical": 1}}
    assert told.alerts["held_back_24h"] == 7
    assert told.queue is not None
    assert told.queue["pending"] == 0
    assert told.dlq is not None
    assert told.budget is not None
    assert told.thresholds["response-time"] == {"warning": 2000, "critical": 5000, "unit": "ms"}
    assert told.thresholds["smtp-queue"] == {"warning": 50, "critical": 200, "unit": ""}
    assert len(told.thresholds) == 9


@pytest.mark.parametrize(
    ("headers", "query", "reads"),
    [
        ({"Accept": "text/plain"}, "", parse),
        ({}, "?format=prometheus", parse),
        ({"Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"}, "", parse_open),
    ],
)
async def test_text_is_what_prometheus_reads(
    here: AsyncClient, headers: dict[str, str], query: str, reads: object
) -> None:
    await here.get("/api/health")
    answer = await here.get(PATH + query, headers=headers)
    assert answer.status_code == 200
    families = {family.name: family for family in reads(answer.text)}  # type: ignore[operator]
    names = {name.removesuffix("_total") for name in METRICS} | FIGURES.keys()
    assert families.keys() <= names
    asked = families["openchair_http_requests"].samples
    assert any(each.labels["route"] == "/api/health" for each in asked)
    assert all(each.labels["process"] == "web" for each in asked)
    buckets = families["openchair_http_request_duration_seconds"].samples
    assert any(each.labels.get("le") == "+Inf" for each in buckets)
    shown = {each.labels["name"] for each in families["openchair_measure"].samples}
    assert {"queue-age", "budget", "dead-letters"} <= shown
    assert answer.headers["content-type"].startswith(
        "application/openmetrics-text" if reads is parse_open else "text/plain; version=0.0.4"
    )


async def test_the_database_may_be_away() -> None:
    app = create_app(database=Database(NOWHERE))
    async with caller(app) as call:
        await call.get("/api/health")
        answer = await call.get(PATH)
        plain = await call.get(f"{PATH}?format=prometheus")
    await app.state.prober.stop()
    assert answer.status_code == 200
    told = Metrics.model_validate(answer.json())
    assert told.requests.total >= 1
    assert told.system.processes
    assert {"alerts", "queue", "dlq", "budget", "traffic"} == told.missing.keys()
    assert told.alerts is told.queue is None
    assert 'openchair_part_missing{part="alerts"} 1.0' in plain.text
    assert "openchair_http_requests_total{" in plain.text


async def test_other_processes_of_this_machine_are_shown(
    here: AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENCHAIR_HOME", str(tmp_path))
    forget()
    folder = load(InstallationSettings).home / FOLDER
    JOBS.of("test.shown", "done").inc()
    now = datetime.now(UTC)
    counted = snapshot(process="worker", now=now).metrics
    alive = Snapshot(process="worker", instance="x:1", at=now, metrics=counted)
    write_snapshot(folder, taken=alive)
    dead = Snapshot(
        process="worker", instance="x:2", at=now - timedelta(minutes=5), metrics=counted
    )
    (folder / "worker-2.json").write_bytes(b"{}")
    answer = await here.get(f"{PATH}?format=prometheus")
    assert 'openchair_jobs_total{instance="x:1",job="test.shown"' in answer.text
    write_snapshot(folder, taken=dead)
    answer = await here.get(f"{PATH}?format=prometheus")
    assert 'instance="x:' not in answer.text
    forget()


@pytest.mark.parametrize("path", [PATH, "/.netlify/functions/metrics"])
async def test_who_may_ask(api: FastAPI, database: Database, path: str) -> None:
    statuses = []
    async with caller(api, address="192.0.2.9") as call:
        statuses.append((await call.get(path)).status_code)
        for role in ("operator", "monitor", "owner"):
            async with database.transaction() as session:
                salon = (await make_salon(session)).salon_id if role == "owner" else None
                token = await issue_token(
                    session, role=role, salon_id=salon, days=1, by=SYSTEM, now=utc_now()
                )
            answer = await call.get(path, headers={"Authorization": f"Bearer {token}"})
            statuses.append(answer.status_code)
    async with caller(api) as call:
        passed_on = await call.get(path, headers={"X-Forwarded-For": "192.0.2.9"})
        wrong = await call.get(f"{path}?format=xml")
    await api.state.prober.stop()
    assert statuses == [401, 200, 200, 403]
    assert passed_on.status_code == 401
    assert wrong.status_code == 422


ALERT = """
    INSERT INTO alerts (id, fingerprint, name, component, severity, status, title, summary, labels,
        started_at, fired_at, seen_at, changes, held_back)
    VALUES (:id, 'f', 'DatabaseDown', 'database', 'critical', 'firing', 't', 's', '{}',
        :at, :at, :at, '[]', 7)
"""
