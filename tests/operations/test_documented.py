"""What docs/monitoring.md tells of is what there is: commands, measures."""

import re
from pathlib import Path
from typing import Any

import pytest

from openchair.operations.alerts.measures import MEASURES
from tests.cli.test_app import COMMANDS

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "monitoring.md").read_text(encoding="utf-8")
EVERYTHING = "\n".join(path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md")))
NOUNS = ("monitoring", "monitor", "performance", "health-check")
OTHERS = ("logs analyze", "explain correlation", "test smoke")
CONTRACT = {
    "monitoring": (
        "status", "quick-scan", "verify", "realtime", "compare-baseline", "analyze-errors",
        "memory-usage", "memory-leak-detection", "identify-bottlenecks", "ddos-detection",
        "ddos-monitoring",
    ),
    "health-check": ("comprehensive", "full"),
    "performance": ("monitor",),
    "monitor": ("memory",),
    "alerts": ("create", "test", "configure-performance", "list", "silence", "ack", "explain"),
    "test": ("smoke", "db", "email"),
    "logs": ("email-service", "analyze"),
    "notify": ("incident", "status-update", "resolution", "customers"),
    "status-page": ("update",),
    "report": ("incident-summary", "post-incident"),
    "contacts": ("verify",),
    "communication": ("test",),
}  # fmt: skip
"""The commands of the contract that there are so far."""


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each.split()[0] in NOUNS or each in OTHERS]
)
def test_every_command_of_monitoring_stands_on_its_page(command: str) -> None:
    assert re.search(rf"`(?:openchair )?{re.escape(command)}\b", PAGE), command


@pytest.mark.parametrize(
    "command", [f"{noun} {verb}" for noun, verbs in CONTRACT.items() for verb in verbs]
)
def test_every_command_of_the_contract_is_there_and_documented(command: str) -> None:
    assert command in COMMANDS
    assert re.search(rf"\b{re.escape(command)}\b", EVERYTHING), command


def test_every_measure_stands_on_the_page_with_its_unit() -> None:
    rows: dict[str, Any] = dict(re.findall(r"^\| `([\w-]+)` \| ([^|]+) \|", PAGE, re.MULTILINE))
    assert {name: each.unit for name, each in MEASURES.items() if each.unit} == {
        name: unit.strip() for name, unit in rows.items() if unit.strip() in {"ms", "s", "%"}
    }
    assert set(MEASURES) <= set(rows)
