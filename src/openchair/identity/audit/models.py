"""Table of who did what to what. Rows are only ever added."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Identified


class AuditLogRow(Identified, Base):
    """One act. `user_id` is null for clients and for the system; `metadata` says before and
    after.
    """

    __tablename__ = "audit_logs"
    __table_args__ = (
        Index("ix_audit_logs_created_at", "created_at"),
        Index("ix_audit_logs_resource", "resource_type", "resource_id", "created_at"),
        Index(
            "ix_audit_logs_correlation",
            "correlation_id",
            postgresql_where=text("correlation_id IS NOT NULL"),
        ),
    )

    salon_id: Mapped[UUID | None]
    actor: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(Text)
    resource_type: Mapped[str] = mapped_column(Text)
    resource_id: Mapped[str] = mapped_column(Text)
    ip_address: Mapped[str | None] = mapped_column(Text)
    correlation_id: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column("metadata")
    created_at: Mapped[CreatedAt]
