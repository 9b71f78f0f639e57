"""Tables of log-ins: open sessions and every attempt."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Identified


class UserSessionRow(Identified, Base):
    """An open session. Only the SHA-256 of its cookie is kept; `second_factor_at` is when the
    second factor was shown in it.
    """

    __tablename__ = "user_sessions"
    __table_args__ = (Index("ix_user_sessions_user", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("profiles.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    csrf_token: Mapped[str] = mapped_column(Text)
    ip_address: Mapped[str] = mapped_column(Text)
    user_agent: Mapped[str] = mapped_column(Text)
    last_seen_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    created_at: Mapped[CreatedAt]


class AuthLogRow(Identified, Base):
    """One log-in attempt. `user_id` is null for an unknown address."""

    __tablename__ = "auth_logs"
    __table_args__ = (Index("ix_auth_logs_created_at", "created_at"),)

    user_id: Mapped[UUID | None]
    email: Mapped[str] = mapped_column(Text)
    ip_address: Mapped[str] = mapped_column(Text)
    user_agent: Mapped[str] = mapped_column(Text)
    success: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
