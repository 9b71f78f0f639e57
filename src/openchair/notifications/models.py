"""Tables of the post office: messages to send, every try at sending them, and dead letters.

Only this room reads or writes them (and the runbooks' own SQL). The state machine of a message
is drawn in docs/mail.md; the check constraints below hold it to the states drawn there.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant

STATES = (
    "pending",  # waits for its time, or for its next try
    "sending",  # leased by one worker
    "sent",  # a provider accepted it
    "doubtful",  # a provider may have accepted it; never sent again blindly
    "failed",  # given up; a dead letter says why
    "expired",  # its use-by time passed before it could go out
    "suppressed",  # not wanted by the recipient (consent, suppression list, budget)
    "cancelled",  # withdrawn by its sender
)
OUTCOMES = ("sent", "temporary", "permanent", "doubtful", "lease_lost", "not_handed_over")
FAILURE_TYPES = (
    "timeout",
    "rate_limit",
    "auth_error",
    "validation_error",
    "hard_bounce",
    "soft_bounce",
    "content_rejected",
    "provider_error",
    "other",
)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class QueuedMessage(Tenant, Base):
    """One message to one recipient, written in the transaction of what it tells about.

    `data` is what its renderer needs; the text itself is made when it is sent.
    `send_after` is the sender's wish, `next_attempt_at` the moment of the next try: a row that
    is `pending` and past `next_attempt_at` goes out, whoever set it so (also a runbook's UPDATE).
    `lease_token` fences off a worker that outlived its lease; `handed_over_at` is set just before
    a provider is given the content, so that a crash before it is safe to repeat and one after it
    is doubtful. `lease_count` counts leases, also those that ended with the worker's death.
    """

    __tablename__ = "notification_queue"
    __table_args__ = (
        UniqueConstraint("salon_id", "dedupe_key"),
        CheckConstraint(_one_of("channel", ("email", "sms")), name="channel"),
        CheckConstraint(_one_of("status", STATES), name="status"),
        CheckConstraint("priority BETWEEN 1 AND 9", name="priority"),
        CheckConstraint(
            f"failure_type IS NULL OR {_one_of('failure_type', FAILURE_TYPES)}",
            name="failure_type",
        ),
        CheckConstraint(
            "status <> 'sending' OR (lease_token IS NOT NULL AND lease_until IS NOT NULL)",
            name="sending_is_leased",
        ),
        CheckConstraint("status <> 'sent' OR sent_at IS NOT NULL", name="sent_when"),
        Index(
            "ix_notification_queue_due",
            "priority",
            "next_attempt_at",
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_notification_queue_leased",
            "lease_until",
            postgresql_where=text("status = 'sending'"),
        ),
        Index(
            "ix_notification_queue_attention",
            "created_at",
            postgresql_where=text("status IN ('failed', 'doubtful')"),
        ),
        Index("ix_notification_queue_reference", "salon_id", "reference"),
    )

    channel: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="pending")
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="5")
    recipient: Mapped[str]
    language: Mapped[str]
    data: Mapped[dict[str, Any]]
    reference: Mapped[str]
    dedupe_key: Mapped[str]
    message_id: Mapped[str]
    correlation_id: Mapped[str | None]
    send_after: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    retry_count: Mapped[int] = mapped_column(server_default="0")
    failure_type: Mapped[str | None]
    error_message: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    lease_count: Mapped[int] = mapped_column(server_default="0")
    handed_over_at: Mapped[datetime | None]
    provider: Mapped[str | None]
    provider_reference: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class Attempt(Tenant, Base):
    """One try at sending one message, begun with its lease; `outcome` is null while it runs."""

    __tablename__ = "notification_attempts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "notification_id"],
            ["notification_queue.salon_id", "notification_queue.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint(f"outcome IS NULL OR {_one_of('outcome', OUTCOMES)}", name="outcome"),
        CheckConstraint(
            f"failure_type IS NULL OR {_one_of('failure_type', FAILURE_TYPES)}",
            name="failure_type",
        ),
        UniqueConstraint("salon_id", "notification_id", "number"),
    )

    notification_id: Mapped[UUID]
    number: Mapped[int]
    lease_token: Mapped[UUID]
    worker: Mapped[str]
    provider: Mapped[str | None]
    outcome: Mapped[str | None]
    failure_type: Mapped[str | None]
    status_code: Mapped[int | None]
    error_message: Mapped[str | None]
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    handed_over_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class DeadLetter(Tenant, Base):
    """A message that was given up, with what is needed to understand it and send it again.

    `waiting` for a person, `pending` once somebody asked for another try (after
    `retry_scheduled_at`), `redriven` while that try runs, `closed` when it went out or was purged.
    """

    __tablename__ = "dead_letter_queue"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "notification_id"],
            ["notification_queue.salon_id", "notification_queue.id"],
            ondelete="SET NULL (notification_id)",
        ),
        UniqueConstraint("salon_id", "notification_id"),
        CheckConstraint(
            _one_of("status", ("waiting", "pending", "redriven", "closed")), name="status"
        ),
        CheckConstraint(_one_of("failure_type", FAILURE_TYPES), name="failure_type"),
        Index("ix_dead_letter_queue_created_at", "created_at"),
        Index(
            "ix_dead_letter_queue_pending",
            "retry_scheduled_at",
            postgresql_where=text("status = 'pending'"),
        ),
    )

    notification_id: Mapped[UUID | None]
    channel: Mapped[str]
    kind: Mapped[str]
    original_payload: Mapped[dict[str, Any]]
    failure_type: Mapped[str]
    error_message: Mapped[str | None]
    failure_count: Mapped[int] = mapped_column(server_default="1")
    status: Mapped[str] = mapped_column(server_default="waiting")
    retry_scheduled_at: Mapped[datetime | None]
    correlation_id: Mapped[str | None]
    first_failed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_failed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_at: Mapped[CreatedAt]
