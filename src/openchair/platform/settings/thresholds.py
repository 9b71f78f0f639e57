"""From where on something is worth a look, and from where on it is trouble: the runbook's own
numbers. Probes colour their findings by them, the built-in alert rules are made of them.
"""

from typing import Self

from pydantic import Field, model_validator

from openchair.platform.settings.base import RoomSettings

PAIRS = (
    "response_time",
    "error_rate",
    "connections",
    "storage",
    "dead_letters",
    "budget",
    "memory",
    "failed_webhooks",
    "smtp_queue",
)


class ThresholdSettings(RoomSettings):
    """Above the first number of a pair it is a warning, above the second critical."""

    response_time_warning_ms: int = Field(
        default=2000, ge=1, description="p95 of the answers of one minute, in ms: warning above it"
    )
    response_time_critical_ms: int = Field(
        default=5000, ge=1, description="p95 of the answers of one minute, in ms: critical above it"
    )
    error_rate_warning_percent: float = Field(
        default=1, gt=0, le=100, description="share of answers with 5xx, in %: warning above it"
    )
    error_rate_critical_percent: float = Field(
        default=5, gt=0, le=100, description="share of answers with 5xx, in %: critical above it"
    )
    connections_warning_percent: float = Field(
        default=80,
        gt=0,
        le=100,
        description="connections of PostgreSQL that are taken, in %: warning above it",
    )
    connections_critical_percent: float = Field(
        default=95,
        gt=0,
        le=100,
        description="connections of PostgreSQL that are taken, in %: critical above it; then idlers"
        " inside a transaction are ended",
    )
    storage_warning_percent: float = Field(
        default=80, gt=0, le=100, description="fullest volume, in %: warning above it"
    )
    storage_critical_percent: float = Field(
        default=95, gt=0, le=100, description="fullest volume, in %: critical above it"
    )
    dead_letters_warning: int = Field(
        default=5, ge=0, description="open dead letters: warning above it"
    )
    dead_letters_critical: int = Field(
        default=20, ge=0, description="open dead letters: critical above it"
    )
    budget_warning_percent: float = Field(
        default=80,
        gt=0,
        le=100,
        description="month's budget of mails or SMS that is used, in %: warning above it",
    )
    budget_critical_percent: float = Field(
        default=95,
        gt=0,
        le=100,
        description="month's budget of mails or SMS that is used, in %: critical above it",
    )
    memory_warning_percent: float = Field(
        default=80,
        gt=0,
        le=100,
        description="memory of the machine, or of our cgroup, in %: warning above it",
    )
    memory_critical_percent: float = Field(
        default=95,
        gt=0,
        le=100,
        description="memory of the machine, or of our cgroup, in %: critical above it",
    )
    failed_webhooks_warning: int = Field(
        default=5, ge=0, description="webhooks failed in an hour: warning above it"
    )
    failed_webhooks_critical: int = Field(
        default=20, ge=0, description="webhooks failed in an hour: critical above it"
    )
    smtp_queue_warning: int = Field(default=50, ge=0, description="mails due: warning above it")
    smtp_queue_critical: int = Field(default=200, ge=0, description="mails due: critical above it")

    @model_validator(mode="after")
    def must_rise(self) -> Self:
        """What is critical was worth a warning before."""
        values = self.model_dump()
        for name in PAIRS:
            (low_name, low), (high_name, high) = (
                each for each in values.items() if each[0].startswith(name + "_")
            )
            if high < low:
                raise ValueError(f"{high_name} ({high}) may not be below {low_name} ({low})")
        return self
