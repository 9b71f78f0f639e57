"""Tables of the post office: messages to send, every try at sending them, and dead letters.

Only this room reads or writes them (and the runbooks' own SQL, through the view
`notification_queue`). The state machine of a message is drawn in docs/mail.md; the check
constraints below hold it to the states drawn there.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    func,
    literal_column,
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
CATEGORIES = (
    "transactional",  # about what the recipient did; always wanted
    "reminder",
    "marketing",  # only with consent
)
OUTCOMES = (
    "sent",
    "temporary",
    "permanent",
    "doubtful",
    "lease_lost",
    "not_handed_over",
    "found",  # a look-up or a callback: the provider has it after all
    "not_found",  # a look-up: the provider does not have it
)
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
CLOSED_REASONS = ("sent", "cancelled", "expired", "suppressed", "gone", "dismissed")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class QueuedMessage(Tenant, Base):
    """One message to one recipient, written in the transaction of what it tells about.

    `data` is what its renderer needs; the text itself is made when it is sent.
    `send_after` is the sender's wish, `next_attempt_at` the moment of the next try: a row that
    is `pending` and past `next_attempt_at` goes out, whoever set it so (also a runbook's UPDATE).
    `waits_for` says why it was put off without a try (quiet hours, budget).
    `lease_token` fences off a worker that outlived its lease; `handed_over_at` is set just before
    a provider is given the content, so that a crash before it is safe to repeat and one after it
    is doubtful. `lease_count` numbers the tries and look-ups; `lost_leases` counts those that
    ended with the worker's death since the last that did not: such are tried one at a time.
    `was_doubtful` stays true for ever. `cost_micros` are millionths of the unit of
    `cost_currency`; `budget_units` are counted in the month `budget_month`.

    A column added here has to be added to the view too (`CREATE OR REPLACE VIEW`).
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("salon_id", "dedupe_key"),
        CheckConstraint(_one_of("channel", ("email", "sms")), name="channel"),
        CheckConstraint(_one_of("status", STATES), name="status"),
        CheckConstraint(_one_of("category", CATEGORIES), name="category"),
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
            "ix_notifications_due",
            "channel",
            "priority",
            "next_attempt_at",
            postgresql_where=text("status = 'pending' AND lost_leases = 0"),
        ),
        Index(
            "ix_notifications_suspect",
            "channel",
            "next_attempt_at",
            postgresql_where=text("status = 'pending' AND lost_leases > 0"),
        ),
        Index(
            "ix_notifications_expiring",
            "expires_at",
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_notifications_leased",
            "lease_until",
            postgresql_where=text("status = 'sending'"),
        ),
        Index(
            "ix_notifications_attention",
            "created_at",
            postgresql_where=text("status IN ('failed', 'doubtful')"),
        ),
        Index(
            "ix_notifications_doubtful",
            "reconcile_at",
            postgresql_where=text("status = 'doubtful' AND reconcile_at IS NOT NULL"),
        ),
        Index("ix_notifications_reference", "salon_id", "reference"),
        Index("ix_notifications_created", "salon_id", "created_at"),
        Index("ix_notifications_recent", "created_at", postgresql_using="brin"),
        Index("ix_notifications_message_id", "message_id"),
        Index(
            "ix_notifications_correlation",
            "correlation_id",
            postgresql_where=text("correlation_id IS NOT NULL"),
        ),
        Index(
            "ix_notifications_recipient",
            "salon_id",
            literal_column("lower(recipient) text_pattern_ops"),
        ),
        Index("ix_notifications_phone", "recipient", postgresql_where=text("channel = 'sms'")),
        Index(
            "ix_notifications_provider_reference",
            "provider_reference",
            postgresql_where=text("provider_reference IS NOT NULL AND channel = 'sms'"),
        ),
    )

    channel: Mapped[str]
    kind: Mapped[str]
    category: Mapped[str] = mapped_column(server_default="transactional")
    status: Mapped[str] = mapped_column(server_default="pending")
    priority: Mapped[int] = mapped_column(SmallInteger, server_default="5")
    recipient: Mapped[str]
    language: Mapped[str]
    time_zone: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    reference: Mapped[str]
    dedupe_key: Mapped[str]
    message_id: Mapped[str]
    correlation_id: Mapped[str | None]
    send_after: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=func.now())
    waits_for: Mapped[str | None]
    retry_count: Mapped[int] = mapped_column(server_default="0")
    failure_type: Mapped[str | None]
    error_message: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    lease_token: Mapped[UUID | None]
    lease_count: Mapped[int] = mapped_column(server_default="0")
    lost_leases: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    handed_over_at: Mapped[datetime | None]
    was_doubtful: Mapped[bool] = mapped_column(server_default="false")
    reconcile_at: Mapped[datetime | None]
    reconcile_count: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    provider: Mapped[str | None]
    provider_reference: Mapped[str | None]
    delivery_status: Mapped[str | None]
    delivered_at: Mapped[datetime | None]
    segments: Mapped[int | None] = mapped_column(SmallInteger)
    cost_micros: Mapped[int | None] = mapped_column(BigInteger)
    cost_currency: Mapped[str | None]
    budget_month: Mapped[date | None]
    budget_units: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class Attempt(Tenant, Base):
    """One try at sending one message, begun with its lease; `outcome` is null while it runs.

    A look-up of a doubtful message is a row too; it has no lease.
    """

    __tablename__ = "notification_attempts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "notification_id"],
            ["notifications.salon_id", "notifications.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint(f"outcome IS NULL OR {_one_of('outcome', OUTCOMES)}", name="outcome"),
        CheckConstraint(
            f"failure_type IS NULL OR {_one_of('failure_type', FAILURE_TYPES)}",
            name="failure_type",
        ),
        UniqueConstraint("salon_id", "notification_id", "number"),
        Index(
            "ix_notification_attempts_put_off",
            "finished_at",
            postgresql_where=text("outcome = 'temporary'"),
        ),
    )

    notification_id: Mapped[UUID]
    number: Mapped[int]
    lease_token: Mapped[UUID | None]
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
    `retry_scheduled_at`), `redriven` while that try runs, `closed` when nothing is left to do;
    `closed_reason` is the state the message ended in, or says that it is `gone` or was
    `dismissed` by a person. `redrive_id` is the redrive that has taken it on, `redriven_at` when it
    was last let out. `created_at` is when it was first given up and never changes.
    """

    __tablename__ = "dead_letter_queue"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "notification_id"],
            ["notifications.salon_id", "notifications.id"],
            ondelete="SET NULL (notification_id)",
        ),
        UniqueConstraint("salon_id", "notification_id"),
        CheckConstraint(
            _one_of("status", ("waiting", "pending", "redriven", "closed")), name="status"
        ),
        CheckConstraint(_one_of("failure_type", FAILURE_TYPES), name="failure_type"),
        CheckConstraint(_one_of("closed_reason", CLOSED_REASONS), name="closed_reason"),
        Index("ix_dead_letter_queue_created_at", "created_at"),
        Index(
            "ix_dead_letter_queue_redrive",
            "redrive_id",
            "redriven_at",
            postgresql_where=text("redrive_id IS NOT NULL"),
        ),
        Index(
            "ix_dead_letter_queue_open",
            "failure_type",
            "channel",
            "created_at",
            postgresql_where=text("status <> 'closed'"),
        ),
        Index(
            "ix_dead_letter_queue_unsettled",
            "redriven_at",
            postgresql_where=text(
                "status = 'redriven' OR (status = 'closed' AND closed_at IS NULL)"
            ),
        ),
        Index(
            "ix_dead_letter_queue_closed",
            "closed_at",
            postgresql_where=text("status = 'closed'"),
        ),
        Index("ix_dead_letter_queue_salon", "salon_id", "status", "created_at"),
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
    redrive_id: Mapped[UUID | None]
    redriven_at: Mapped[datetime | None]
    closed_reason: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    correlation_id: Mapped[str | None]
    first_failed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_failed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_at: Mapped[CreatedAt]
