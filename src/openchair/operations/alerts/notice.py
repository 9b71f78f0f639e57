"""What is told, to whom, and how that went: plain data between the plan and the channels."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

Severity = Literal["critical", "high", "medium", "low"]
Channel = Literal["webhook", "slack", "email", "sms"]
NoticeKind = Literal[
    "firing",
    "reminder",
    "resolved",
    "test",
    "storm",
    "silence",
    "undelivered",
    "escalation",
    "incident",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One alert in a notice. `summary` is a sentence with its value; `advice` what to do."""

    alert_id: UUID
    fingerprint: str
    name: str
    severity: Severity
    component: str
    summary: str
    advice: str
    since: datetime
    resolved_at: datetime | None = None
    held_back: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an incident says in the words of the runbook's templates, where no alert can. `heading`
    is `Production Issue` or what else it is; an empty one of the others is left out.
    """

    heading: str
    impact: str
    started_at: datetime
    status: str
    owner: str = ""
    next_steps: str = ""
    eta: str = ""
    runbook: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell. `severity` is the worst of its lines; `remarks` are sentences for all of
    them, such as what is held back besides and why; `link` leads to the page about it. `facts` are
    an incident's, which has no lines.
    """

    id: UUID
    kind: NoticeKind
    severity: Severity
    title: str
    lines: Sequence[NoticeLine]
    at: datetime
    remarks: Sequence[str] = ()
    link: str = ""
    correlation_id: str = ""
    facts: Facts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to tell: one webhook, one Slack address, one mailbox, one phone."""

    channel: Channel
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to tell one target, as it is kept: `target` is shown in part only."""

    id: UUID
    notice_id: UUID
    kind: NoticeKind
    severity: Severity
    title: str
    channel: Channel
    target: str
    outcome: Literal["sent", "failed"]
    duration_ms: int
    at: datetime
    alert_ids: Sequence[UUID]
    held_back: int = 0
    instead_of: Channel | None = None
    status_code: int | None = None
    error: str | None = None
