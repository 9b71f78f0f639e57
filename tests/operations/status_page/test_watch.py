"""The page as the watcher keeps it: with a database, without one, and across restarts."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from openchair.identity.audit.record import SYSTEM
from openchair.operations.incidents.open import open_incident
from openchair.operations.incidents.update import post_update
from openchair.operations.status_page.inbox import leave, read_inbox
from openchair.operations.status_page.updates import Clear, new_update
from openchair.platform.db.engine import Database
from openchair.platform.probes import State
from tests.operations.status_page.looks import EVERY, FINE, NO_DATABASE, Keeper, reading


@pytest.fixture
def keeper(database: Database, tmp_path: Path) -> Keeper:
    return Keeper(database, tmp_path)


async def rows(keeper: Keeper, statement: str) -> list[tuple[Any, ...]]:
    async with keeper.database.transaction() as session:
        return [tuple(each) for each in (await session.execute(text(statement))).all()]


BOOKING = "SELECT down_seconds, watched_seconds, worst FROM status_days WHERE component = 'booking'"


async def test_an_outage_without_a_database_is_in_it_afterwards_once(keeper: Keeper) -> None:
    await keeper.round(FINE, rounds=2)
    await keeper.round(NO_DATABASE)
    assert set(keeper.shown().values()) == {"operational"}
    await keeper.round(NO_DATABASE, rounds=3)
    assert keeper.shown()["booking"] == "major_outage"
    assert "Booking online does not work" in keeper.text()
    keeper.restart()
    await keeper.round(NO_DATABASE)
    assert keeper.shown()["booking"] == "major_outage"
    await keeper.round(FINE)
    assert keeper.shown()["booking"] == "major_outage"
    await keeper.round(FINE, rounds=6)
    assert set(keeper.shown().values()) == {"operational"}

    spans = "SELECT state, until - since FROM status_spans WHERE component = 'booking'"
    assert await rows(keeper, spans) == [("major_outage", timedelta(seconds=5 * EVERY))]
    [(down, watched, worst)] = await rows(keeper, BOOKING)
    assert (down, worst) == (5 * EVERY, "major_outage")
    assert 10 * EVERY < watched <= 14 * EVERY  # it is written once a minute

    for _ in range(2):  # what was handed over is not handed over again
        keeper.restart()
        await keeper.round(FINE)
    [(down, watched, _)] = await rows(keeper, BOOKING)
    assert down == 5 * EVERY
    assert watched <= 16 * EVERY
    assert len(await rows(keeper, spans)) == 1
    assert "Booking online did not work" in keeper.text("en/history.html")


async def test_who_began_without_a_database_adds_to_what_is_there(
    keeper: Keeper, tmp_path: Path
) -> None:
    await keeper.round(FINE, rounds=6)
    other = Keeper(keeper.database, tmp_path / "other", now=keeper.now)
    await other.round(FINE)
    await other.round(NO_DATABASE, rounds=4)
    await other.round(FINE, rounds=8)
    [(down, watched, _)] = await rows(keeper, BOOKING)
    assert down == 4 * EVERY
    assert 14 * EVERY < watched <= 19 * EVERY  # it is written once a minute


NOT_YET = {**FINE, "website": reading("website", State.ERROR)}


async def test_a_first_start_is_no_outage(keeper: Keeper) -> None:
    await keeper.round(NOT_YET, rounds=3)
    unknown = dict.fromkeys(("booking", "website", "console"), "unknown")
    assert keeper.shown() == {**unknown, "mail": "operational", "sms": "operational"}
    assert "Not known yet" in keeper.text()
    assert "Everything works" not in keeper.text()
    keeper.restart()
    await keeper.round(NOT_YET)
    assert keeper.shown()["booking"] == "unknown"
    await keeper.round(FINE, rounds=5)
    assert "Everything works" in keeper.text()
    assert await rows(keeper, "SELECT 1 FROM status_spans") == []
    [(down, _, worst)] = await rows(keeper, BOOKING)
    assert (down, worst) == (0, "operational")
    await keeper.round(NOT_YET, rounds=2)  # it worked once: now it counts
    assert keeper.shown()["booking"] == "major_outage"


async def test_what_does_not_work_three_minutes_after_the_first_start_counts(
    keeper: Keeper,
) -> None:
    await keeper.round(NOT_YET, rounds=12)
    assert keeper.shown()["booking"] == "unknown"
    await keeper.round(NOT_YET, rounds=2)
    assert keeper.shown()["booking"] == "major_outage"
    assert keeper.shown()["mail"] == "operational"


async def test_words_left_without_a_database_are_shown_at_once_and_stored_later(
    keeper: Keeper,
) -> None:
    await keeper.round(FINE, rounds=2)
    said = new_update(
        state="degraded",
        message="Reminders come late.",
        author="olena",
        now=keeper.now,
        component="mail",
    )
    leave(keeper.watch, said)
    await keeper.round(NO_DATABASE)
    assert keeper.shown() == {**dict.fromkeys(keeper.shown(), "operational"), "mail": "degraded"}
    assert "Reminders come late." in keeper.text()
    assert len(read_inbox(keeper.watch)) == 1
    await keeper.round(FINE)
    assert read_inbox(keeper.watch) == []
    stored = "SELECT id, state, component, author FROM status_updates"
    assert await rows(keeper, stored) == [(said.id, "degraded", "mail", "olena")]
    audited = "SELECT action, metadata ->> 'author' FROM audit_logs"
    assert await rows(keeper, audited) == [("update", "olena")]

    leave(keeper.watch, Clear(at=keeper.now, author="olena", component="mail"))
    await keeper.round(FINE)
    assert keeper.shown()["mail"] == "operational"
    assert ("clear", "olena") in await rows(keeper, audited)


async def test_nothing_internal_is_on_the_page(keeper: Keeper) -> None:
    async with keeper.database.transaction() as session:
        incident = await open_incident(
            session,
            description="pg-1.internal refuses: SELECT secret",
            impact="Marek is called",
            severity=1,
            author="marek",
            by=SYSTEM,
            now=keeper.now,
            components=["database"],
        )
        for words, is_public in (("We are on it.", True), ("disk of pg-1 is full", False)):
            await post_update(
                session,
                number=incident.number,
                message=words,
                author="marek",
                by=SYSTEM,
                now=keeper.now,
                is_public=is_public,
            )
    await keeper.round(FINE)
    await keeper.round({**FINE, "website": reading("website", State.ERROR)}, rounds=3)
    pages = [each for each in (keeper.home / "status").rglob("*") if each.is_file()]
    everything = "\n".join(each.read_text() for each in pages)
    assert "We are on it." in everything
    for secret in ("pg-1", "SELECT", "marek", "Marek", "SEV-", "Traceback", str(keeper.home)):
        assert secret not in everything


async def test_only_what_changed_is_written(keeper: Keeper) -> None:
    await keeper.round(FINE, rounds=3)
    page = keeper.home / "status"
    before = {each: each.stat().st_mtime_ns for each in page.rglob("*") if each.is_file()}
    await keeper.round(FINE)
    changed = {
        each.relative_to(page).as_posix()
        for each, written in before.items()
        if each.stat().st_mtime_ns != written
    }
    assert "stamp.json" in changed
    assert not any("history" in each or "incidents" in each for each in changed)


async def test_a_folder_that_was_emptied_is_filled_again(keeper: Keeper) -> None:
    await keeper.round(FINE, rounds=2)
    for each in (keeper.home / "status").rglob("*.*"):
        if each.is_file():
            each.unlink()
    await keeper.round(FINE)
    assert "Everything works" in keeper.text()
    assert "Alles funktioniert" in keeper.text("de/index.html")
    assert "Усе працює" in keeper.text("uk/index.html")
