"""Table of what other services told us. Only this room reads or writes it, and the runbooks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Identified

STATES = (
    "received",  # stored, not handled yet
    "processing",  # leased by one worker
    "processed",
    "ignored",  # understood, and nothing to do
    "failed",  # its handler failed; tried again while `next_attempt_at` is set
)


class WebhookEvent(Identified, Base):
    """One message of one service, stored once by that service's own id for it.

    `duplicates` counts how often it came again. A row that is `received`, or `failed` with a
    `next_attempt_at`, is handled when that moment has come.
    """

    __tablename__ = "webhook_events"
    __table_args__ = (
        UniqueConstraint("source", "provider_event_id"),
        CheckConstraint(f"status IN ({', '.join(map(repr, STATES))})", name="status"),
        Index(
            "ix_webhook_events_due",
            "next_attempt_at",
            postgresql_where=text("status IN ('received', 'failed')"),
        ),
        Index(
            "ix_webhook_events_leased",
            "lease_until",
            postgresql_where=text("status = 'processing'"),
        ),
        Index("ix_webhook_events_status", "status", "created_at"),
        Index("ix_webhook_events_created_at", "created_at"),
        Index(
            "ix_webhook_events_correlation",
            "correlation_id",
            postgresql_where=text("correlation_id IS NOT NULL"),
        ),
    )

    source: Mapped[str]
    provider_event_id: Mapped[str]
    event_type: Mapped[str]
    payload: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(server_default="received")
    error_message: Mapped[str | None]
    retry_count: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    duplicates: Mapped[int] = mapped_column(server_default="0")
    next_attempt_at: Mapped[datetime | None] = mapped_column(server_default=func.now())
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    salon_id: Mapped[UUID | None]
    correlation_id: Mapped[str | None]
    processed_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
