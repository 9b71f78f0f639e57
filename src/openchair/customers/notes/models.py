"""Tables of what the team keeps about a client: notes and photos. Read through `queries.py`."""

from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant


class CustomerNoteRow(Tenant, Base):
    """One note, by whom and when."""

    __tablename__ = "customer_notes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
            ondelete="CASCADE",
        ),
        Index("ix_customer_notes_customer", "salon_id", "customer_id", "created_at"),
    )

    customer_id: Mapped[UUID]
    body: Mapped[str] = mapped_column(Text)
    written_by: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]


class CustomerPhotoRow(Tenant, Base):
    """A picture of a client's hair or skin; never public."""

    __tablename__ = "customer_photos"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["salon_id", "media_id"], ["media_files.salon_id", "media_files.id"]),
        Index("ix_customer_photos_customer", "salon_id", "customer_id", "created_at"),
    )

    customer_id: Mapped[UUID]
    media_id: Mapped[UUID]
    caption: Mapped[str] = mapped_column(Text, default="", server_default="")
    taken_by: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
