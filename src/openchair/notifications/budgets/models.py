"""Tables of the budgets: how much a salon may send in a month, and how much it has.

Only this room reads or writes them. A month is a calendar month on the salon's own clock.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base

AT_CAP = (
    "reminders_only",  # marketing is suppressed; what clients rely on still goes
    "delay",  # everything but transactional messages waits for the next month
    "skip",  # everything is suppressed
)
CHANNEL = "channel IN ('email', 'sms')"


class Budget(Base):
    """A salon's limit for one channel: messages (mail) or segments (SMS) a month."""

    __tablename__ = "notification_budgets"
    __table_args__ = (
        CheckConstraint(CHANNEL, name="channel"),
        CheckConstraint("monthly_limit BETWEEN 0 AND 100000000", name="monthly_limit"),
        CheckConstraint(f"at_cap IN ({', '.join(map(repr, AT_CAP))})", name="at_cap"),
    )

    salon_id: Mapped[UUID] = mapped_column(
        ForeignKey("salons.id", ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[str] = mapped_column(primary_key=True)
    monthly_limit: Mapped[int]
    at_cap: Mapped[str] = mapped_column(server_default="reminders_only")
    updated_at: Mapped[datetime]


class Usage(Base):
    """What one salon has used of one channel in one month; `month` is its first day.

    `used` counts what is reserved or sent; it equals the sum of `budget_units` of the messages.
    `warned_at`, `critical_at` and `capped_at` make each threshold be announced once.
    """

    __tablename__ = "notification_usage"
    __table_args__ = (
        CheckConstraint(CHANNEL, name="channel"),
        CheckConstraint("used >= 0", name="used"),
        Index("ix_notification_usage_month", "month"),
    )

    salon_id: Mapped[UUID] = mapped_column(
        ForeignKey("salons.id", ondelete="CASCADE"), primary_key=True
    )
    channel: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(server_default="0")
    cost_micros: Mapped[int] = mapped_column(BigInteger, server_default="0")
    cost_currency: Mapped[str | None]
    warned_at: Mapped[datetime | None]
    critical_at: Mapped[datetime | None]
    capped_at: Mapped[datetime | None]
