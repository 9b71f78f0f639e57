"""Every built-in alert can be read, means something, and is documented."""

import re
from pathlib import Path

import pytest

from openchair import reactions
from openchair.operations.alerts.builtin.database import AWAY
from openchair.operations.alerts.catalogue import builtin_rules
from openchair.operations.alerts.conditions import StateIs, comparisons, parse
from openchair.operations.alerts.measures import MEASURES
from openchair.operations.alerts.rule import Rule
from openchair.operations.health.declared import all_probes

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/alerts.md").read_text(encoding="utf-8")
RULES = list(builtin_rules().values())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_it_is_whole(rule: Rule) -> None:
    assert rule.meaning.endswith(".")
    assert "openchair " in rule.advice or "timedatectl" in rule.advice
    assert set(rule.inhibited_by) <= {*builtin_rules(), AWAY}
    assert rule.name not in rule.inhibited_by
    if rule.condition:
        assert str(parse(rule.condition))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_it_is_documented_as_it_is(rule: Rule) -> None:
    (line,) = re.findall(rf"^\| `{rule.name}` \|.*$", PAGE, re.MULTILINE)
    assert f"| {rule.severity} |" in line
    assert rule.meaning in line


def test_every_measure_is_documented_and_comes_from_a_probe_that_exists() -> None:
    probes = set(all_probes())
    for name, measure in MEASURES.items():
        assert measure.probe in probes, name
        assert f"`{name}`" in PAGE


def test_every_state_is_asked_of_a_probe_that_exists() -> None:
    asked = re.findall(r"state\(([a-z]+)\)", " ".join(rule.condition for rule in RULES))
    assert set(asked) <= set(all_probes())
    assert all(comparisons(parse("memory > 5")))
    assert StateIs("database", "==", "error").probe in all_probes()


def test_every_event_that_raises_one_names_a_rule_that_is_there() -> None:
    names = {*reactions.ALERTS.values(), *reactions.ENDS_ALERTS.values()}
    spelled = {name for name in names if "{" not in name}
    assert spelled <= set(builtin_rules())
    assert {f"Budget{level}" for level in (80, 95, 100)} <= set(builtin_rules())
    fed = {rule.name for rule in RULES if not rule.condition}
    assert fed - spelled - {"Budget80", "Budget95", "Budget100"} == {
        *("AlertStorm", "AlertUndelivered", "HeartbeatMissing", "WatchSilent"),
    }
