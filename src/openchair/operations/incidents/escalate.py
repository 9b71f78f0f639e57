"""Who is called next about an incident, and when; and the reminder that a word is due. Pure.

Each step calls one person: the technical tier by rank, then the business tier. Whoever acknowledges
ends it, until the incident is not over in the time it should be.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from openchair.operations.alerts.notice import Channel, Facts, Notice, NoticeKind, Target
from openchair.operations.incidents.clocks import UPDATE_EVERY, next_escalation
from openchair.operations.incidents.follow import say
from openchair.operations.incidents.incident import Incident
from openchair.operations.incidents.severity import ALERT_SEVERITY
from openchair.operations.incidents.watched import Call, IncidentMemory, Watched
from openchair.operations.oncall.snapshot import OnCall, of_tier
from openchair.platform.ids import new_id

PERSONAL: tuple[Channel, ...] = ("email", "sms")
IN_COMMON: tuple[Channel, ...] = ("webhook", "slack")
NOBODY = (
    "There is nobody to call: no contact has a confirmed address (openchair contacts verify). The"
    " alerts go on telling their channels until somebody acknowledges."
)
_NEXT_STEPS = "Take it on: openchair incidents ack {number}. Then say how it stands, every 15 min."


def in_order(people: Sequence[OnCall]) -> tuple[OnCall, ...]:
    """Everybody with a confirmed address in the order in which they are called."""
    return (*of_tier(people, "technical"), *of_tier(people, "business"))


def escalate(
    memory: IncidentMemory,
    watched: Watched,
    *,
    people: Sequence[OnCall],
    targets: Sequence[Target],
    link: str,
    now: datetime,
) -> Call | None:
    """The call that is due now, if any; the incident knows of it before it is made, so that a
    watcher that dies in between calls nobody twice.
    """
    incident = watched.incident
    queue = in_order(people)
    if not is_due(incident, now=now) or incident.escalation_step > len(queue):
        return None
    step = incident.escalation_step
    if not queue:
        _note_nobody(memory, watched, now=now)
        return None
    memory.put(watched.changed(escalation_step=step + 1, escalated_at=now))
    if step == len(queue):
        words = "Everybody on the list was called."
        say(memory, incident, "escalation", words, at=now, source=f"escalation:end:{step}")
        return None
    return _call(incident, queue[step], targets=targets, link=link, step=step, now=now)


def _note_nobody(memory: IncidentMemory, watched: Watched, *, now: datetime) -> None:
    """Once; whoever is on the list later is called then."""
    if watched.incident.escalated_at is None:
        memory.put(watched.changed(escalated_at=now))
        say(memory, watched.incident, "escalation", NOBODY, at=now, source="escalation:nobody")


def is_due(incident: Incident, *, now: datetime) -> bool:
    """Whether somebody (else) has to be called."""
    if incident.resolved_at is not None or incident.phase in {"recovery", "closed"}:
        return False
    due = next_escalation(
        scenario=incident.scenario,
        started_at=incident.detected_at,
        step=incident.escalation_step,
        escalated_at=incident.escalated_at,
    )
    if incident.acknowledged_at is not None:
        over = incident.resolution_due().due
        if over is None:
            return False
        due = max(due, over)
    return now >= due


def remind(
    memory: IncidentMemory,
    watched: Watched,
    *,
    targets: Sequence[Target],
    link: str,
    now: datetime,
) -> Call | None:
    """A reminder that a word to the outside is due: one for each quarter of an hour without."""
    incident = watched.incident
    due = incident.update_due_at
    if due is None or incident.phase in {"recovery", "closed"}:
        return None
    if incident.reminded_at is not None and incident.reminded_at >= due:
        due = incident.reminded_at + UPDATE_EVERY
    if now < due:
        return None
    memory.put(watched.changed(reminded_at=now))
    minutes = (now - (incident.update_due_at or now)) // timedelta(minutes=1)
    words = "A status update is due" + (f" for {minutes} min." if minutes else " now.")
    say(memory, incident, "reminder", words, at=now, source=f"reminder:{due.isoformat()}")
    quiet = [each for each in targets if each.channel != "sms"] or list(targets)
    notice = notice_about(
        incident,
        kind="incident",
        heading="Status Update Due",
        status=words,
        next_steps='openchair notify status-update --message "…"',
        link=link,
        at=now,
    )
    return Call(incident_id=incident.id, notice=notice, targets=quiet) if quiet else None


def notice_about(
    incident: Incident,
    *,
    kind: NoticeKind,
    heading: str,
    status: str,
    link: str,
    at: datetime,
    owner: str = "",
    next_steps: str = "",
    eta: str = "",
) -> Notice:
    """An incident in the words of the runbook's templates."""
    return Notice(
        id=new_id(),
        kind=kind,
        severity=ALERT_SEVERITY[incident.severity],
        title=f"{incident.title} - {incident.name}",
        lines=(),
        at=at,
        link=link,
        correlation_id=incident.correlation_id or "",
        facts=Facts(
            heading=heading,
            impact=incident.impact,
            started_at=incident.started_at,
            status=status,
            owner=owner,
            next_steps=next_steps,
            eta=eta,
        ),
    )


def _call(
    incident: Incident,
    person: OnCall,
    *,
    targets: Sequence[Target],
    link: str,
    step: int,
    now: datetime,
) -> Call:
    lasted = (now - incident.started_at) // timedelta(minutes=1)
    taken_on = "" if incident.acknowledged_at else ", and nobody has taken it on"
    who = f"{person.name} ({person.role})"
    notice = notice_about(
        incident,
        kind="escalation",
        heading="Escalation",
        status=f"{incident.phase}, for {lasted} min{taken_on}. {who} is called.",
        owner=person.name,
        next_steps=_NEXT_STEPS.format(number=incident.number or ""),
        link=link,
        at=now,
    )
    own = [
        *([Target(channel="email", address=person.email)] if person.email else []),
        *([Target(channel="sms", address=person.phone)] if person.phone else []),
    ]
    common = [each for each in targets if each.channel in IN_COMMON]
    return Call(
        incident_id=incident.id,
        notice=notice,
        targets=(*own, *common),
        person=who,
        step=step,
    )
