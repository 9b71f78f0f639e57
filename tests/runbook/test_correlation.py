"""The runbook's page "Correlation ID Not Propagating", for real: a known id goes in with a request
and is found in the answer, the log, and every row that came of it, to the SMS of the worker.
"""

import json
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from openchair.booking.appointments.jobs import ANNOUNCE_JOB
from openchair.operations.logs.story import Story, tell_story
from openchair.platform.db.engine import Database
from tests.cli.commands import openchair
from tests.sandbox_process import eventually
from tests.served import Served

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("runbook-calls")]
SALON = "/api/v1/salons/schnittwerk"
HEADER = "X-Correlation-Id"
PATIENCE = 60


@pytest.fixture
def known() -> str:
    return f"runbook-{secrets.token_hex(6)}"


@pytest.fixture
async def caller(served: Served, known: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=served.url, headers={HEADER: known}, timeout=60, trust_env=False
    ) as found:
        yield found


@pytest.fixture
def listener(served: Served) -> Iterator[None]:
    """Software of the salon's own that wants to be told, so that there is a job to do."""
    house = {"OPENCHAIR_HOME": str(served.home), "DATABASE_URL": served.database_url}
    create = ("create", "--salon", "schnittwerk", "--url", "https://hooks.invalid/salon", "--json")
    made = openchair("webhooks", "endpoints", *create, **house)
    assert made.returncode == 0, made.stderr
    yield
    name = json.loads(made.stdout)["id"]
    openchair("webhooks", "endpoints", "delete", name, "--yes", **house)


async def test_health_says_the_id_it_was_asked_under(caller: httpx.AsyncClient, known: str) -> None:
    for path in ("/api/health", "/.netlify/functions/health", "/api/health-check", "/api/ready"):
        answer = await caller.get(path)
        assert answer.headers[HEADER] == known
        assert answer.json()["correlation_id"] == known


@pytest.mark.parametrize("wrong", ["short", "has blanks in it", "x" * 65, "semi;colon-is-out"])
async def test_what_is_no_id_is_replaced_by_one(caller: httpx.AsyncClient, wrong: str) -> None:
    answer = await caller.get("/api/health", headers={HEADER: wrong})
    made = answer.headers[HEADER]
    assert (made != wrong, len(made)) == (True, 32)
    assert answer.json()["correlation_id"] == made


@pytest.mark.usefixtures("listener")
async def test_a_booking_is_found_in_everything_that_came_of_it(
    served: Served, caller: httpx.AsyncClient, known: str
) -> None:
    booked = await book(caller)
    assert booked.headers[HEADER] == known
    database = Database(served.database_url)

    async def story() -> Story:
        return await tell_story(database, folder=served.home / "logs", correlation_id=known)

    wanted = {
        *("web", "worker", "events", "notifications", "notification_attempts", "api_logs"),
        "audit_logs",
    }

    async def is_whole() -> bool:
        told = (await story()).happenings
        is_announced = any(ANNOUNCE_JOB in each.words for each in told if each.source == "worker")
        return is_announced and wanted <= {each.source for each in told}

    try:
        await eventually(is_whole, seconds=PATIENCE, pause=0.5)
        told = await story()
    finally:
        await database.close()
    words = [each.words for each in told.happenings]
    assert f"POST {SALON}/bookings → 201" in " ".join(words)
    assert any(each.startswith(f"job done (job {ANNOUNCE_JOB}, ") for each in words)
    assert any(each.startswith("twilio POST") and "→ 201" in each for each in words)
    assert any("booking.confirmed by sms, try 1 by twilio: sent" in each for each in words)
    assert any(each.startswith("create booking") for each in words)
    shown = openchair(
        *("logs", "--correlation", known),
        OPENCHAIR_HOME=str(served.home),
        DATABASE_URL=served.database_url,
        COLUMNS="300",
    )
    assert shown.returncode == 0, shown.stderr
    assert "twilio POST" in shown.stdout


async def book(caller: httpx.AsyncClient) -> httpx.Response:
    """The first free time of the next weeks, for somebody who gave a number only."""
    services = (await caller.get(f"{SALON}/services")).json()["services"]
    first = datetime.now(UTC).date() + timedelta(days=2)
    number = 10_000_000 + secrets.randbelow(89_999_999)
    for service in services:
        query: dict[str, Any] = {
            "service_id": service["id"],
            "from": f"{first}",
            "to": f"{first + timedelta(days=14)}",
        }
        days = (await caller.get(f"{SALON}/availability", params=query)).json()["days"]
        for slot in (slot for day in days for slot in day["slots"][-1:]):
            body = {
                "service_ids": [service["id"]],
                "start": slot["start"],
                "customer": {"name": "Known Id", "phone": f"+4179{number % 10_000_000:07}"},
            }
            answer = await caller.post(f"{SALON}/bookings", json=body)
            if answer.status_code == 201:
                return answer
    raise AssertionError("nothing could be booked")
