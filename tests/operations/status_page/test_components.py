"""What clients notice of what the probes found."""

import pytest

from openchair.operations.status_page.components import absent, state_of, touched
from openchair.platform.probes import Reading, State
from tests.operations.status_page.looks import FINE, NO_DATABASE, reading

ERROR, WARNING = State.ERROR, State.WARNING


def test_all_is_well() -> None:
    assert set(state_of(FINE).values()) == {"operational"}
    assert set(state_of(FINE)) == {"booking", "website", "mail", "sms", "console"}


def test_without_the_database_no_page_works_and_messages_wait() -> None:
    found = state_of(NO_DATABASE)
    assert found["booking"] == found["website"] == found["console"] == "major_outage"
    assert found["mail"] == found["sms"] == "partial_outage"


@pytest.mark.parametrize(
    ("changed", "component", "expected"),
    [
        (reading("website", ERROR), "booking", "major_outage"),
        (reading("website", ERROR), "mail", "operational"),
        (reading("database", ERROR, kind="saturated"), "booking", "degraded"),
        (reading("database", WARNING), "booking", "operational"),
        (reading("workers", ERROR), "mail", "partial_outage"),
        (reading("workers", ERROR), "booking", "operational"),
        (reading("smtp", ERROR), "mail", "partial_outage"),
        (reading("smtp", ERROR), "sms", "operational"),
        (reading("smtp", WARNING), "mail", "operational"),
        (reading("queue", WARNING, measures={"queue-age": 900.0}), "mail", "degraded"),
        (reading("queue", WARNING, measures={"queue-age": 60.0}), "mail", "operational"),
        (reading("sms", ERROR, configured=True), "sms", "partial_outage"),
        (reading("traffic", ERROR, measures={"error-rate": 12.0}), "booking", "degraded"),
        (reading("traffic", ERROR, measures={"error-rate": 60.0}), "booking", "partial_outage"),
        (reading("traffic", ERROR, kind="unknown"), "booking", "operational"),
    ],
)
def test_each_finding_is_felt_where_it_is_felt(
    changed: Reading, component: str, expected: str
) -> None:
    assert dict(state_of({**FINE, changed.name: changed}))[component] == expected  # type: ignore[index]


def test_what_does_not_exist_is_left_out_and_what_is_unknown_is_not_fine() -> None:
    without = {**FINE, "sms": reading("sms", WARNING, configured=False)}
    assert "sms" not in state_of(without)
    assert absent(without) == {"sms"}
    assert state_of({}) == {}


def test_parts_of_ours_are_named_in_clients_words() -> None:
    assert touched(["smtp", "Workers"]) == ("mail", "sms")
    assert touched(["pg-1.internal"]) == ()
