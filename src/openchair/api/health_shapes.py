"""What health and readiness answer, for the OpenAPI document."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from openchair.api.v1.responses import Answer

State = Literal["healthy", "warning", "error"]


class Memory(Answer):
    """Memory of the process that answers."""

    resident_bytes: int
    share_percent: float = Field(description="Of the machine's memory.")


class Check(Answer):
    """The last look at one thing we depend on."""

    status: State
    message: str = Field(description="A sentence for a person.")
    responseTime: float = Field(description="How long the look took, in ms.")  # noqa: N815 -- the runbook's word
    age: float = Field(description="How long ago the look was, in seconds.")
    time: datetime
    details: dict[str, Any]


class Health(Answer):
    """The process lives; the answer itself says so. `status` is the worst of `checks`."""

    status: State
    version: str
    uptime: float = Field(description="Seconds.")
    memory: Memory
    checks: dict[str, Check] = Field(description="The last looks at what we depend on.")
    timestamp: datetime
    correlation_id: str


class Readiness(Answer):
    """Whether this process can do its work. `not_ready` (503): a part without which nothing works
    is in error; `warning`: something else is, or is not configured.
    """

    status: Literal["ready", "warning", "not_ready"]
    version: str
    responseTime: float = Field(description="How long this answer took, in ms.")  # noqa: N815 -- as above
    checks: dict[str, Check]
    timestamp: datetime
    correlation_id: str
