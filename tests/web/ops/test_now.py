from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from openchair.main import create_app
from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.memory import SNAPSHOT, Snapshot
from openchair.operations.alerts.models import AlertSilenceRow
from openchair.operations.alerts.state_file import write_state
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.platform.probes import Reading, State
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.platform.settings.thresholds import ThresholdSettings
from openchair.web.ops.recent import POINTS, Recent
from openchair.web.ops.sparkline import HEIGHT, draw
from openchair.web.ops.tiles import tiles
from openchair.web.ops.times import ago, clock, span
from tests.web.ops.conftest import ORIGIN, Sit, acts_of, add_alert, text_of

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


# ---------------------------------------------------------------- tiles


def tile_of(measure: str, readings: dict[str, Reading]) -> Any:
    found = tiles(readings, limits=ThresholdSettings(), values=lambda _: (), now=NOW)
    return next(each for each in found if each.measure == measure)


@pytest.mark.parametrize("value,state", [(50.0, "healthy"), (51.0, "warning"), (201.0, "error")])
def test_a_tile_is_coloured_by_the_runbooks_thresholds(value: float, state: str) -> None:
    tile = tile_of("smtp-queue", {"queue": reading("queue", measures={"smtp-queue": value})})
    assert (tile.state, tile.value) == (state, f"{value:.0f}")
    assert tile.limit == "warning 50 · critical 200"
    assert tile.url == "/ops/queues"


def test_no_worker_is_critical_and_an_old_look_is_not_known() -> None:
    gone = reading("workers", measures={"workers": 0.0})
    assert tile_of("workers", {"workers": gone}).state == "error"
    old = reading("workers", measures={"workers": 1.0}, at=NOW - timedelta(minutes=2))
    assert tile_of("workers", {"workers": old}).word == "not known"
    assert tile_of("workers", {}).state == "unknown"


def test_the_curve_of_a_tile_is_bounded_and_stays_in_its_picture() -> None:
    recent = Recent()
    for number in range(3 * POINTS):
        at = NOW + timedelta(seconds=10 * number)
        recent.hear(reading("queue", at=at, measures={"smtp-queue": float(number % 70)}))
    values = recent.values("smtp-queue")
    assert len(values) == POINTS
    drawn = draw(values, warning=50)
    heights = [float(point.split(",")[1]) for point in drawn.points.split()]
    assert drawn.threshold is not None
    assert all(0 <= each <= HEIGHT for each in [*heights, drawn.threshold])
    assert draw(values[:1], warning=None).points == ""


@pytest.mark.parametrize(
    "seconds,words",
    [
        (0, "just now"),
        (42, "42 s ago"),
        (1020, "17 min ago"),
        (18_000, "5 h ago"),
        (-600, "in 10 min"),
    ],
)
def test_times_are_relative(seconds: int, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), now=NOW) == words


def test_a_clock_names_its_zone_and_another_day() -> None:
    assert clock(NOW, now=NOW) == "14:30 UTC"
    assert clock(NOW - timedelta(days=1), now=NOW) == "21 Nov 14:30 UTC"
    assert span(timedelta(days=3)) == "3 days"


# ---------------------------------------------------------------- the page


async def test_an_operator_takes_it_on_and_gives_it_back(sit: Sit, database: Database) -> None:
    alert_id = await add_alert(database)
    seat = await sit("operator")
    page = await seat.page("/ops")
    assert "No mail server takes our mail since" in text_of(page)
    button = page.select_one("form.act button")
    assert button is not None
    assert button.get_text().strip() == "I take it on"
    taken = await seat.press("/ops/acknowledge", alerts=str(alert_id), back="/ops")
    page = await seat.page(taken.headers["location"])
    assert "You have taken it on" in text_of(page)
    assert page.select_one("a.button-main")["href"] == "/ops/queues"  # type: ignore[index]
    assert len(await acts_of(database, "alert.acknowledge")) == 1
    await seat.press("/ops/unacknowledge", alerts=str(alert_id), back="/ops")
    assert "I take it on" in text_of(await seat.page("/ops"))


