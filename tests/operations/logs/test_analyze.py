"""The log in numbers, over a window, however many different things are said in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from openchair.operations.logs import analyze as module
from openchair.operations.logs.analyze import analyze
from tests.operations.logs.lines import fail, say


def test_levels_processes_events_slow_requests_and_minutes(tmp_path: Path) -> None:
    say(tmp_path, "web", minutes=200, event="too old", level="error")
    for number in range(15):
        say(tmp_path, "web", minutes=30 - number, event="request", logger="openchair.requests",
            method="GET", path=f"/{number}", status=200, milliseconds=number)  # fmt: skip
    fail(tmp_path, minutes=2)
    now = datetime.now(UTC)
    found = analyze(tmp_path, since=now - timedelta(hours=1), now=now)
    assert (found.lines, found.is_whole) == (16, True)
    assert found.levels == {"info": 15, "error": 1}
    assert found.processes == {"web": 15, "worker": 1}
    assert found.events == [("request", 15), ("send failed", 1)]
    assert [each.milliseconds for each in found.slow] == [float(n) for n in range(14, 4, -1)]
    assert found.errors.total == 1
    assert sum(each.lines for each in found.bins) == 16
    assert sum(each.errors for each in found.bins) == 1
    assert found.bin_seconds == 60
    assert found.bins == sorted(found.bins, key=lambda each: each.at)


def test_many_different_events_do_not_fill_the_memory(tmp_path: Path) -> None:
    for number in range(module.MOST_EVENTS + 50):
        say(tmp_path, "web", minutes=1, event=f"event {number}")
    now = datetime.now(UTC)
    found = analyze(tmp_path, since=now - timedelta(hours=1), now=now)
    assert found.events[0] == ("other", 50)
    assert found.lines == module.MOST_EVENTS + 50
