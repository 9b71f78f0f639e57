"""Errors are one when they differ in nothing but numbers, and new when nobody saw them before."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from openchair.operations.logs.errors import find_errors
from openchair.operations.logs.fingerprint import normalised
from tests.operations.logs.lines import TRACEBACK, fail, say, write


def ago(minutes: float) -> datetime:
    return datetime.now(UTC) - timedelta(minutes=minutes)


def test_what_differs_in_numbers_and_lines_is_one_error(tmp_path: Path) -> None:
    fail(tmp_path, minutes=30, line=10, number=17, correlation_id="first-one")
    fail(tmp_path, minutes=20, line=12, number=4711)
    fail(tmp_path, minutes=10, line=12, number=3, correlation_id="last-one")
    [group] = find_errors(tmp_path, since=ago(60)).groups
    assert group.count == 3
    assert group.mark.kind == "SMTPServerDisconnected"
    assert group.mark.place == "notifications/delivery.py in _hand_over"
    assert group.mark.message == "send failed: Connection lost after <n> bytes"
    assert 29 < (datetime.now(UTC) - group.first).total_seconds() / 60 < 31
    assert 9 < (datetime.now(UTC) - group.last).total_seconds() / 60 < 11
    assert group.correlation_id == "last-one"
    assert "Connection lost after 3 bytes" in group.sample


def test_new_is_what_the_older_log_does_not_have(tmp_path: Path) -> None:
    fail(tmp_path, minutes=90)
    fail(tmp_path, minutes=5)
    say(tmp_path, "web", minutes=4, event="never before", level="error")
    found = find_errors(tmp_path, since=ago(60))
    assert {each.mark.message: each.is_new for each in found.groups} == {
        "send failed: Connection lost after <n> bytes": False,
        "never before": True,
    }
    assert found.total == 2


def test_nothing_is_called_new_where_the_log_does_not_reach_back(tmp_path: Path) -> None:
    fail(tmp_path, minutes=5)
    found = find_errors(tmp_path, since=ago(60))
    assert not found.knows_new
    assert not found.groups[0].is_new


def test_what_an_interpreter_prints_over_many_lines_is_one_error(tmp_path: Path) -> None:
    say(tmp_path, "web", minutes=3, event="fine")
    write(tmp_path, "web", TRACEBACK.format(line=1, number=2))
    say(tmp_path, "web", minutes=2, event="fine again")
    [group] = find_errors(tmp_path, since=ago(60)).groups
    assert (group.count, group.mark.kind) == (1, "SMTPServerDisconnected")
    assert group.sample.startswith("Traceback")


def test_answers_of_500_are_errors_of_their_address(tmp_path: Path) -> None:
    for number in (1, 2):
        say(tmp_path, "web", minutes=number, event="request", logger="openchair.requests",
            method="GET", path=f"/api/v1/bookings/{number}", status=500)  # fmt: skip
    [group] = find_errors(tmp_path, since=ago(60)).groups
    assert (group.mark.kind, group.mark.place) == ("HTTP 500", "/api/v1/bookings/<n>")
    assert group.count == 2


def test_ids_numbers_and_addresses_are_taken_out() -> None:
    text = (
        "booking 0198c5e2-1f6b-7a3e-8a4b-0123456789ab of anna@example.org at 10.0.0.7:5432 failed"
    )
    assert normalised(text) == "booking <id> of <address> at <n>:<n> failed"
    assert normalised("facade is no id") == "facade is no id"
