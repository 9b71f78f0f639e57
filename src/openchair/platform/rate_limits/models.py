"""Table of the rate limits: one row a key, the theoretical arrival time of GCRA."""

from datetime import datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base


class RateLimitRow(Base):
    """The state of one limit for one caller; rows whose time is past mean nothing."""

    __tablename__ = "rate_limits"
    __table_args__ = (Index("ix_rate_limits_arrival", "arrival_at"), {"prefixes": ["UNLOGGED"]})

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    arrival_at: Mapped[datetime]
