"""Tables of what we tell a salon's own software (Standard Webhooks). Only this room knows them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant

STATES = ("pending", "sending", "delivered", "failed", "cancelled")


class WebhookEndpoint(Tenant, Base):
    """Where a salon wants to be told. No `event_types` means all.

    Secrets are encrypted. `previous_secret` also signs until `previous_until`, so that the
    salon's software can change over. A disabled endpoint says why.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        CheckConstraint("length(url) <= 2000", name="url"),
        Index("ix_webhook_endpoints_created", "salon_id", "created_at"),
    )

    url: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    event_types: Mapped[list[str]] = mapped_column(ARRAY(Text))
    secret: Mapped[str]
    previous_secret: Mapped[str | None]
    previous_until: Mapped[datetime | None]
    enabled: Mapped[bool] = mapped_column(server_default="true")
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None]
    failing_since: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class WebhookMessage(Tenant, Base):
    """One event on its way to one endpoint; `event_id` makes a repeated publish harmless."""

    __tablename__ = "webhook_messages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "endpoint_id"],
            ["webhook_endpoints.salon_id", "webhook_endpoints.id"],
            ondelete="CASCADE",
        ),
        UniqueConstraint("salon_id", "endpoint_id", "event_id"),
        CheckConstraint(f"status IN ({', '.join(map(repr, STATES))})", name="status"),
        Index(
            "ix_webhook_messages_due",
            "next_attempt_at",
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_webhook_messages_leased",
            "lease_until",
            postgresql_where=text("status = 'sending'"),
        ),
        Index("ix_webhook_messages_endpoint", "salon_id", "endpoint_id", "created_at"),
        Index(
            "ix_webhook_messages_failed",
            "finished_at",
            postgresql_where=text("status = 'failed'"),
        ),
    )

    endpoint_id: Mapped[UUID]
    event_id: Mapped[str]
    event_type: Mapped[str]
    payload: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(server_default="pending")
    attempt_count: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    last_error: Mapped[str | None]
    correlation_id: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class WebhookAttempt(Tenant, Base):
    """One try at one endpoint: what it answered, how long it took."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "message_id"],
            ["webhook_messages.salon_id", "webhook_messages.id"],
            ondelete="CASCADE",
        ),
        Index("ix_webhook_attempts_message", "salon_id", "message_id", "started_at"),
    )

    message_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    status_code: Mapped[int | None]
    answer: Mapped[str | None]
    error: Mapped[str | None]
    duration_ms: Mapped[int]
    started_at: Mapped[CreatedAt]
