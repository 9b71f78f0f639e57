"""Which dead letters are meant: one filter for lists, redrives and purges alike."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from openchair.notifications import models
from openchair.platform.errors import Invalid

CHANNELS = ("email", "sms")
FAILURE_TYPES = models.FAILURE_TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Letters of one salon or (None) of all; by cause, by channel, failed last since a moment.

    What is left out does not matter. Raises `Invalid` for a cause or channel that is none.
    """

    salon_id: UUID | None = None
    failure_types: tuple[str, ...] = ()
    channel: str | None = None
    since: datetime | None = None

    def __post_init__(self) -> None:
        for each in self.failure_types:
            if each not in FAILURE_TYPES:
                raise Invalid(
                    f"There is no failure type {each[:40]}. The types are"
                    f" {', '.join(FAILURE_TYPES)}.",
                    field="failure_types",
                    code="failure_type_not_known",
                )
        if self.channel is not None and self.channel not in CHANNELS:
            raise Invalid(f"The channels are {', '.join(CHANNELS)}.", field="channel")

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of `MATCHES`."""
        return {
            "salon_id": self.salon_id,
            "failure_types": list(self.failure_types),
            "channel": self.channel,
            "since": self.since,
        }


MATCHES = """
    (CAST(:salon_id AS uuid) IS NULL OR letter.salon_id = CAST(:salon_id AS uuid))
    AND (cardinality(CAST(:failure_types AS text[])) = 0
        OR letter.failure_type = ANY(CAST(:failure_types AS text[])))
    AND (CAST(:channel AS text) IS NULL OR letter.channel = CAST(:channel AS text))
    AND (CAST(:since AS timestamptz) IS NULL
        OR letter.last_failed_at >= CAST(:since AS timestamptz))
"""

IN_REDRIVE = """
    EXISTS (SELECT FROM dead_letter_redrives AS redrive
        WHERE redrive.id = letter.redrive_id AND redrive.state IN ('canary', 'running'))
"""

FREE = f"""
    letter.status = 'waiting' AND message.status = 'failed'
    AND (message.expires_at IS NULL OR message.expires_at > now())
    AND NOT {IN_REDRIVE}
"""
