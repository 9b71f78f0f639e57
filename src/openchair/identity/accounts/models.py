"""Tables of the people who log in: profiles, their role in each salon, and how it changed."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Identified


class ProfileRow(Identified, Base):
    """An account: one person, however many salons. `email` is lower case."""

    __tablename__ = "profiles"

    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text, default="en")
    is_active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    created_at: Mapped[CreatedAt]


class MembershipRow(Base):
    """The role of one person in one salon; `staff_id` ties a login to a stylist."""

    __tablename__ = "memberships"
    __table_args__ = (
        ForeignKeyConstraint(["salon_id"], ["salons.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["salon_id", "staff_id"], ["staff.salon_id", "staff.id"]),
        CheckConstraint("role IN ('owner', 'manager', 'staff', 'receptionist')", name="role"),
    )

    salon_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("profiles.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[str] = mapped_column(Text)
    staff_id: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]


class RoleChangeRow(Identified, Base):
    """One change of a role; null is "none". `changed_by` is null for the system."""

    __tablename__ = "role_changes"
    __table_args__ = (Index("ix_role_changes_user", "user_id", "created_at"),)

    salon_id: Mapped[UUID]
    user_id: Mapped[UUID]
    old_role: Mapped[str | None] = mapped_column(Text)
    new_role: Mapped[str | None] = mapped_column(Text)
    changed_by: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
