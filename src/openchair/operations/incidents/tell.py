"""Tells the channels of the alerts how an incident stands, in the words of the runbook's templates:
directly, never through the queue. Called by doors after the transaction that decided.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.alerts.channels.deliver import deliver
from openchair.operations.alerts.channels.targets import CHANNELS, targets_for
from openchair.operations.alerts.notice import Attempt, Notice
from openchair.operations.alerts.store import attempt_row, write_attempts
from openchair.operations.incidents.escalate import notice_about
from openchair.operations.incidents.incident import Incident, Role, new_entry
from openchair.operations.incidents.queries import roles_of
from openchair.operations.incidents.severity import ALERT_SEVERITY
from openchair.operations.incidents.timeline import enter
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

PAGE = "/ops/incidents"
What = Literal["opened", "update", "resolved"]
HEADINGS: dict[What, str] = {
    "opened": "Production Issue",
    "update": "Incident Update",
    "resolved": "Resolved",
}


def link_to(incident: Incident) -> str:
    """The page about it."""
    page = f"{load(InstallationSettings).address}{PAGE}"
    return f"{page}/{incident.number}" if incident.number else page


def notice_of(
    incident: Incident,
    *,
    what: What,
    status: str,
    at: datetime,
    roles: Sequence[Role] = (),
    next_steps: str = "",
    eta: str = "",
) -> Notice:
    """What is told: `status` is how it stands, in the words of whoever says it."""
    owner = next((each.name for each in roles if each.role == "commander"), "")
    return notice_about(
        incident,
        kind="incident",
        heading=HEADINGS[what],
        status=status,
        owner=owner,
        next_steps=next_steps,
        eta=eta,
        link=link_to(incident),
        at=at,
    )


async def tell(
    database: Database, incident: Incident, *, what: What, status: str, **more: str
) -> list[Attempt]:
    """Tell the channels, between two transactions of its own, since that may take seconds; what
    came of it is kept. `more` are `next_steps` and `eta`.
    """
    async with database.transaction() as session:
        roles: Sequence[Role] = await roles_of(session, incident_id=incident.id)
    notice = notice_of(incident, what=what, status=status, at=utc_now(), roles=roles, **more)
    attempts = await tell_channels(notice, incident)
    async with database.transaction() as session:
        await note_told(session, incident, notice=notice, attempts=attempts, at=utc_now())
    return attempts


async def tell_channels(notice: Notice, incident: Incident) -> list[Attempt]:
    """Every attempt; the channels are those of alerts of this severity. Never raises."""
    return await deliver(notice, targets=targets_for(ALERT_SEVERITY[incident.severity]))


async def note_told(
    session: AsyncSession,
    incident: Incident,
    *,
    notice: Notice,
    attempts: Sequence[Attempt],
    at: datetime,
) -> None:
    """Keep the attempts, and a line of who was told."""
    await write_attempts(session, [attempt_row(each) for each in attempts])
    arrived = {each.channel for each in attempts if each.outcome == "sent"}
    sent = ", ".join(each for each in CHANNELS if each in arrived)
    heading = notice.facts.heading if notice.facts else notice.title
    lost = [each for each in attempts if each.outcome == "failed"]
    why = f" Not by {', '.join(dict.fromkeys(each.channel for each in lost))}." if lost else ""
    entry = new_entry(
        incident.id,
        "told",
        f"{heading} was told by {sent or 'no channel'}.{why}",
        at=at,
        source=f"call:{notice.id}",
    )
    await enter(session, entries=[entry])
