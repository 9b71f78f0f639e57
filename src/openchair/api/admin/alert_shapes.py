"""What is sent and answered at the alerts' doors, for the OpenAPI document."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from openchair.api.v1.fields import Request, Text, Uuid
from openchair.api.v1.responses import Answer
from openchair.operations.alerts.names import LONGEST
from openchair.operations.alerts.queries import MOST

SeverityName = Literal["critical", "high", "medium", "low"]


class TestAlertRequest(Request):
    """How bad the test pretends to be, which decides the channels."""

    severity: Text = Field(
        min_length=1,
        max_length=20,
        description="`critical`, `high`, `medium` or `low`; also `warning`, `error`, `info`,"
        " `P0` to `P3` and `SEV-0` to `SEV-4`. Anything else is answered with 400.",
        examples=["medium"],
        json_schema_extra={"enum": ["critical", "high", "medium", "low"]},
    )


class Attempted(Answer):
    """One attempt to tell one address."""

    channel: Literal["webhook", "slack", "email", "sms"]
    target: str = Field(description="The address, in part.")
    outcome: Literal["sent", "failed"]
    instead_of: str | None = Field(description="The dead channel that this one stood in for.")
    status_code: int | None
    error: str | None
    duration_ms: int


class TestAlert(Answer):
    """What came of the test."""

    notice_id: UUID
    severity: SeverityName
    delivered: bool = Field(description="Whether anybody was reached.")
    attempts: list[Attempted]


class AlertsQuery(Request):
    """Which alerts."""

    status: Literal["open", "history", "held"] = Field(
        default="open",
        description="`open`: what is not over; `history`: all that fired; `held`: what storms held"
        " back.",
    )
    severity: SeverityName | None = Field(default=None, description="Only of this severity.")
    name: Text | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST,
        description="Only of this name.",
        examples=["DatabaseDown"],
    )
    component: Text | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST,
        description="Only of this component.",
        examples=["database"],
    )
    limit: int = Field(default=50, ge=1, le=MOST, description="At most so many.")
    before: Uuid | None = Field(default=None, description="`next` of the page before.")


class AlertAnswer(Answer):
    """One alert from its first sign to its end."""

    id: UUID
    name: str
    component: str
    severity: SeverityName
    status: Literal["pending", "firing", "resolved"]
    title: str
    summary: str
    value: float | None
    fingerprint: str
    count: int = Field(description="How often it occurred.")
    held_back: int = Field(description="Of these, not told since it was last told.")
    held_by: str | None = Field(
        description="Why it is not told: another alert's name, `silence`, `storm`, `flapping`."
    )
    told: int = Field(description="How often it was told.")
    told_at: datetime | None
    told_on: list[str]
    started_at: datetime
    fired_at: datetime | None
    seen_at: datetime
    resolved_at: datetime | None
    acknowledged_by: str | None
    acknowledged_until: datetime | None
    correlation_id: str | None


class Alerts(Answer):
    """A page of alerts, the newest first."""

    alerts: list[AlertAnswer]
    next: UUID | None = Field(description="Send it as `before` for the next page; null at the end.")


class Heard(Answer):
    """The heartbeat that was heard."""

    name: str
    heard_at: datetime
    due_at: datetime = Field(description="Until then it has to be heard again.")
