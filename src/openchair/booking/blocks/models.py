"""Table of the times in which somebody or something is kept free on purpose. Read through
`queries.py`.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant


class BlockRow(Tenant, Base):
    """A stretch `[)` of one stylist, or of one chair, room or device, that nobody can book. Its row
    in `occupancy` is what refuses.
    """

    __tablename__ = "blocks"
    __table_args__ = (
        ForeignKeyConstraint(["salon_id", "staff_id"], ["staff.salon_id", "staff.id"]),
        ForeignKeyConstraint(["salon_id", "resource_id"], ["resources.salon_id", "resources.id"]),
        CheckConstraint("num_nonnulls(staff_id, resource_id) = 1", name="one_subject"),
        CheckConstraint(
            "NOT isempty(during) AND upper(during) - lower(during) <= interval '1 day'",
            name="during",
        ),
        Index("ix_blocks_during", "salon_id", "during", postgresql_using="gist"),
    )

    staff_id: Mapped[UUID | None]
    resource_id: Mapped[UUID | None]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_by: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]
