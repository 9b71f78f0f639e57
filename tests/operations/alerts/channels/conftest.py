"""The sandbox as a real process with every channel pointed at it, and a notice to tell."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openchair.operations.alerts.notice import Notice, NoticeLine
from openchair.platform.ids import new_id
from openchair.platform.outbound.clients import close_clients
from openchair.platform.settings import base
from tests.sandbox_process import Sandbox, sandbox

AT = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
OPS, ADMIN = "ops@example.org", "admin@example.org"
PHONE = "+491713920000"
PILES = ("mails", "sms", "webhooks", "slack", "heartbeats")


def alert_settings(outside: Sandbox) -> dict[str, str]:
    """Every channel ends in the sandbox."""
    return {
        **outside.environment(),
        "ALERT_WEBHOOK_URL": f"{outside.http_url}/webhook/alerts",
        "ALERT_SLACK_WEBHOOK": f"{outside.http_url}/slack/services/T0/B0/x",
        "ALERT_EMAIL_RECIPIENTS": OPS,
        "ALERT_PHONE_NUMBERS": PHONE,
        "ALERT_HEARTBEAT_URL": f"{outside.http_url}/heartbeat/openchair",
    }


@pytest.fixture(scope="session")
async def alert_sandbox() -> AsyncIterator[Sandbox]:
    """One for all tests of alerts."""
    async with sandbox(callback_delay=0.05) as found:
        yield found


@pytest.fixture
async def receivers(
    alert_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Sandbox]:
    """The sandbox without faults and messages, and the settings that point at it."""
    await alert_sandbox.clear()
    for pile in PILES:
        await alert_sandbox.client.delete(f"/api/{pile}")
    for name, value in alert_settings(alert_sandbox).items():
        monkeypatch.setenv(name, value)
    base.forget()
    yield alert_sandbox
    await alert_sandbox.clear()
    await close_clients()
    monkeypatch.undo()
    base.forget()


def line(**more: Any) -> NoticeLine:
    """One alert that fires since 14:30 UTC."""
    given: dict[str, Any] = {
        "alert_id": new_id(),
        "fingerprint": "f" * 64,
        "name": "DatabaseDown",
        "severity": "critical",
        "component": "database",
        "summary": "The database refuses connections.",
        "advice": "Look whether PostgreSQL runs: openchair db status",
        "since": AT,
        **more,
    }
    return NoticeLine(**given)


def notice(**more: Any) -> Notice:
    """A notice of one alert, two minutes after it began."""
    given: dict[str, Any] = {
        "id": new_id(),
        "kind": "firing",
        "severity": "critical",
        "title": "DatabaseDown",
        "lines": (line(),),
        "at": AT + timedelta(minutes=2),
        "link": "https://salon.example/ops/alerts",
        "correlation_id": "0123456789abcdef",
        **more,
    }
    return Notice(**given)
