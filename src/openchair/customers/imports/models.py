"""Tables of the lists of clients that were brought along, and of their bad rows. Read through
`queries.py`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant


class CustomerImportRow(Tenant, Base):
    """One file, kept in the storage under `key`; `mapping` says which column is what. Counts are of
    rows.
    """

    __tablename__ = "customer_imports"
    __table_args__ = (
        CheckConstraint(
            "status IN ('uploaded', 'mapped', 'running', 'done', 'failed', 'undone')",
            name="status",
        ),
        Index("ix_customer_imports_salon", "salon_id", "created_at"),
    )

    filename: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    mapping: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(Text, default="uploaded", server_default="uploaded")
    rows_total: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_read: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_created: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_updated: Mapped[int] = mapped_column(default=0, server_default="0")
    rows_refused: Mapped[int] = mapped_column(default=0, server_default="0")
    started_by: Mapped[UUID | None]
    finished_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class CustomerImportErrorRow(Tenant, Base):
    """A row of the file that was not taken over, and why; `line` counts from 1, the heading
    included.
    """

    __tablename__ = "customer_import_errors"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "import_id"],
            ["customer_imports.salon_id", "customer_imports.id"],
            ondelete="CASCADE",
        ),
        Index("uq_customer_import_errors_line", "salon_id", "import_id", "line", unique=True),
    )

    import_id: Mapped[UUID]
    line: Mapped[int]
    cells: Mapped[list[Any]]
    field: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
