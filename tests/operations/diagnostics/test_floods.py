"""A flood is far beyond the usual and beyond 60 a minute, of one address, one path or all."""

from datetime import UTC, datetime
from pathlib import Path

from openchair.operations.diagnostics.floods import MOST_KEYS, Tally, find_floods, judged
from openchair.platform.logging.read import Line
from tests.operations.logs.lines import say


def ask(tally: Tally, *, address: str, path: str = "/", times: int = 1, status: int = 200) -> None:
    fields = {
        "logger": "openchair.requests", "address": address, "path": path, "status": status,
    }  # fmt: skip
    for _ in range(times):
        tally.take(Line(file="web", at=datetime.now(UTC), fields=fields))


def floods(recent: Tally, usual: Tally, *, baseline: float = 1000.0) -> set[tuple[str, str]]:
    found = judged(recent, usual=usual, minutes=1, baseline_minutes=baseline, now=datetime.now(UTC))
    return {(each.by, each.name) for each in found.floods}


def test_one_address_that_asks_far_more_than_usual() -> None:
    recent, usual = Tally(), Tally()
    ask(recent, address="203.0.113.9", path="/login", times=500, status=429)
    ask(recent, address="198.51.100.1", times=500)
    ask(usual, address="198.51.100.1", times=490_000)
    assert floods(recent, usual) == {("address", "203.0.113.9"), ("path", "/login")}


def test_few_requests_are_no_flood_however_unusual() -> None:
    recent = Tally()
    ask(recent, address="203.0.113.9", times=59)
    assert floods(recent, Tally()) == set()


def test_without_a_past_only_an_address_can_be_a_flood() -> None:
    recent = Tally()
    ask(recent, address="203.0.113.9", times=200)
    assert floods(recent, Tally(), baseline=0.0) == {("address", "203.0.113.9")}


def test_paths_that_differ_in_numbers_are_one_and_names_are_bounded() -> None:
    recent = Tally()
    for number in range(100):
        ask(recent, address=f"198.51.100.{number}", path=f"/api/v1/bookings/{number}")
    assert recent.paths == {"/api/v1/bookings/<n>": 100}
    for number in range(MOST_KEYS + 10):
        ask(recent, address=f"10.0.0.0.{number}")
    assert len(recent.addresses) <= MOST_KEYS + 1


def test_it_reads_the_log(tmp_path: Path) -> None:
    for minutes in (600, 300):
        say(tmp_path, "web", minutes=minutes, event="request", logger="openchair.requests",
            address="198.51.100.1", path="/", status=200)  # fmt: skip
    for _ in range(400):
        say(tmp_path, "web", minutes=1, event="request", logger="openchair.requests",
            address="203.0.113.9", path="/", status=403)  # fmt: skip
    found = find_floods(tmp_path, now=datetime.now(UTC))
    assert found.requests == 400
    assert ("address", "203.0.113.9") in {(each.by, each.name) for each in found.floods}
    assert {each.refused for each in found.floods} == {400}
