"""Quick scan, verify and the overview: what they call unusual, wrong and fine. Pure rules."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from openchair.notifications.queries import Flow
from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.rules import effective
from openchair.operations.diagnostics.anomalies import Rows, read_errors, scan
from openchair.operations.diagnostics.live import counters_of, tick_of
from openchair.operations.diagnostics.overview import Told, overview
from openchair.operations.diagnostics.own_site import Answered
from openchair.operations.diagnostics.traffic import Route
from openchair.operations.diagnostics.verify import checks_of
from openchair.operations.metrics.baseline import Comparison, Usual
from openchair.platform.breakers.breaker import Breaker
from openchair.platform.ids import new_id
from openchair.platform.metrics.catalogue import HTTP_DURATION, HTTP_REQUESTS
from openchair.platform.metrics.snapshots import Counted, Snapshot
from openchair.platform.probes import Reading, State
from tests.operations.logs.lines import fail, say

NOW = datetime.now(UTC)
RULES = effective(())


def reading(name: str, state: State = State.HEALTHY, **measures: float) -> Reading:
    return Reading(
        name=name, state=state, message="as it is", response_time_ms=1, at=NOW, measures=measures
    )


def alert(**more: Any) -> Alert:
    values: dict[str, Any] = {
        "id": new_id(), "fingerprint": "f", "name": "DatabaseDown", "component": "database",
        "severity": "critical", "status": "firing", "title": "It is down", "summary": "",
        "started_at": NOW, "seen_at": NOW, "fired_at": NOW,
    }  # fmt: skip
    return Alert(**{**values, **more})


def comparison(measure: str, *, unusual: bool = False, significance: float = 0.0) -> Comparison:
    return Comparison(
        measure=measure, unit="ms", now=9.0, difference_percent=1.0, significance=significance,
        unusual=unusual, usual=Usual(median=3.0, spread=1.0, hours=7, last_week=3.0),
    )  # fmt: skip


def rows(**more: Any) -> Rows:
    values: dict[str, Any] = {
        "comparisons": (), "routes": (), "breakers": (), "flow": Flow(queued=9, ended=9, due=0),
    }  # fmt: skip
    return Rows(**{**values, **more})


def kinds(folder: Path, *, alerts: tuple[Alert, ...] = (), failed: float = 0, **more: Any) -> Any:
    errors = read_errors(folder, now=NOW)
    found = scan(rows=rows(**more), errors=errors, alerts=alerts, failed_logins=failed)
    assert all(each.words and each.next_step for each in found)
    return {each.kind for each in found}


def test_a_quiet_house_has_no_anomalies(tmp_path: Path) -> None:
    say(tmp_path, "web", minutes=60, event="fine")
    say(tmp_path, "web", minutes=1, event="fine")
    assert kinds(tmp_path) == set()


def test_each_thing_that_is_unlike_before_is_one(tmp_path: Path) -> None:
    say(tmp_path, "web", minutes=60, event="fine")
    fail(tmp_path, minutes=1)
    found = kinds(
        tmp_path,
        alerts=(alert(), alert(status="pending", fired_at=None)),
        failed=21,
        comparisons=[comparison("response-time", unusual=True)],
        routes=[Route(route="/slow", count=9, total_seconds=40, p95_ms=2500)],
        flow=Flow(queued=100, ended=5, due=90),
        breakers=[
            Breaker(provider="smtp", state="open", failures=5, opened_at=NOW, last_error="refused",
                    changed_at=NOW)
        ],
    )  # fmt: skip
    assert found == {
        *("alert", "new error", "traffic", "slow route", "queue", "breaker", "log-ins"),
    }


def test_an_error_rate_above_its_threshold_needs_no_past(tmp_path: Path) -> None:
    plain = comparison("error-rate")
    assert kinds(tmp_path, comparisons=[plain]) == {"traffic"}


def answered(status: int = 200) -> Answered:
    return Answered(path="/", status=status, first_byte_ms=1, total_ms=2, words=f"answers {status}")


def failed_checks(**more: Any) -> set[str]:
    values: dict[str, Any] = {
        "readings": {"database": reading("database")}, "told": Told(rules=RULES),
        "comparisons": [comparison("response-time")], "visited": [answered()],
    }  # fmt: skip
    return {each.name for each in checks_of(**{**values, **more}) if not each.ok}


def test_all_is_well_only_when_everything_is() -> None:
    assert failed_checks() == set()
    warned = {"smtp": reading("smtp", State.WARNING)}
    assert failed_checks(readings=warned) == set()
    assert failed_checks(readings={"smtp": reading("smtp", State.ERROR)}) == {"smtp"}
    assert failed_checks(visited=[answered(503)]) == {"GET /"}
    assert failed_checks(visited=[answered(0)]) == {"GET /"}
    assert failed_checks(told=Told(rules=RULES, alerts=(alert(),))) == {"alerts"}
    assert failed_checks(told=Told(rules=RULES, missing="away")) == {"alerts"}


def test_only_worse_than_usual_spoils_it() -> None:
    slower = comparison("response-time", unusual=True, significance=9.0)
    quicker = comparison("response-time", unusual=True, significance=-9.0)
    quieter = comparison("requests", unusual=True, significance=9.0)
    assert failed_checks(comparisons=[slower]) == {"baseline: response-time"}
    assert failed_checks(comparisons=[quicker, quieter]) == set()
    assert failed_checks(comparisons=None) == set()


def test_the_sentence_names_the_worst_also_when_the_alerts_cannot_be_read() -> None:
    readings = {
        "site": reading("site", State.ERROR), "database": reading("database", State.ERROR),
    }  # fmt: skip
    found = overview(readings=readings, told=Told(rules=RULES, missing="away"), now=NOW)
    assert (found.is_well, found.sentence.state) == (False, State.ERROR)
    assert found.sentence.words.startswith("database")
    well = overview(readings={"site": reading("site")}, told=Told(rules=RULES), now=NOW)
    assert (well.is_well, well.sentence.words) == (True, "All well")
    told = overview(readings={}, told=Told(rules=RULES, alerts=(alert(),)), now=NOW)
    assert (told.is_well, told.sentence.state) == (False, State.ERROR)


def snapshot(at: datetime, *, requests: int, errors: int) -> Snapshot:
    def counted(*labels: str, value: int) -> Counted:
        return Counted(labels=labels, value=float(value), count=value, buckets=())

    buckets = [0] * (len(HTTP_DURATION.bounds) + 1)
    buckets[HTTP_DURATION.bounds.index(0.1)] = requests
    return Snapshot(
        process="web", instance="host:1", at=at,
        metrics={
            HTTP_REQUESTS.name: (
                counted("GET", "/{slug}", "2xx", value=requests),
                counted("GET", "/{slug}", "5xx", value=errors),
                counted("GET", "/api/health", "2xx", value=requests * 50),
            ),
            HTTP_DURATION.name: (
                Counted(labels=("/{slug}",), value=1.0, count=requests, buckets=tuple(buckets)),
            ),
        },
    )  # fmt: skip


def test_rates_are_what_the_processes_counted_between_two_looks() -> None:
    first = [snapshot(NOW, requests=100, errors=0)]
    second = [snapshot(NOW + timedelta(seconds=10), requests=150, errors=5)]
    seen = overview(readings={}, told=Told(rules=RULES, missing="away"), now=NOW)
    before = (NOW, counters_of(first))
    tick = tick_of(overview=seen, sentence="", snapshots=second, before=before)
    assert (tick.requests, tick.errors) == (5.5, 0.5)
    assert tick.p95_ms is not None
    assert 50 < tick.p95_ms <= 100
    assert tick.missing == "away"
    again = tick_of(overview=seen, sentence="", snapshots=first, before=before)
    assert again.requests is None
    anew = [snapshot(NOW + timedelta(seconds=10), requests=20, errors=0)]
    assert tick_of(overview=seen, sentence="", snapshots=anew, before=before).requests == 2.0
