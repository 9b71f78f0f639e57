"""Table of who was asked to join a salon's team. Read through `queries.py`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant


class InvitationRow(Tenant, Base):
    """An invitation by mail. Only the SHA-256 of its link is kept; it is used once."""

    __tablename__ = "invitations"
    __table_args__ = (
        ForeignKeyConstraint(["salon_id", "staff_id"], ["staff.salon_id", "staff.id"]),
        CheckConstraint("role IN ('owner', 'manager', 'staff', 'receptionist')", name="role"),
        Index("uq_invitations_token", "token_hash", unique=True),
        Index(
            "uq_invitations_open",
            "salon_id",
            "email",
            unique=True,
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
    )

    email: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    staff_id: Mapped[UUID | None]
    language: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    invited_by: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
