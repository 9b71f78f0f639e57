"""Table of the pictures a salon keeps; the pictures themselves are in the storage. Read through
`queries.py`.
"""

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant


class MediaFileRow(Tenant, Base):
    """One picture, made anew from what was sent; `size` in bytes, width and height in pixels."""

    __tablename__ = "media_files"
    __table_args__ = (
        UniqueConstraint("salon_id", "key"),
        CheckConstraint("purpose IN ('service', 'staff', 'client')", name="purpose"),
    )

    key: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[CreatedAt]
