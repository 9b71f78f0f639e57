"""Lines as our processes print them, and the kinds that runbooks ask for."""

from datetime import UTC, datetime
from typing import Any

import pytest

from openchair.operations.logs.filters import KINDS, is_kind, is_named
from openchair.platform.logging.read import Line

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def line(file: str = "web", **fields: Any) -> Line:
    return Line(file=file, at=NOW, fields={"level": "info", "event": "x", **fields})


REQUEST: dict[str, Any] = {"logger": "openchair.requests", "event": "request", "status": 200}
LINES = {
    "a page": (line(**REQUEST, path="/house/en"), {"function"}),
    "a page that broke": (line(**{**REQUEST, "status": 500}), {"function", "error"}),
    "an error": (line(level="error", logger="openchair.worker.run"), {"error"}),
    "a raw traceback": (
        Line(file="web", at=NOW, fields={"event": "Traceback"}),
        {"error"},
    ),
    "a failed job": (
        line(level="warning", job="salons.x", exception="Traceback"),
        {"error", "function"},
    ),
    "a log-in": (
        line(**REQUEST, path="/console/log-in"),
        {"function", "security"},
    ),
    "too many": (line(**{**REQUEST, "status": 429}), {"function", "security"}),
    "a session": (line(logger="openchair.identity.sessions.log_in"), {"security"}),
    "a forged webhook": (
        line(logger="openchair.api.webhooks.inbox", event="webhook with a bad signature"),
        {"webhook", "security"},
    ),
    "a mail": (line(logger="openchair.notifications.delivery", channel="email"), {"email"}),
    "an sms": (line(logger="openchair.notifications.delivery", channel="sms"), set()),
    "a breaker": (line(logger="openchair.platform.breakers", provider="smtp-backup"), {"email"}),
    "a webhook of the mail provider": (
        line(**REQUEST, path="/api/email-webhook"),
        {"function", "webhook", "email"},
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_each_line_is_of_its_kinds(name: str) -> None:
    found, kinds = LINES[name]
    assert {kind for kind in KINDS if is_kind(found, kind)} == kinds


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (line(file="worker", process="worker"), {"worker"}),
        (line(**REQUEST, path="/api/health"), {"web", "health", "requests", "api"}),
        (line(logger="openchair.notifications.delivery"), {"notifications", "delivery"}),
        (line(job="rate_limits.sweep"), {"rate_limits", "rate-limits", "rate_limits.sweep"}),
        (line(provider="smtp-backup"), {"smtp-backup"}),
    ],
)
def test_a_name_is_a_process_a_logger_a_job_or_an_address(found: Line, names: set[str]) -> None:
    everything = {
        "worker", "web", "health", "requests", "api", "notifications", "delivery", "rate_limits",
        "rate-limits", "rate_limits.sweep", "smtp-backup", "smtp", "heal",
    }  # fmt: skip
    assert {name for name in everything if is_named(found, name)} - {"web"} == names - {"web"}
