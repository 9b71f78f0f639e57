"""Tables of the salon's customers and of two that were found to be one. Read through
`queries.py`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant


class CustomerRow(Tenant, Base):
    """A client of one salon, found again by e-mail (lower case) or phone (E.164); the team also
    keeps clients without either. One row a salon stands for all who walked in without a name.

    `search_text` is name, e-mail and phone without accents, in lower case. Who was merged into
    another is kept for the undo; who was erased has a number instead of a name.
    """

    __tablename__ = "customers"
    __table_args__ = (
        ForeignKeyConstraint(["salon_id", "merged_into"], ["customers.salon_id", "customers.id"]),
        CheckConstraint("kind IN ('person', 'walk_in')", name="kind"),
        CheckConstraint("merged_into <> id", name="merged_into"),
        Index(
            "uq_customers_email",
            "salon_id",
            "email",
            unique=True,
            postgresql_where=text("email IS NOT NULL"),
        ),
        Index("ix_customers_phone", "salon_id", "phone"),
        Index(
            "uq_customers_walk_in",
            "salon_id",
            unique=True,
            postgresql_where=text("kind = 'walk_in'"),
        ),
        Index(
            "ix_customers_search",
            "salon_id",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        Index("ix_customers_name", "salon_id", text("lower(name)"), "id"),
        Index(
            "ix_customers_import",
            "salon_id",
            "import_id",
            postgresql_where=text("import_id IS NOT NULL"),
        ),
    )

    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]
    kind: Mapped[str] = mapped_column(Text, default="person", server_default="person")
    allergies: Mapped[str] = mapped_column(Text, default="", server_default="")
    search_text: Mapped[str] = mapped_column(
        Text,
        Computed(
            "fold_text(name || ' ' || coalesce(email, '') || ' ' || coalesce(phone, ''))",
            persisted=True,
        ),
    )
    import_id: Mapped[UUID | None]
    merged_into: Mapped[UUID | None]
    erased_at: Mapped[datetime | None]


class CustomerMergeRow(Tenant, Base):
    """Two customers that became one; `gone` is what it takes to part them again."""

    __tablename__ = "customer_merges"
    __table_args__ = (Index("ix_customer_merges_kept", "salon_id", "kept_id"),)

    kept_id: Mapped[UUID]
    gone_id: Mapped[UUID]
    gone: Mapped[dict[str, Any]]
    merged_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
