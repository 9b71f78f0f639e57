"""Tables of the alerting: rules of the operators, alerts, every attempt to tell, silences, and what
has to be heard from regularly.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Identified

SEVERITIES = "severity IN ('critical', 'high', 'medium', 'low')"


class AlertRuleRow(Identified, Base):
    """A rule that an operator made, or what was changed of a built-in one of the same name."""

    __tablename__ = "alert_rules"
    __table_args__ = (CheckConstraint(SEVERITIES, name="severity"),)

    name: Mapped[str] = mapped_column(unique=True)
    condition: Mapped[str]
    duration_seconds: Mapped[int]
    severity: Mapped[str]
    component: Mapped[str]
    is_enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    created_by: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime]


class AlertRow(Identified, Base):
    """One alert from its first sign to its end. `held_back` counts what the throttle kept;
    `changes` are the moments it began or ended lately, for the flap hold.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        CheckConstraint(SEVERITIES, name="severity"),
        CheckConstraint("status IN ('pending', 'firing', 'resolved')", name="status"),
        Index(
            "uq_alerts_open",
            "fingerprint",
            unique=True,
            postgresql_where=text("status <> 'resolved'"),
        ),
        Index("ix_alerts_started", "started_at"),
        Index("ix_alerts_name", "name", "started_at"),
        Index(
            "ix_alerts_incident", "incident_id", postgresql_where=text("incident_id IS NOT NULL")
        ),
    )

    fingerprint: Mapped[str]
    name: Mapped[str]
    component: Mapped[str]
    severity: Mapped[str]
    status: Mapped[str]
    title: Mapped[str]
    summary: Mapped[str]
    value: Mapped[float | None]
    labels: Mapped[dict[str, Any]]
    count: Mapped[int] = mapped_column(server_default="1")
    held_back: Mapped[int] = mapped_column(server_default="0")
    told: Mapped[int] = mapped_column(server_default="0")
    told_at: Mapped[datetime | None]
    started_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_until: Mapped[datetime | None]
    held_by: Mapped[str | None]
    changes: Mapped[list[Any]]
    incident_id: Mapped[UUID | None]
    correlation_id: Mapped[str | None]


class AlertAttemptRow(Identified, Base):
    """One attempt to tell one target. `target` is shown in part only; `alert_ids` are told of."""

    __tablename__ = "alert_attempts"
    __table_args__ = (
        CheckConstraint("outcome IN ('sent', 'failed', 'held')", name="outcome"),
        Index("ix_alert_attempts_created_at", "created_at"),
    )

    notice_id: Mapped[UUID]
    kind: Mapped[str]
    channel: Mapped[str]
    target: Mapped[str]
    severity: Mapped[str]
    title: Mapped[str]
    outcome: Mapped[str]
    instead_of: Mapped[str | None]
    status_code: Mapped[int | None]
    error: Mapped[str | None]
    duration_ms: Mapped[int]
    alert_ids: Mapped[list[Any]]
    held_back: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[CreatedAt]


class AlertSilenceRow(Identified, Base):
    """Nobody is told of what fits until `ends_at`. An empty matcher column fits everything."""

    __tablename__ = "alert_silences"
    __table_args__ = (Index("ix_alert_silences_ends_at", "ends_at"),)

    name: Mapped[str | None]
    component: Mapped[str | None]
    severity: Mapped[str | None]
    reason: Mapped[str]
    created_by: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class HeartbeatRow(Base):
    """Something outside that has to be heard from every so often (seconds): a dead man's switch."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(primary_key=True)
    every_seconds: Mapped[int]
    grace_seconds: Mapped[int]
    severity: Mapped[str]
    heard_at: Mapped[datetime]
    created_at: Mapped[CreatedAt]


class WatchLeaseRow(Base):
    """Which watcher tells: one row. `state` is what must outlive it, such as the event cursor."""

    __tablename__ = "watch_leases"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
    seen_at: Mapped[datetime]
    state: Mapped[dict[str, Any]]
