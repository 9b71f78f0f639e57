"""Tables of the public status page: what people wrote, its history, its readers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Identified

STATES = "state IN ('operational', 'degraded', 'partial_outage', 'major_outage', 'maintenance')"


class StatusUpdateRow(Identified, Base):
    """What a person wrote. `component` null concerns all. It holds until `ended_at`."""

    __tablename__ = "status_updates"
    __table_args__ = (
        CheckConstraint(STATES, name="state"),
        Index("ix_status_updates_created_at", "created_at"),
    )

    state: Mapped[str]
    component: Mapped[str | None]
    message: Mapped[str]
    incident_id: Mapped[UUID | None]
    author: Mapped[str]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class StatusSpanRow(Identified, Base):
    """A stretch of time in which a component was not operational; open while `until` is null."""

    __tablename__ = "status_spans"
    __table_args__ = (
        CheckConstraint(STATES, name="state"),
        Index("ix_status_spans_since", "component", "since"),
        Index(
            "uq_status_spans_open", "component", unique=True, postgresql_where=text("until IS NULL")
        ),
    )

    component: Mapped[str]
    state: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class StatusDayRow(Base):
    """How one day (UTC) was for one component, in seconds; `worst` is its worst state."""

    __tablename__ = "status_days"

    component: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    worst: Mapped[str]
    down_seconds: Mapped[int]
    watched_seconds: Mapped[int]


class StatusSubscriberRow(Identified, Base):
    """Somebody who wants news by mail, once confirmed. Of the link's token the SHA-256 is kept."""

    __tablename__ = "status_subscribers"

    email: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
