"""Tables of incidents: the incident, who has which role, and its timeline."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Identified


class IncidentRow(Identified, Base):
    """One incident. `severity` 0 is SEV-0 (P0), the worst. `scenario` decides when it escalates."""

    __tablename__ = "incidents"
    __table_args__ = (
        CheckConstraint("severity BETWEEN 0 AND 4", name="severity"),
        CheckConstraint(
            "phase IN ('detection', 'triage', 'investigation', 'recovery', 'closed')", name="phase"
        ),
        Index("ix_incidents_started", "started_at"),
        Index("ix_incidents_open", "severity", postgresql_where=text("phase <> 'closed'")),
    )

    number: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    title: Mapped[str]
    description: Mapped[str]
    impact: Mapped[str]
    severity: Mapped[int] = mapped_column(SmallInteger)
    scenario: Mapped[str]
    phase: Mapped[str]
    components: Mapped[list[str]] = mapped_column(ARRAY(TEXT))
    is_public: Mapped[bool] = mapped_column(server_default=text("true"))
    opened_by: Mapped[str]
    correlation_id: Mapped[str | None]
    started_at: Mapped[datetime]
    detected_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    update_due_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    escalation_step: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    escalated_at: Mapped[datetime | None]
    resolution: Mapped[str | None]
    root_cause: Mapped[str | None]
    preventive_measures: Mapped[str | None]
    created_at: Mapped[CreatedAt]


class IncidentRoleRow(Base):
    """Who does what in an incident: commander, communications, operations, scribe."""

    __tablename__ = "incident_roles"

    incident_id: Mapped[UUID] = mapped_column(
        ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    contact_id: Mapped[UUID | None]
    since: Mapped[datetime]


class IncidentEntryRow(Identified, Base):
    """One line of the timeline. `source` names what wrote it, once: the same alert, message or
    deploy is never entered twice.
    """

    __tablename__ = "incident_entries"
    __table_args__ = (
        Index("ix_incident_entries_incident", "incident_id", "at"),
        Index("uq_incident_entries_source", "incident_id", "source", unique=True),
    )

    incident_id: Mapped[UUID] = mapped_column(ForeignKey("incidents.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    kind: Mapped[str]
    author: Mapped[str]
    words: Mapped[str]
    is_public: Mapped[bool] = mapped_column(server_default=text("false"))
    source: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[CreatedAt]
