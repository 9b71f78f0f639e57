"""What is pure about incidents: severity by matrix and by name, clocks, when somebody is called."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from openchair.operations.incidents.clocks import (
    RESOLVE_WITHIN,
    RESPOND_WITHIN,
    RESPOND_WITHIN_SLOWER,
    Clock,
    next_escalation,
)
from openchair.operations.incidents.escalate import in_order, is_due
from openchair.operations.incidents.incident import Incident, checked_scenario, title_of
from openchair.operations.incidents.settings import IncidentSettings
from openchair.operations.incidents.severity import (
    Harm,
    Reach,
    propose,
    read_severity,
    shown_as_p,
)
from openchair.operations.oncall.roles import Tier
from openchair.operations.oncall.snapshot import OnCall
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id

START = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def an_incident(**more: Any) -> Incident:
    given: dict[str, Any] = {
        "id": new_id(),
        "number": 7,
        "title": "Booking is down",
        "description": "Nobody can book",
        "impact": "Clients cannot book",
        "severity": 0,
        "scenario": "service_down",
        "phase": "detection",
        "components": ("traffic",),
        "is_public": True,
        "opened_by": "openchair",
        "started_at": START,
        "detected_at": START,
        **more,
    }
    return Incident(**given)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        *(("SEV-0", 0), ("sev 1", 1), ("SEV4", 4), ("P0", 0), ("p3", 3), ("2", 2)),
        *(("critical", 0), ("High", 1), ("warning", 2), ("low", 3), ("info", 4)),
    ],
)
def test_every_name_of_a_severity_is_understood(said: str, expected: int) -> None:
    assert read_severity(said) == expected


@pytest.mark.parametrize("said", ["", "SEV-5", "P4", "p 4", "SEV-1; DROP", "-1", "very bad"])
def test_what_is_none_is_refused(said: str) -> None:
    with pytest.raises(Invalid):
        read_severity(said)


def test_the_matrix_grows_with_harm_and_reach() -> None:
    for harm in Harm:
        for reach in Reach:
            here = propose(harm=harm, reach=reach)
            assert 0 <= here <= 4
            if reach > 0:
                assert here <= propose(harm=harm, reach=Reach(reach - 1))
            if harm > 0:
                assert here <= propose(harm=Harm(harm - 1), reach=reach)
    assert propose(harm=Harm.BROKEN, reach=Reach.EVERYBODY) == 0
    assert propose(harm=Harm.LOOKS, reach=Reach.NOBODY) == 4


def test_the_clocks_are_the_contracts() -> None:
    minutes = [RESPOND_WITHIN[each] // MINUTE for each in range(5)]
    assert minutes == [5, 15, 60, 240, 1440]
    assert [RESPOND_WITHIN_SLOWER[each] // MINUTE for each in range(4)] == [15, 60, 240, 1440]
    resolve = [RESOLVE_WITHIN[each] for each in range(5)]
    assert [each and each // MINUTE for each in resolve] == [60, 240, 1440, 4320, None]


@pytest.mark.parametrize(
    ("kept", "late"),
    [(None, True), (START + 5 * MINUTE, False), (START + 6 * MINUTE, True)],
)
def test_a_promise_is_kept_or_missed(kept: datetime | None, late: bool) -> None:  # noqa: FBT001
    assert Clock(START + 5 * MINUTE, kept).is_late(START + 9 * MINUTE) is late


@pytest.mark.parametrize(
    ("scenario", "first", "second"),
    [
        ("service_down", 15, 30),
        ("database", 30, 60),
        ("security", 0, 15),
        ("corruption", 0, 15),
        ("payments", 60, 120),
        ("other", 60, 120),
    ],
)
def test_the_runbooks_times(scenario: str, first: int, second: int) -> None:
    one = next_escalation(scenario=scenario, started_at=START, step=0, escalated_at=None)
    two = next_escalation(scenario=scenario, started_at=START, step=1, escalated_at=one)
    assert ((one - START) // MINUTE, (two - START) // MINUTE) == (first, second)


@pytest.mark.parametrize(
    ("more", "minute", "due"),
    [
        ({}, 14, False),
        ({}, 15, True),
        ({"acknowledged_at": START + MINUTE}, 59, False),
        ({"acknowledged_at": START + MINUTE}, 60, True),
        ({"acknowledged_at": START + MINUTE, "severity": 4}, 10_000, False),
        ({"phase": "recovery", "resolved_at": START + MINUTE}, 90, False),
        ({"phase": "closed"}, 90, False),
        ({"escalation_step": 1, "escalated_at": START + 15 * MINUTE}, 29, False),
        ({"escalation_step": 1, "escalated_at": START + 15 * MINUTE}, 30, True),
        ({"escalation_step": 1, "escalated_at": None}, 16, True),
    ],
)
def test_somebody_is_called(more: dict[str, Any], minute: int, *, due: bool) -> None:
    assert is_due(an_incident(**more), now=START + minute * MINUTE) is due


def test_technical_first_then_business_never_vendors_nor_the_unreachable() -> None:
    def person(name: str, tier: Tier, rank: int, email: str | None = "x@example.org") -> OnCall:
        return OnCall(
            id=new_id(),
            name=name,
            role="r",
            tier=tier,
            rank=rank,
            email=email,
            phone=None,
            url=None,
        )

    given = [
        person("owner", "business", 2),
        person("vendor", "vendor", 1),
        person("second", "technical", 5),
        person("manager", "business", 1),
        person("mute", "technical", 1, None),
        person("first", "technical", 2),
    ]
    assert [each.name for each in in_order(given)] == ["first", "second", "manager", "owner"]


def test_names_and_titles() -> None:
    assert shown_as_p(4) == "P3"
    assert checked_scenario(" Service-Down ") == "service_down"
    assert title_of(" slow   pages \nmore") == "slow pages"
    assert len(title_of("x" * 500)) == 150


def test_which_alerts_open_one_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCHAIR_INCIDENT_ALERTS", "DatabaseDown, high,DatabaseDown")
    assert IncidentSettings().incident_alerts == ("DatabaseDown", "high")
    monkeypatch.setenv("OPENCHAIR_INCIDENT_ALERTS", "none")
    assert IncidentSettings().incident_alerts == ()
    monkeypatch.setenv("OPENCHAIR_INCIDENT_ALERTS", "what is this?")
    with pytest.raises(ValueError, match="names of alerts"):
        IncidentSettings()
