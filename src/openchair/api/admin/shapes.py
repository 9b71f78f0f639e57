"""What operators send and get, for the OpenAPI document."""

from uuid import UUID

from pydantic import Field

from openchair.api.v1.fields import Request
from openchair.api.v1.responses import Answer
from openchair.notifications.dead_letters.filters import FAILURE_TYPES
from openchair.notifications.dead_letters.redrive import MOST_IN_A_BATCH


class ProcessRequest(Request):
    """Which dead letters, and how many at most."""

    batch_size: int = Field(
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
