"""Table of the private calendar addresses. Read through `queries.py`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant


class CalendarFeedRow(Tenant, Base):
    """The address under which a stylist's calendar program reads their visits. Only its SHA-256 is
    kept; a new address ends the former.
    """

    __tablename__ = "calendar_feeds"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "staff_id"], ["staff.salon_id", "staff.id"], ondelete="CASCADE"
        ),
        Index("uq_calendar_feeds_token", "token_hash", unique=True),
        Index(
            "uq_calendar_feeds_live",
            "salon_id",
            "staff_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    staff_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    last_read_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
