"""Every curl, jq and npm line of the runbooks on health, alerts, correlation, monitoring, incidents
and telling people, as it stands, run against the whole house (acceptance 3 of the issue).

A command may find something (1); it may refuse (2) only where the runbook leaves out what it has to
know, and then it says what. `test_seed.py` compares the excerpts with the runbooks.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.cli.commands import openchair
from tests.runbook import jq
from tests.runbook.terminal import CALLS, NOW, Ran, run_calls
from tests.served import Served

pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("runbook-calls")]
HEALTH_STATES = {"healthy", "warning", "error"}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A script: the parts of our commands' words that may refuse, with why; what has to be seen;
    whether a person is asked and says yes; and the script that the runbook runs before it.
    """

    name: str
    says: str = ""
    refuses: tuple[tuple[str, str], ...] = ()
    yes: tuple[str, ...] = ()
    before: str = ""
    code: int | None = None
    check: Callable[[Ran], None] | None = None


def documents(output: str) -> list[dict[str, object]]:
    """Every JSON object that was printed, in order."""
    decoder, found, place = json.JSONDecoder(), [], 0
    while (place := output.find("{", place)) >= 0:
        try:
            document, place = decoder.raw_decode(output, place)
        except ValueError:
            place += 1
            continue
        found.append(document)
    return found


def health_is_told(ran: Ran) -> None:
    assert ran.output.split('"')[1] in HEALTH_STATES
    assert "Health check failed" not in ran.output


def both_name_the_id(ran: Ran) -> None:
    live, ready = documents(ran.output)
    assert live["correlation_id"] == ready["correlation_id"] == f"test-{NOW}"
    assert live["status"] in HEALTH_STATES
    assert ready["status"] in {"ready", "warning"}
    assert {"database", "smtp", "sms", "storage", "dlq", "budget"} <= set(ready["checks"])  # type: ignore[call-overload]


def alert_is_taken(ran: Ran) -> None:
    [answer] = documents(ran.output)
    assert "medium" in json.dumps(answer)


def checks_are_told(ran: Ran) -> None:
    checks, *_ = documents(ran.output)
    assert {"database", "smtp", "queue", "storage"} <= set(checks)


def part_is_told(ran: Ran) -> None:
    part, *_ = documents(ran.output)
    assert part["status"] in HEALTH_STATES
    assert {"message", "responseTime", "age"} <= set(part)


def time_is_told(ran: Ran) -> None:
    assert re.search(r"total: [\d.]+s", ran.output)


def endpoint_is_not_there(ran: Ran) -> None:
    assert re.search(r"HTTP/1\.1 404", ran.output)
    assert re.search(r"x-correlation-id: [0-9a-f]{32}", ran.output, re.IGNORECASE)


CASES = [
    Case(name="health_monitoring", code=0, check=health_is_told),
    Case(name="health_dependencies", code=0, check=both_name_the_id),
    Case(name="logs_by_correlation", code=0, says=f"test-{NOW}", before="health_dependencies"),
    Case(name="test_alert", code=0, check=alert_is_taken),
    Case(name="correlation_flow", code=0, says=f'"correlation_id":"test-{NOW}"'),
    Case(name="performance_checks", code=0, check=checks_are_told),
    Case(name="queue_check", code=0, check=part_is_told),
    Case(name="smtp_check", code=0, check=part_is_told),
    Case(name="dead_letter_check", code=0, check=part_is_told),
    Case(name="quick_health", code=0, check=health_is_told),
    Case(name="after_maintenance"),
    Case(name="service_status", code=0, says="<html"),
    Case(name="page_speed", code=0, check=time_is_told),
    Case(name="function_logs", code=0, says="path=/"),
    Case(name="security_logs", code=0),
    Case(name="assessment", says="database"),
    Case(name="quick_scan", says="15 minutes"),
    Case(name="verification", says="A client can book."),
    Case(name="browser_memory", says="web"),
    Case(name="performance_monitoring", says="response-time"),
    Case(name="ddos_detection", says="requests a minute"),
    Case(name="ddos_monitoring", says="/min"),
    Case(name="database_connection", code=0, says="PostgreSQL"),
    Case(name="email_service", refuses=(("test email delivery", "--to"),), says="smtp"),
    Case(name="error_rate", check=endpoint_is_not_there),
    Case(name="memory_usage", says="postgresql|web"),
    Case(name="custom_alert", says="high-response-time"),
    Case(name="bottlenecks", says="s/min"),
    Case(name="incident_communication", says="Incident"),
    Case(name="management_updates", says="Database connection pool exhaustion"),
    Case(
        name="customer_communication",
        says="degraded",
        yes=("status-page update", "notify customers"),
    ),
    Case(name="people_and_channels", says="webhook", yes=("communication test",)),
    Case(name="application_health", says="A client can book."),
    Case(name="log_analysis", says="Levels"),
    Case(name="performance_analysis", says="first byte"),
    Case(
        name="communication",
        refuses=(("notify incident", "--severity"), ("status-page update", "--status")),
    ),
]


@pytest.fixture(scope="module")
def settings(served: Served) -> dict[str, str]:
    """The terminal of somebody who runs this house."""
    house = {
        "OPENCHAIR_HOME": str(served.home),
        "OPENCHAIR_PORT": str(served.port),
        "DATABASE_URL": served.database_url,
        "SLACK_WEBHOOK": f"{served.mailbox_url}/slack",
    }
    made = openchair("token", "create", "--role", "operator", "--json", **house)
    assert made.returncode == 0, made.stderr
    httpx.get(served.url, follow_redirects=True).raise_for_status()
    token = json.loads(made.stdout)["token"]
    return {**house, "JWT_TOKEN": token, "ADMIN_TOKEN": token, "COLUMNS": "200"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_runs_as_it_stands(
    served: Served, settings: dict[str, str], tmp_path: Path, case: Case
) -> None:
    if case.before:
        run_calls(case.before, url=served.url, folder=tmp_path, settings=settings)
    ran = run_calls(case.name, url=served.url, folder=tmp_path, settings=settings, yes=case.yes)
    assert "Traceback" not in ran.output, ran.output
    assert "No such command" not in ran.output, ran.output
    for code, words in ran.commands:
        why = next((why for begins, why in case.refuses if words.startswith(begins)), None)
        assert code == 2 if why else code in {0, 1}, f"{words} ended with {code}:\n{ran.output}"
        assert why is None or why in ran.output
    if case.code is not None:
        assert ran.code == case.code, ran.output
    assert re.search(case.says, ran.output), ran.output
    if case.check is not None:
        case.check(ran)


def test_every_excerpt_is_run() -> None:
    assert {path.stem for path in CALLS.glob("*.sh")} == {case.name for case in CASES}


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed here")
@pytest.mark.parametrize("program", [".", ".status", ".checks", ".checks.queue", "-r .status"])
def test_our_stand_in_for_jq_answers_as_jq_does(program: str) -> None:
    document = json.dumps({"status": "healthy", "checks": {"queue": {"age": 1.5, "list": []}}})
    answers = [
        subprocess.run(
            [*tool, *program.split()],
            input=document,
            check=True,
            capture_output=True,
            text=True,
            env=dict(os.environ),
        ).stdout
        for tool in (["jq"], [sys.executable, str(Path(jq.__file__))])
    ]
    assert answers[0] == answers[1]
