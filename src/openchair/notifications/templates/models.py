"""Tables of what a salon decides about its messages: its own words, and its quiet hours.

Only this room reads or writes them.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, Tenant


class MessageTemplate(Tenant, Base):
    """A salon's own words for one kind, channel and language, instead of the built-in ones.

    `{{ name }}` stands for a variable; only those of the kind are allowed. `subject` is null
    where the channel has none.
    """

    __tablename__ = "message_templates"
    __table_args__ = (
        UniqueConstraint("salon_id", "kind", "channel", "language"),
        CheckConstraint("channel IN ('email', 'sms')", name="channel"),
        CheckConstraint("length(body) <= 5000 AND length(subject) <= 200", name="length"),
    )

    kind: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str | None]
    body: Mapped[str]
    updated_by: Mapped[UUID | None]
    updated_at: Mapped[datetime]


class MessagePolicy(Base):
    """How a salon wants to reach its clients; minutes since local midnight.

    Between `quiet_from_minute` and `quiet_until_minute` nothing goes out that can wait; equal
    means never quiet. `sms_reminders` also reminds by SMS those who get mail.
    """

    __tablename__ = "message_policies"
    __table_args__ = (
        CheckConstraint(
            "quiet_from_minute BETWEEN 0 AND 1439 AND quiet_until_minute BETWEEN 0 AND 1439",
            name="quiet",
        ),
    )

    salon_id: Mapped[UUID] = mapped_column(
        ForeignKey("salons.id", ondelete="CASCADE"), primary_key=True
    )
    quiet_from_minute: Mapped[int] = mapped_column(SmallInteger, server_default="1260")
    quiet_until_minute: Mapped[int] = mapped_column(SmallInteger, server_default="480")
    sms_reminders: Mapped[bool] = mapped_column(server_default="false")
    updated_at: Mapped[datetime]
