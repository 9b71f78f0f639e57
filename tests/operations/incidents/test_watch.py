"""The watcher's step on a real database: opens, groups, reminds, escalates, recovers and closes,
every line of the timeline once. Without a database: `test_watch_away.py`.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from openchair.identity.audit.record import SYSTEM
from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.notice import Attempt
from openchair.operations.incidents.close import close_incident, reopen_incident
from openchair.operations.incidents.open import open_incident
from openchair.operations.incidents.phases import acknowledge
from openchair.operations.incidents.update import post_update
from openchair.platform.ids import new_id
from tests.operations.incidents.scene import TEN_PAST_THREE, Scene, alert

MINUTES = timedelta(minutes=1)
WHO: dict[str, Any] = {"author": "Marek", "by": SYSTEM}


@pytest.mark.parametrize(
    ("given", "scenario", "expected"),
    [
        (alert("DatabaseDown"), "database", 0),
        (alert("DatabaseTimeout"), "database", 0),
        (alert("WorkersGone", component="workers"), "service_down", 0),
        (alert("SignatureFailures", severity="high"), "security", 1),
        (alert("LoginAnomaly", severity="high"), "security", 1),
        (alert("InvariantBroken", component="queue"), "corruption", 0),
        (alert("DiskCritical", component="storage"), "other", 1),
    ],
)
async def test_what_is_critical_opens_an_incident(
    scene: Scene, given: Alert, scenario: str, expected: int
) -> None:
    result = await scene.look(given)
    (incident,) = await scene.incidents()
    assert [each.id for each in result.opened] == [incident.id]
    assert [each.number for each in result.open_incidents] == [incident.number]
    assert (incident.scenario, incident.severity) == (scenario, expected)
    assert (incident.phase, incident.opened_by) == ("detection", "openchair")
    assert incident.is_public == (scenario not in {"security", "corruption"})
    linked = await scene.run("SELECT incident_id FROM alerts")
    assert linked == [(incident.id,)]
    for _ in range(3):
        assert (await scene.look()).opened == ()
    assert len(await scene.incidents()) == 1


@pytest.mark.parametrize(
    "given",
    [
        alert("BounceRate", severity="medium"),
        alert("WorkerDied", severity="medium", component="workers"),
        alert("DatabaseDown", held_by="silence"),
        alert("ErrorRateCritical", held_by="DatabaseDown"),
        alert("MailDown", held_by="storm"),
    ],
)
async def test_what_is_harmless_or_held_opens_none(scene: Scene, given: Alert) -> None:
    await scene.look(given)
    assert await scene.incidents() == []


async def test_alerts_within_five_minutes_are_one_incident(scene: Scene) -> None:
    first = alert("DiskCritical", component="storage")
    await scene.look(first)
    near = alert("ResponseTimeHigh", component="traffic", severity="medium", at=scene.now)
    await scene.look(near)
    low = alert("AmbiguousSend", severity="low", at=scene.now)
    later = TEN_PAST_THREE + 20 * MINUTES
    held = alert("StorageWriteFail", at=later, held_by="DiskCritical", severity="high")
    other = alert("MailDown", component="smtp", at=later)
    await scene.look(low, held, other, after=20 * MINUTES)
    one, two = await scene.incidents()
    assert one.components == ("storage", "traffic", "database")
    assert two.components == ("smtp",)
    linked = dict(await scene.run("SELECT name, incident_id FROM alerts"))
    assert linked == {
        "DiskCritical": one.id,
        "ResponseTimeHigh": one.id,
        "StorageWriteFail": one.id,
        "MailDown": two.id,
        "AmbiguousSend": None,
    }


async def test_a_flood_of_alerts_is_one_incident_of_a_hundred(scene: Scene) -> None:
    await scene.look(*(alert(f"Critical{n}", component=f"part-{n}") for n in range(130)))
    await scene.look()
    (incident,) = await scene.incidents()
    linked = await scene.run("SELECT count(*) FROM alerts WHERE incident_id IS NOT NULL")
    assert (linked[0][0], len(incident.components)) == (100, 20)


async def test_an_attack_is_no_part_of_an_outage(scene: Scene) -> None:
    await scene.look(alert("DatabaseDown"), alert("LoginAnomaly", severity="high"))
    assert {each.scenario for each in await scene.incidents()} == {"database", "security"}


async def test_it_becomes_as_bad_as_its_worst_alert_until_somebody_judges(scene: Scene) -> None:
    first = alert("ErrorRateCritical", component="traffic")
    await scene.look(first)
    await scene.look(alert("DatabaseDown", at=scene.now))
    (incident,) = await scene.incidents()
    assert (incident.severity, incident.scenario) == (0, "database")
    assert incident.title == "The database does not answer"


async def test_a_timeline_fills_itself_each_source_once(scene: Scene) -> None:
    given = alert("DatabaseDown")
    told = Attempt(
        id=new_id(),
        notice_id=new_id(),
        kind="firing",
        severity="critical",
        title=given.title,
        channel="sms",
        target="+49…000",
        outcome="sent",
        duration_ms=9,
        at=scene.now,
        alert_ids=[given.id],
    )
    await scene.look(given, attempts=[told])
    await scene.look(attempts=[told])
    scene.acknowledge(given, who="Marek")
    await scene.look()
    await scene.look()
    await scene.look(over=[scene.firing[given.id]])
    await scene.look()
    (incident,) = await scene.incidents()
    kinds = Counter(kind for kind, _ in await scene.lines(incident))
    assert kinds == {"opened": 1, "alert": 2, "told": 1, "acknowledged": 1, "resolved": 1}
    assert incident.acknowledged_at is not None
    assert (incident.phase, incident.resolved_at) == ("recovery", scene.now - 15 * MINUTES / 60)


async def test_an_update_is_reminded_of_once_each_quarter(scene: Scene) -> None:
    await scene.look(alert("DiskCritical", component="storage"))
    for _ in range(4):
        await scene.look(after=3 * MINUTES)
    assert scene.phones.reminded() == 0
    for _ in range(4):
        await scene.look(after=1 * MINUTES)
    assert scene.phones.reminded() == 1
    await scene.look(after=15 * MINUTES)
    assert scene.phones.reminded() == 1
    (incident,) = await scene.incidents()
    async with scene.database.transaction() as session:
        await post_update(session, number=incident.number, message="x", now=scene.now, **WHO)
    for _ in range(14):
        await scene.look(after=1 * MINUTES)
    assert scene.phones.reminded() == 0
    await scene.look(after=1 * MINUTES)
    assert scene.phones.reminded() == 1


async def test_it_escalates_after_the_runbooks_times_technical_first(scene: Scene) -> None:
    await scene.people()
    await scene.look(alert("WorkersGone", component="workers"))
    calls = []
    for _ in range(70):
        await scene.look(after=1 * MINUTES)
        minute = (scene.now - TEN_PAST_THREE) // MINUTES
        calls += [(minute, each) for each in scene.phones.called()]
    assert calls == [
        (15, "marek@example.org"),
        (15, "+491710000001"),
        (30, "+491710000002"),
        (45, "eva@example.org"),
    ]
    (incident,) = await scene.incidents()
    said = [words for kind, words in await scene.lines(incident) if kind == "escalation"]
    assert len(said) == 4
    assert "Marek (On call) was called by email (marek@example.org) and sms" in said[0]
    assert said[-1] == "Everybody on the list was called."
    assert ("role", "Marek is commander until somebody else is named.") in await scene.lines(
        incident
    )
    stored = await scene.run("SELECT count(*) FROM alert_attempts WHERE kind = 'escalation'")
    assert stored[0][0] == 4 + 3 * 2


async def test_security_is_escalated_at_once(scene: Scene) -> None:
    await scene.people()
    await scene.look(alert("LoginAnomaly", severity="high"))
    assert scene.phones.called() == ["marek@example.org", "+491710000001"]
    await scene.look(after=14 * MINUTES)
    assert scene.phones.called() == []
    await scene.look(after=1 * MINUTES)
    assert scene.phones.called() == ["+491710000002"]


async def test_who_acknowledges_ends_the_escalation_until_it_takes_too_long(scene: Scene) -> None:
    await scene.people()
    given = alert("WorkersGone", component="workers")
    await scene.look(given)
    (incident,) = await scene.incidents()
    async with scene.database.transaction() as session:
        await acknowledge(session, number=incident.number, now=scene.now, **WHO)
    for _ in range(5):
        await scene.look(after=10 * MINUTES)
    assert scene.phones.called() == []
    await scene.look(after=10 * MINUTES)
    assert scene.phones.called() == ["marek@example.org", "+491710000001"]


async def test_whoever_cannot_be_reached_is_followed_by_the_next(scene: Scene) -> None:
    await scene.people()
    scene.phones.dead = {"marek@example.org", "+491710000001"}
    await scene.look(alert("LoginAnomaly", severity="high"))
    assert scene.phones.called() == []
    await scene.look()
    assert scene.phones.called() == ["+491710000002"]


async def test_without_contacts_the_timeline_says_so_once(scene: Scene) -> None:
    await scene.look(alert("LoginAnomaly", severity="high"))
    await scene.look(after=60 * MINUTES)
    assert scene.phones.called() == []
    (incident,) = await scene.incidents()
    said = [words for kind, words in await scene.lines(incident) if kind == "escalation"]
    assert len(said) == 1
    assert "nobody to call" in said[0]
    await scene.people()
    await scene.look()
    assert scene.phones.called() == ["marek@example.org", "+491710000001"]


async def test_a_restart_calls_and_says_nothing_twice(scene: Scene) -> None:
    await scene.people()
    given = alert("LoginAnomaly", severity="high")
    await scene.look(given)
    scene.phones.called()
    (incident,) = await scene.incidents()
    before = await scene.lines(incident)
    for _ in range(3):
        scene.restart()
        await scene.look()
    assert scene.phones.called() == []
    assert await scene.lines(incident) == before
    scene.restart()
    await scene.look(over=[given])
    (incident,) = await scene.incidents()
    assert incident.phase == "recovery"


async def test_an_hour_of_quiet_closes_what_opened_by_itself(scene: Scene) -> None:
    given = alert("DatabaseDown")
    await scene.look(given)
    await scene.look(over=[given])
    result = await scene.look(after=59 * MINUTES)
    assert [each.phase for each in result.open_incidents] == ["recovery"]
    result = await scene.look(after=1 * MINUTES)
    assert (len(result.closed), result.open_incidents) == (1, ())
    (incident,) = await scene.incidents()
    assert incident.phase == "closed"
    assert incident.resolution is not None
    assert "Closed by itself" in incident.resolution
    assert (await scene.look()).closed == ()


async def test_a_relapse_is_the_same_incident(scene: Scene) -> None:
    given = alert("DatabaseDown")
    await scene.look(given)
    await scene.look(over=[given])
    await scene.look(alert("DatabaseDown", at=scene.now), after=40 * MINUTES)
    (incident,) = await scene.incidents()
    assert (incident.phase, incident.resolved_at) == ("investigation", None)
    assert incident.update_due_at == scene.now + 15 * MINUTES


async def test_a_worker_that_was_started_again_is_no_relapse(scene: Scene) -> None:
    given = alert("DatabaseDown")
    await scene.look(given)
    await scene.look(over=[given])
    died = alert("WorkerDied", severity="medium", component="workers", at=scene.now)
    await scene.look(died)
    (incident,) = await scene.incidents()
    assert incident.phase == "recovery"


async def test_what_people_decide_stays(scene: Scene) -> None:
    given = alert("DatabaseDown")
    await scene.look(given)
    (incident,) = await scene.incidents()
    async with scene.database.transaction() as session:
        await close_incident(
            session, number=incident.number, resolution="false alarm", now=scene.now, **WHO
        )
    await scene.look()
    await scene.look(over=[given])
    (incident,) = await scene.incidents()
    assert (incident.phase, incident.resolution) == ("closed", "false alarm")
    async with scene.database.transaction() as session:
        await reopen_incident(
            session, number=incident.number, reason="it was real", now=scene.now, **WHO
        )
    await scene.look()
    await scene.look(after=2 * 60 * MINUTES)
    assert [each.phase for each in await scene.incidents()] == ["investigation"]


async def test_alerts_join_what_a_person_opened_but_do_not_close_it(scene: Scene) -> None:
    async with scene.database.transaction() as session:
        mine = await open_incident(
            session, description="d", impact="i", severity=2, now=scene.now, **WHO
        )
    given = alert("DatabaseDown")
    await scene.look(given)
    await scene.look(over=[given])
    await scene.look(after=3 * 60 * MINUTES)
    (incident,) = await scene.incidents()
    assert (incident.id, incident.phase, incident.severity) == (mine.id, "recovery", 2)


async def test_what_operators_did_stands_in_the_timeline(scene: Scene) -> None:
    await scene.look(alert("DatabaseDown"))
    await scene.run(
        "INSERT INTO audit_logs (id, actor, action, resource_type, resource_id, metadata,"
        " correlation_id, created_at) VALUES (:id, 'user', 'apply', 'runbook', 'database-down',"
        " '{}', 'c', :at)",
        id=new_id(),
        at=scene.now,
    )
    await scene.look()
    await scene.look()
    (incident,) = await scene.incidents()
    acts = [words for kind, words in await scene.lines(incident) if kind == "act"]
    assert acts == ["apply: runbook database-down"]


async def test_a_new_version_is_seen(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("openchair.operations.incidents.watch.version", lambda _: "1.0")
    await scene.look()
    monkeypatch.setattr("openchair.operations.incidents.watch.version", lambda _: "1.1")
    scene.restart()
    await scene.look()
    await scene.look(alert("DatabaseDown", at=scene.now + 60 * MINUTES), after=60 * MINUTES)
    (incident,) = await scene.incidents()
    said = [words for kind, words in await scene.lines(incident) if kind == "deploy"]
    assert said == ["Version 1.1 runs since then."]
