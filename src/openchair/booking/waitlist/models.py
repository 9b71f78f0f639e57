"""Tables of who waits for a time, and of the times they were offered. Read through `queries.py`."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant


class WaitlistEntryRow(Tenant, Base):
    """A client who wants services between two local dates, on some weekdays (0 is Monday), within
    some minutes of the day. Without `staff_id` anybody will do. Only the SHA-256 of the client's
    own link is kept.
    """

    __tablename__ = "waitlist_entries"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(["salon_id", "staff_id"], ["staff.salon_id", "staff.id"]),
        ForeignKeyConstraint(["salon_id", "booking_id"], ["bookings.salon_id", "bookings.id"]),
        CheckConstraint(
            "status IN ('waiting', 'offered', 'booked', 'withdrawn', 'expired')", name="status"
        ),
        CheckConstraint("last_date >= first_date", name="dates"),
        CheckConstraint(
            "from_minute BETWEEN 0 AND 1439 AND to_minute > from_minute AND to_minute <= 2880",
            name="minutes",
        ),
        CheckConstraint("cardinality(service_ids) BETWEEN 1 AND 10", name="services"),
        CheckConstraint("cardinality(weekdays) BETWEEN 1 AND 7", name="weekdays"),
        Index(
            "ix_waitlist_entries_waiting",
            "salon_id",
            "created_at",
            "id",
            postgresql_where=text("status IN ('waiting', 'offered')"),
        ),
        Index("ix_waitlist_entries_customer", "salon_id", "customer_id"),
        Index("uq_waitlist_entries_token", "token_hash", unique=True),
    )

    customer_id: Mapped[UUID]
    service_ids: Mapped[list[UUID]] = mapped_column(ARRAY(PG_UUID(as_uuid=True)))
    staff_id: Mapped[UUID | None]
    first_date: Mapped[date]
    last_date: Mapped[date]
    weekdays: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    from_minute: Mapped[int] = mapped_column(SmallInteger)
    to_minute: Mapped[int] = mapped_column(SmallInteger)
    contact_name: Mapped[str] = mapped_column(Text)
    contact_email: Mapped[str | None] = mapped_column(Text)
    contact_phone: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    source: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, default="waiting", server_default="waiting")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    booking_id: Mapped[UUID | None]
    created_at: Mapped[CreatedAt]


class WaitlistOfferRow(Tenant, Base):
    """A time that was kept for one who waits, until `expires_at`. `token_hash` is of the link in
    the message.
    """

    __tablename__ = "waitlist_offers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "entry_id"],
            ["waitlist_entries.salon_id", "waitlist_entries.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("status IN ('open', 'accepted', 'declined', 'lapsed')", name="status"),
        Index("ix_waitlist_offers_entry", "salon_id", "entry_id", "created_at"),
        Index(
            "uq_waitlist_offers_open",
            "salon_id",
            "entry_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_waitlist_offers_expires", "expires_at", postgresql_where=text("status = 'open'")),
        Index("uq_waitlist_offers_token", "token_hash", unique=True),
    )

    entry_id: Mapped[UUID]
    hold_id: Mapped[UUID]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(Text, default="open", server_default="open")
    answered_at: Mapped[datetime | None]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]