@pytest.mark.parametrize(("count", "words"), [(2, "I take both on"), (3, "I take all 3 on")])
async def test_several_are_taken_on_at_once(
    sit: Sit, database: Database, count: int, words: str
) -> None:
    for number in range(count):
        await add_alert(database, component=f"smtp-{number}")
    seat = await sit("operator")
    button = (await seat.page("/ops")).select_one("form.act button")
    assert button is not None
    assert button.get_text().strip() == words


async def test_what_ended_meanwhile_is_no_error(sit: Sit) -> None:
    seat = await sit("operator")
    answer = await seat.press("/ops/acknowledge", alerts=str(new_id()), back="/ops")
    assert answer.headers["location"] == "/ops"


async def test_what_must_not_be_overlooked_stands_above_all(sit: Sit, database: Database) -> None:
    await add_alert(database, name="AlertUndelivered", component="alerting")
    await add_alert(database, name="WatchSilent", component="alerting", severity="critical")
    now = utc_now()
    async with database.transaction() as session:
        session.add(
            AlertSilenceRow(
                id=new_id(),
                name="AlertUndelivered",
                reason="planned work",
                created_by="Marek",
                starts_at=now - timedelta(minutes=1),
                ends_at=now + timedelta(hours=1),
            )
        )
    page = await (await sit("operator")).page("/ops")
    words = [text_of(BeautifulSoup(str(each), "html.parser")) for each in page.select(".banner")]
    assert "The watcher is silent" in words[0]
    assert "cannot be delivered" in words[1]
    assert "hides AlertUndelivered: planned work" in words[2]


async def test_live_without_scripts_is_a_choice(sit: Sit) -> None:
    seat = await sit("operator")
    assert "refresh" not in (await seat.client.get("/ops")).headers
    assert (await seat.client.get("/ops?live=1")).headers["refresh"] == "5"


# ---------------------------------------------------------------- the owner


async def test_an_owner_reads_plain_words_and_has_one_button(sit: Sit, database: Database) -> None:
    await add_alert(database)
    page = await (await sit("owner")).page("/ops")
    words = text_of(page)
    assert "Mails are not going out since" in words
    assert "Clients can book as always." in words
    assert "no technician is entered here yet" in words
    for jargon in ("MailDown", "smtp", "queue", "openchair ", "threshold", "dead letter"):
        assert jargon not in words
    assert page.select(".tile, .rail, table") == []
    assert len(page.select("main form")) == 0


async def test_all_is_well_for_an_owner_too(sit: Sit, door: FastAPI) -> None:
    door.state.prober.latest["smtp"] = reading("smtp")
    words = text_of(await (await sit("owner")).page("/ops"))
    assert "Everything works." in words


# ---------------------------------------------------------------- without the database


@pytest.fixture
def away() -> Iterator[FastAPI]:
    """The app with a database that refuses."""
    app = create_app(database=Database("postgresql://nobody@127.0.0.1:1/none", pool_size=1))
    message, details = "It refuses: secret-host.internal", {"kind": "refused"}
    app.state.prober.latest = {
        "database": reading("database", state=State.ERROR, message=message, details=details),
        "logins": reading("logins"),
    }
    yield app
    (load(InstallationSettings).watch_folder / "state.json").unlink(missing_ok=True)


async def test_without_the_database_what_is_known_is_told_and_no_more(away: FastAPI) -> None:
    snapshot = Snapshot(
        saved_at=NOW,
        writer="watcher",
        alerts=(
            alert(
                "DatabaseDown",
                "database",
                "critical",
                told_at=NOW,
                acknowledged_by="Marek Nowak",
                acknowledged_until=NOW,
            ),
        ),
    )
    folder = load(InstallationSettings).watch_folder
    write_state(folder, SNAPSHOT.dump_json(snapshot))
    async with AsyncClient(transport=ASGITransport(away), base_url=ORIGIN) as client:
        client.cookies.set("openchair", "anything")
        for path in ("/ops", "/ops/alerts", "/ops/second-factor"):
            answer = await client.get(path)
            assert answer.status_code == 503
            words = text_of(BeautifulSoup(answer.text, "html.parser"))
            assert "The database does not answer, since" in words
            assert "14:02 UTC" in words
            assert "Whoever is on call was told" in words
            assert "critical" in words
            assert int(answer.headers["refresh"]) > 0
            for hidden in ("secret-host", "Marek", "DatabaseDown", "logins"):
                assert hidden not in answer.text
            assert "<form" not in answer.text
