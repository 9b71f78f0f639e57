"""Table of the addresses that a salon no longer writes to. Only this room reads or writes it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from openchair.platform.db.base import Base, CreatedAt, Tenant

REASONS = (
    "hard_bounce",  # the address does not exist
    "complaint",  # the recipient called our mail spam
    "stop",  # answered STOP to an SMS
    "manual",  # somebody of the salon said so
)


class Suppression(Tenant, Base):
    """One address on one channel that is not written to, until `until` or for ever."""

    __tablename__ = "notification_suppressions"
    __table_args__ = (
        UniqueConstraint("salon_id", "channel", "recipient"),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        CheckConstraint(f"reason IN ({', '.join(map(repr, REASONS))})", name="reason"),
        Index("ix_notification_suppressions_created", "salon_id", "created_at"),
    )

    channel: Mapped[str]
    recipient: Mapped[str]
    reason: Mapped[str]
    note: Mapped[str | None]
    notification_id: Mapped[UUID | None]
    until: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
