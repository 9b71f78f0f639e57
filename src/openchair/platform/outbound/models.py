"""Table of every call to somebody else's service. Written by `call.py`, read by the runbooks."""

from uuid import UUID

from sqlalchemy import Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Identified


class ApiLogRow(Identified, Base):
    """One try of one call. `status_code` is null when no answer came; `error` says why.

    `path` has no query, which may hold an address or a secret.
    """

    __tablename__ = "api_logs"
    __table_args__ = (
        Index("ix_api_logs_created_at", "created_at"),
        Index("ix_api_logs_service", "service_name", "created_at"),
        Index(
            "ix_api_logs_correlation",
            "correlation_id",
            postgresql_where=text("correlation_id IS NOT NULL"),
        ),
    )

    service_name: Mapped[str]
    method: Mapped[str]
    host: Mapped[str]
    path: Mapped[str]
    attempt: Mapped[int] = mapped_column(SmallInteger)
    status_code: Mapped[int | None]
    duration_ms: Mapped[int]
    error: Mapped[str | None]
    salon_id: Mapped[UUID | None]
    correlation_id: Mapped[str | None]
    trace_id: Mapped[str | None]
    created_at: Mapped[CreatedAt]
