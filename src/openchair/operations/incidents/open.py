"""Opens an incident: by hand, or for the watcher in the same words. Called by commands and pages;
`watch.py` opens its own, which have to live without a database.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.incidents.clocks import UPDATE_EVERY
from openchair.operations.incidents.incident import (
    MOST_TITLE,
    SYSTEM_AUTHOR,
    Entry,
    Incident,
    checked_components,
    checked_line,
    checked_scenario,
    checked_words,
    new_entry,
    title_of,
)
from openchair.operations.incidents.models import IncidentRow
from openchair.operations.incidents.queries import MOST_OPEN, open_incidents, view
from openchair.operations.incidents.roles import put_role
from openchair.operations.incidents.severity import WORDS, shown
from openchair.operations.incidents.timeline import enter
from openchair.platform import correlation
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.ids import new_id


async def open_incident(
    session: AsyncSession,
    *,
    description: str,
    impact: str,
    severity: int,
    author: str,
    by: Actor,
    now: datetime,
    title: str = "",
    scenario: str = "other",
    components: Sequence[str] = (),
    is_public: bool = True,
    commander: str = "",
    started_at: datetime | None = None,
) -> Incident:
    """A new incident in detection, or in triage when it has a commander. `severity` is 0 to 4,
    given or proposed by the matrix (`severity.propose`); `started_at` is when it began, if before
    `now`.

    Raises `Invalid`, and `Conflict` when fifty are open already.
    """
    if severity not in WORDS:
        raise Invalid("A severity is SEV-0 to SEV-4.", field="severity")
    if len(await open_incidents(session)) >= MOST_OPEN:
        raise Conflict(f"{MOST_OPEN} incidents are open; please close some first.")
    description = checked_words(description, field="description")
    row = IncidentRow(
        id=new_id(),
        title=checked_line(title or title_of(description), field="title", most=MOST_TITLE),
        description=description,
        impact=checked_words(impact, field="impact"),
        severity=severity,
        scenario=checked_scenario(scenario),
        phase="detection",
        components=list(checked_components(components)),
        is_public=is_public,
        opened_by=author,
        correlation_id=correlation.current(),
        started_at=min(started_at or now, now),
        detected_at=now,
        update_due_at=now + UPDATE_EVERY,
        escalation_step=0,
    )
    session.add(row)
    await session.flush()
    await enter(session, entries=[_opened(view(row), author=author, now=now)])
    if commander.strip():
        await put_role(
            session, row, role="commander", name=commander, author=author or SYSTEM_AUTHOR, now=now
        )
        row.phase, row.acknowledged_at = "triage", now
    await session.flush()
    incident = view(row)
    await record(
        session,
        actor=by,
        action="open",
        resource_type="incident",
        resource_id=incident.id,
        salon_id=None,
        metadata={
            "number": incident.number,
            "title": incident.title,
            "severity": shown(severity),
            "scenario": incident.scenario,
            "author": author,
        },
    )
    return incident


def _opened(incident: Incident, *, author: str, now: datetime) -> Entry:
    return new_entry(
        incident.id,
        "opened",
        f"{shown(incident.severity)} ({WORDS[incident.severity]}): {incident.description}"
        f" Impact: {incident.impact}",
        at=now,
        author=author,
        source="opened",
    )
