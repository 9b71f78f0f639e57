"""Table of what happened: one row an event, in the transaction that made it true."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Identified


class EventRow(Identified, Base):
    """A domain event and what it is about; `explain` reads it back."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_subject", "subject_id", "created_at"),
        Index(
            "ix_events_correlation",
            "correlation_id",
            postgresql_where=text("correlation_id IS NOT NULL"),
        ),
    )

    name: Mapped[str] = mapped_column(Text)
    salon_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    payload: Mapped[dict[str, Any]]
    correlation_id: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
