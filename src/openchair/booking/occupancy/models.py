"""The one table that knows who and what is taken when, and refuses to take it twice.

Written by `take.py` and `free.py`, read by availability's one query.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, Tenant

BUSY_STATES = ("held", "confirmed", "overbooked")


class OccupancyRow(Tenant, Base):
    """A stretch `[)` in which one resource (person, chair, room, device, client) is taken.

    `overbooked` stands outside the exclusion: the team doubled the time on purpose. A segment
    lasts at most a day, so that a range of starts finds every overlap.
    """

    __tablename__ = "occupancy"
    __table_args__ = (
        ExcludeConstraint(
            ("resource_id", "="),
            ("during", "&&"),
            using="gist",
            where=text("state IN ('held', 'confirmed')"),
            name="ex_occupancy_no_overlap",
        ),
        ForeignKeyConstraint(
            ["salon_id", "hold_id"], ["holds.salon_id", "holds.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["salon_id", "booking_id"], ["bookings.salon_id", "bookings.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["salon_id", "block_id"], ["blocks.salon_id", "blocks.id"], ondelete="CASCADE"
        ),
        CheckConstraint("kind IN ('staff', 'resource', 'customer')", name="kind"),
        CheckConstraint("state IN ('held', 'confirmed', 'overbooked')", name="state"),
        CheckConstraint("num_nonnulls(hold_id, booking_id, block_id) = 1", name="one_owner"),
        CheckConstraint("(state = 'held') = (expires_at IS NOT NULL)", name="holds_expire"),
        CheckConstraint(
            "NOT isempty(during) AND upper(during) - lower(during) <= interval '1 day'",
            name="during",
        ),
        Index(
            "ix_occupancy_salon_start",
            "salon_id",
            text("lower(during)"),
            postgresql_include=["during", "resource_id", "state", "expires_at", "booking_id"],
            postgresql_where=text("kind <> 'customer'"),
        ),
        Index("ix_occupancy_booking", "salon_id", "booking_id"),
        Index(
            "ix_occupancy_hold", "salon_id", "hold_id", postgresql_where=text("hold_id IS NOT NULL")
        ),
        Index(
            "ix_occupancy_block",
            "salon_id",
            "block_id",
            postgresql_where=text("block_id IS NOT NULL"),
        ),
    )

    resource_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    state: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime | None]
    hold_id: Mapped[UUID | None]
    booking_id: Mapped[UUID | None]
    block_id: Mapped[UUID | None]
