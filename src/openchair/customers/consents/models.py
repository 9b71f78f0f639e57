"""Table of what customers agreed to: every answer is a row, the newest counts."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant


class ConsentRow(Tenant, Base):
    """One answer to one question, with where it was given; no `channel` means all of them."""

    __tablename__ = "consents"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("kind IN ('terms', 'reminders', 'marketing')", name="kind"),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        Index("ix_consents_customer", "salon_id", "customer_id", "kind", "created_at"),
    )

    customer_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    channel: Mapped[str | None] = mapped_column(Text)
    granted: Mapped[bool]
    source: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
