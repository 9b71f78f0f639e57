"""Table of who may run the installation. It has nothing to do with a role in a salon."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt


class OperatorRow(Base):
    """An operator, or an owner, who sees plain sentences and one safe button."""

    __tablename__ = "operators"
    __table_args__ = (CheckConstraint("role IN ('operator', 'owner')", name="role"),)

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str]
    granted_by: Mapped[str]
    created_at: Mapped[CreatedAt]
