"""What operators send and get, for the OpenAPI document."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from openchair.api.v1.fields import Request, Text
from openchair.api.v1.responses import Answer
from openchair.identity.ip_blocks.block import MOST_HOURS, MOST_REASON, USUAL_HOURS
from openchair.notifications.dead_letters.filters import FAILURE_TYPES
from openchair.notifications.dead_letters.redrive import MOST_IN_A_BATCH


def whole_number(least: int, most: int) -> BeforeValidator:
    """Says the range to whoever sends something else than a whole number."""

    def check(value: object) -> object:
        if type(value) is not int:
            raise ValueError(f"should be a whole number from {least} to {most}.")
        return value

    return BeforeValidator(check)


class ProcessRequest(Request):
    """Which dead letters, and how many at most."""

    batch_size: Annotated[int, whole_number(1, MOST_IN_A_BATCH)] = Field(
        default=10,
        ge=1,
        le=MOST_IN_A_BATCH,
        strict=True,
        description="At most so many, the oldest first.",
        examples=[10],
    )
    failure_types: list[str] = Field(
        default=[],
        max_length=len(FAILURE_TYPES),
        description="Only letters of these causes; left out: of all.",
        examples=[["timeout", "rate_limit"]],
        json_schema_extra={"items": {"type": "string", "enum": list(FAILURE_TYPES)}},
    )


class Processed(Answer):
    """What became of the letters."""

    requested: int = Field(description="Letters that were meant: `redriven` and `skipped`.")
    redriven: int = Field(description="Their messages are sent again.")
    skipped: int
    reasons: dict[str, int] = Field(
        description="Of the skipped: `too_late` (its use-by time has passed), `in_redrive` (one"
        " under way has it), `under_way`, `ended`, `gone`, `already`.",
        examples=[{"too_late": 2}],
    )


class RetriedAll(Processed):
    """`redriven` letters follow one another: one first, the others once it arrived."""

    redrive_id: UUID | None = Field(description="Names it in `openchair dlq`; null without one.")
    rate_per_minute: int | None = Field(description="How fast the others follow.")
    next: list[str] = Field(
        description="What happens by itself, or what to do; the same question later:"
        " `GET /api/admin/dlq/redrives/{redrive_id}`.",
    )


class RedriveState(Answer):
    """Where a redrive stands."""

    redrive_id: UUID
    state: Literal["canary", "running", "stopped", "done"] = Field(
        description="`canary`: one is on its way; `stopped`: they failed again, or by hand."
    )
    total: int = Field(description="Letters it has taken on.")
    sent: int
    failed: int = Field(description="They failed again and are dead letters as before.")
    ended_otherwise: int = Field(description="By now too late, withdrawn or not wanted.")
    rate_per_minute: int
    stopped_reason: str | None
    next: list[str] = Field(description="What happens by itself, or what to do.")


class BlockRequest(Request):
    """Which address is refused, why, and for how long."""

    ip: Text = Field(
        min_length=1,
        max_length=64,
        description="IPv4 or IPv6; of IPv6 the whole /64, which one line is given.",
        examples=["203.0.113.7"],
    )
    reason: Text = Field(
        min_length=1,
        max_length=MOST_REASON,
        description="Why, for the audit log and for whoever looks at the list.",
        examples=["security-incident"],
    )
    hours: Annotated[int, whole_number(1, MOST_HOURS)] = Field(
        default=USUAL_HOURS,
        ge=1,
        le=MOST_HOURS,
        strict=True,
        description="It ends by itself after so many.",
        examples=[USUAL_HOURS],
    )


class Blocked(Answer):
    """The block that holds now."""

    block_id: UUID
    ip: str = Field(description="What is refused: the address, or its /64.")
    reason: str
    expires_at: datetime = Field(description="One that lasted longer already is not shortened.")
