"""What people do to an incident, on a real database: each verb with its line and its act."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import SYSTEM
from openchair.operations.incidents.close import close_incident, reopen_incident
from openchair.operations.incidents.incident import Incident
from openchair.operations.incidents.open import open_incident
from openchair.operations.incidents.phases import acknowledge, change_severity, move
from openchair.operations.incidents.queries import (
    detail_of,
    entries_of,
    get_incident,
    list_incidents,
    open_incidents,
    roles_of,
    the_one,
)
from openchair.operations.incidents.roles import assign_role
from openchair.operations.incidents.timeline import enter, note
from openchair.operations.incidents.update import post_update
from openchair.platform.errors import Conflict, Invalid, NotFound

NOW = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=20)
WHO: dict[str, Any] = {"author": "Marek", "by": SYSTEM}


async def opened(session: AsyncSession, **more: Any) -> Incident:
    given: dict[str, Any] = {
        "description": "Booking pages are slow\nsince three",
        "impact": "Clients wait",
        "severity": 1,
        "now": NOW,
        **WHO,
        **more,
    }
    return await open_incident(session, **given)


async def lines(session: AsyncSession, incident: Incident) -> list[tuple[str, str]]:
    found = await entries_of(session, incident_id=incident.id)
    return [(each.kind, each.words) for each in found]


async def test_opening_starts_clocks_and_timeline(session: AsyncSession) -> None:
    incident = await opened(session, components=["traffic", "traffic"], scenario="service-down")
    assert incident.number > 0
    assert incident.title == "Booking pages are slow"
    assert (incident.phase, incident.scenario) == ("detection", "service_down")
    assert incident.components == ("traffic",)
    assert incident.update_due_at == NOW + timedelta(minutes=15)
    assert incident.response(slower=False).due == NOW + timedelta(minutes=15)
    assert incident.response(slower=True).due == NOW + timedelta(hours=1)
    assert incident.resolution_due().due == NOW + timedelta(hours=4)
    (line,) = await lines(session, incident)
    assert line[0] == "opened"
    assert "Clients wait" in line[1]
    acts = await session.execute(
        text("SELECT action, metadata->>'severity' FROM audit_logs WHERE resource_type='incident'")
    )
    assert acts.all() == [("open", "SEV-1")]


async def test_a_commander_takes_it_on_at_once(session: AsyncSession) -> None:
    incident = await opened(session, commander="Marek  Nowak")
    assert (incident.phase, incident.acknowledged_at) == ("triage", NOW)
    (role,) = await roles_of(session, incident_id=incident.id)
    assert (role.role, role.name) == ("commander", "Marek Nowak")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"description": " "}, "description"),
        ({"description": "x" * 2001}, "description"),
        ({"impact": "a\x00b"}, "impact"),
        ({"severity": 5}, "severity"),
        ({"scenario": "alien"}, "scenario"),
        ({"components": [f"c{n}" for n in range(21)]}, "components"),
    ],
)
async def test_words_are_bounded(session: AsyncSession, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as wrong:
        await opened(session, **given)
    assert wrong.value.field == field
    assert await open_incidents(session) == []


async def test_acknowledging_makes_a_commander_once(session: AsyncSession) -> None:
    incident = await opened(session)
    first = await acknowledge(session, number=incident.number, now=NOW, **WHO)
    assert (first.phase, first.acknowledged_at) == ("triage", NOW)
    again = await acknowledge(session, number=incident.number, author="Eva", by=SYSTEM, now=LATER)
    assert again.acknowledged_at == NOW
    assert [each.name for each in await roles_of(session, incident_id=incident.id)] == ["Marek"]


async def test_an_update_is_due_every_quarter_of_an_hour(session: AsyncSession) -> None:
    incident = await opened(session)
    assert incident.is_update_late(LATER)
    after, entry = await post_update(
        session, number=incident.number, message="We look into it", now=LATER, **WHO
    )
    assert after.update_due_at == LATER + timedelta(minutes=15)
    assert entry.is_public
    _, inside = await post_update(
        session, number=incident.number, message="lock queue", is_public=False, now=LATER, **WHO
    )
    assert not inside.is_public
    public = await entries_of(session, incident_id=incident.id, only_public=True)
    assert [each.words for each in public] == ["We look into it"]


async def test_a_word_about_what_is_not_public_stays_inside(session: AsyncSession) -> None:
    incident = await opened(session, is_public=False)
    _, entry = await post_update(session, number=incident.number, message="x", now=NOW, **WHO)
    await close_incident(session, number=incident.number, resolution="y", now=NOW, **WHO)
    assert not entry.is_public
    assert await entries_of(session, incident_id=incident.id, only_public=True) == ()
    assert await list_incidents(session, only_public=True) == []


@pytest.mark.parametrize(
    ("path", "last", "legal"),
    [
        ([], "triage", True),
        ([], "investigation", True),
        ([], "recovery", True),
        (["triage"], "detection", False),
        (["investigation"], "triage", True),
        (["recovery"], "investigation", True),
        (["recovery"], "triage", False),
        (["recovery"], "closed", False),
    ],
)
async def test_phases_follow_each_other(
    session: AsyncSession, path: list[str], last: str, *, legal: bool
) -> None:
    incident = await opened(session)
    for each in path:
        await move(session, number=incident.number, phase=each, now=NOW, **WHO)
    if legal:
        moved = await move(session, number=incident.number, phase=last, now=LATER, **WHO)
        assert moved.phase == last
        assert moved.resolved_at == (LATER if last == "recovery" else None)
    else:
        with pytest.raises(Conflict):
            await move(session, number=incident.number, phase=last, now=LATER, **WHO)


async def test_back_from_recovery_a_word_is_due_again(session: AsyncSession) -> None:
    incident = await opened(session)
    await move(session, number=incident.number, phase="recovery", now=NOW, **WHO)
    back = await move(session, number=incident.number, phase="investigation", now=LATER, **WHO)
    assert (back.update_due_at, back.resolved_at) == (LATER + timedelta(minutes=15), None)


async def test_what_is_no_phase_is_said_so(session: AsyncSession) -> None:
    incident = await opened(session)
    with pytest.raises(Invalid):
        await move(session, number=incident.number, phase="panic", now=NOW, **WHO)


async def test_worse_than_was_thought(session: AsyncSession) -> None:
    incident = await opened(session)
    worse = await change_severity(
        session, number=incident.number, severity=0, reason="all are down", now=LATER, **WHO
    )
    assert worse.severity == 0
    assert worse.response(slower=False).due == NOW + timedelta(minutes=5)
    assert ("severity", "SEV-1 → SEV-0: all are down") in await lines(session, incident)


async def test_closed_and_opened_again(session: AsyncSession) -> None:
    incident = await opened(session)
    closed = await close_incident(
        session, number=incident.number, resolution="Restarted", now=LATER, **WHO
    )
    assert (closed.phase, closed.resolved_at, closed.closed_at) == ("closed", LATER, LATER)
    assert not closed.resolution_due().is_late(LATER)
    assert await open_incidents(session) == []
    with pytest.raises(Conflict):
        await close_incident(session, number=incident.number, resolution="x", now=LATER, **WHO)
    with pytest.raises(Conflict):
        await post_update(session, number=incident.number, message="x", now=LATER, **WHO)
    again = await reopen_incident(
        session, number=incident.number, reason="slow again", now=LATER, **WHO
    )
    assert (again.phase, again.resolved_at, again.closed_at) == ("investigation", None, None)
    assert again.update_due_at == LATER + timedelta(minutes=15)
    with pytest.raises(Conflict):
        await reopen_incident(session, number=incident.number, reason="x", now=LATER, **WHO)


async def test_which_one_is_meant(session: AsyncSession) -> None:
    with pytest.raises(NotFound, match="no open incident"):
        await the_one(session, number=None)
    first = await opened(session)
    assert (await the_one(session, number=None)).number == first.number
    second = await opened(session, severity=0)
    with pytest.raises(Invalid, match=f"--incident N .*{second.number}"):
        await the_one(session, number=None)
    assert (await the_one(session, number=first.number)).id == first.id
    assert [each.number for each in await open_incidents(session)] == [
        second.number,
        first.number,
    ]
    page = await list_incidents(session, before=second.number, limit=1)
    assert [each.number for each in page] == [first.number]
    with pytest.raises(NotFound):
        await get_incident(session, number=10**9)


async def test_roles_change_hands(session: AsyncSession) -> None:
    incident = await opened(session)
    for name in ("Eva", "Eva", "Jan"):
        await assign_role(session, number=incident.number, role="Scribe", name=name, now=NOW, **WHO)
    found = await detail_of(session, number=incident.number)
    assert [(each.role, each.name) for each in found.roles] == [("scribe", "Jan")]
    assert [each.words for each in found.entries if each.kind == "role"] == [
        "Eva is scribe now.",
        "Jan is scribe now.",
    ]
    with pytest.raises(Invalid):
        await assign_role(session, number=incident.number, role="king", name="x", now=NOW, **WHO)


async def test_a_source_is_entered_once_and_nothing_is_changed(session: AsyncSession) -> None:
    incident = await opened(session)
    entry = await note(
        session, number=incident.number, words="looked at locks", now=LATER, at=NOW, **WHO
    )
    assert await enter(session, entries=[entry]) == 0
    found = await entries_of(session, incident_id=incident.id)
    assert await enter(session, entries=found) == 0
    assert [each.at for each in found if each.kind == "note"] == [NOW]
    with pytest.raises(DBAPIError, match="never changed"):
        await session.execute(text("UPDATE incident_entries SET words = 'x'"))
