from datetime import UTC, datetime, timedelta
from typing import Any

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.catalogue import builtin_rules
from openchair.operations.diagnostics.sentence import first_sentence, say
from openchair.platform.ids import new_id
from openchair.platform.probes import Reading, State

NOW = datetime(2026, 11, 22, 14, 30, tzinfo=UTC)


def reading(name: str, *, state: State = State.HEALTHY, **more: Any) -> Reading:
    values = {"message": "Fine.", "response_time_ms": 1.0, "at": NOW, **more}
    return Reading(name=name, state=state, **values)


def alert(name: str, component: str, severity: Any = "high", **more: Any) -> Alert:
    values: dict[str, Any] = {
        "id": new_id(),
        "fingerprint": name,
        "name": name,
        "component": component,
        "severity": severity,
        "status": "firing",
        "title": name,
        "summary": name,
        "started_at": NOW - timedelta(minutes=28),
        "fired_at": NOW - timedelta(minutes=28),
        "seen_at": NOW,
    }
    return Alert(**{**values, **more})


def test_all_well_is_said_when_nothing_fires() -> None:
    sentence = say(alerts=[], readings={"smtp": reading("smtp")}, rules=builtin_rules(), now=NOW)
    assert (sentence.state, sentence.words, sentence.step) == (State.HEALTHY, "All well", None)


def test_before_the_first_look_nothing_is_called_well() -> None:
    assert say(alerts=[], readings={}, rules={}, now=NOW).state is State.WARNING


def test_the_worst_is_told_with_since_when_how_many_wait_and_what_is_safe() -> None:
    sentence = say(
        alerts=[alert("SmtpQueueHigh", "queue", "medium"), alert("MailDown", "smtp")],
        readings={"queue": reading("queue", details={"pending": 37})},
        rules=builtin_rules(),
        now=NOW,
    )
    assert sentence.words == "No mail server takes our mail"
    assert sentence.since == NOW - timedelta(minutes=28)
    assert (sentence.waiting, sentence.others) == (37, 1)
    assert sentence.safe.startswith("Nothing is lost")
    assert sentence.step is None, "first somebody takes it on"


def test_what_follows_from_something_else_is_not_what_is_told() -> None:
    sentence = say(
        alerts=[
            alert("ErrorRateCritical", "traffic", "critical", held_by="DatabaseDown"),
            alert("DatabaseDown", "database", "critical", fired_at=NOW),
        ],
        readings={},
        rules=builtin_rules(),
        now=NOW,
    )
    assert sentence.alert is not None
    assert sentence.alert.name == "DatabaseDown"


def test_once_it_is_taken_on_the_button_leads_on() -> None:
    taken = alert(
        "MailDown",
        "smtp",
        acknowledged_by="Marek",
        acknowledged_at=NOW,
        acknowledged_until=NOW + timedelta(hours=4),
    )
    sentence = say(alerts=[taken], readings={}, rules=builtin_rules(), now=NOW)
    assert sentence.step == ("See what waits", "/ops/queues")


def test_trouble_without_an_alert_is_no_all_well() -> None:
    odd = {"storage": reading("storage", state=State.ERROR, message="Writing a file fails.")}
    sentence = say(alerts=[], readings=odd, rules={}, now=NOW)
    assert sentence.state is State.WARNING
    assert "storage" in sentence.words
    assert sentence.remarks == ("storage: Writing a file fails.",)


def test_a_rule_of_an_operator_is_told_by_its_title() -> None:
    own = alert("Slow", "traffic", title="Slow: response-time > 2000ms")
    assert say(alerts=[own], readings={}, rules={}, now=NOW).words == own.title


def test_every_builtin_rule_gives_a_headline() -> None:
    for rule in builtin_rules().values():
        assert 5 < len(first_sentence(rule.meaning)) < 120, rule.name
