"""Tables of holds and bookings. A booking is a visit; its appointments are what happens in it.

Read through `queries.py`; written by one module a verb. No other room imports this module.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant, Words

STATUSES = ("confirmed", "arrived", "in_chair", "done", "paid", "no_show", "cancelled")
_ANY_STATUS = ", ".join(f"'{status}'" for status in STATUSES)


class HoldRow(Tenant, Base):
    """A time kept for somebody who is still typing. `items` is the visit as it was offered:
    service, stylist, start, end, price in minor units, and the resources taken.
    """

    __tablename__ = "holds"
    __table_args__ = (Index("ix_holds_expires_at", "expires_at"),)

    expires_at: Mapped[datetime]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    price_minor: Mapped[int]
    items: Mapped[list[Any]]
    created_at: Mapped[CreatedAt]


class BookingSeriesRow(Tenant, Base):
    """Visits that repeat every so many weeks until a local date (inside)."""

    __tablename__ = "booking_series"
    __table_args__ = (CheckConstraint("every_weeks BETWEEN 1 AND 52", name="every_weeks"),)

    every_weeks: Mapped[int] = mapped_column(SmallInteger)
    until: Mapped[date]
    created_at: Mapped[CreatedAt]


class BookingGroupRow(Tenant, Base):
    """People who come together, such as a bridal party: one booking each, one name."""

    __tablename__ = "booking_groups"

    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class BookingRow(Tenant, Base):
    """A visit: one customer, one confirmation, one price. Name and addresses are as the client
    gave them for this visit; `customer_id` is who we think it was.
    """

    __tablename__ = "bookings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "customer_id"],
            ["customers.salon_id", "customers.id"],
        ),
        ForeignKeyConstraint(
            ["salon_id", "location_id"],
            ["locations.salon_id", "locations.id"],
        ),
        ForeignKeyConstraint(
            ["salon_id", "series_id"], ["booking_series.salon_id", "booking_series.id"]
        ),
        ForeignKeyConstraint(
            ["salon_id", "group_id"], ["booking_groups.salon_id", "booking_groups.id"]
        ),
        CheckConstraint(f"status IN ({_ANY_STATUS})", name="status"),
        CheckConstraint("ends_at > appointment_date", name="times"),
        Index("ix_bookings_salon_date", "salon_id", "appointment_date"),
        Index("ix_bookings_customer", "salon_id", "customer_id", "appointment_date"),
        Index(
            "uq_bookings_idempotency_key",
            "salon_id",
            "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        Index("uq_bookings_manage_token", "manage_token", unique=True),
        Index("ix_bookings_id", "id"),
        Index(
            "ix_bookings_series",
            "salon_id",
            "series_id",
            postgresql_where=text("series_id IS NOT NULL"),
        ),
        Index(
            "ix_bookings_group",
            "salon_id",
            "group_id",
            postgresql_where=text("group_id IS NOT NULL"),
        ),
    )

    customer_id: Mapped[UUID]
    location_id: Mapped[UUID]
    appointment_date: Mapped[datetime]
    ends_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(Text)
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    contact_name: Mapped[str] = mapped_column(Text)
    contact_email: Mapped[str | None] = mapped_column(Text)
    contact_phone: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    source: Mapped[str] = mapped_column(Text)
    manage_token: Mapped[str] = mapped_column(Text)
    hold_id: Mapped[UUID | None]
    idempotency_key: Mapped[str | None] = mapped_column(Text)
    request_hash: Mapped[str | None] = mapped_column(Text)
    reschedule_count: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    revision: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    overbooked: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    series_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    arrived_at: Mapped[datetime | None]
    in_chair_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    no_show_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[CreatedAt]


class AppointmentRow(Tenant, Base):
    """One service by one stylist inside a booking; the name is kept as it was booked.

    `extra_minutes` is what the team gave or took beyond the service's own hands-on time.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "booking_id"], ["bookings.salon_id", "bookings.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["salon_id", "service_id"], ["services.salon_id", "services.id"]),
        ForeignKeyConstraint(["salon_id", "staff_id"], ["staff.salon_id", "staff.id"]),
        Index("ix_appointments_booking", "salon_id", "booking_id"),
        Index("ix_appointments_staff", "salon_id", "staff_id", "starts_at"),
    )

    booking_id: Mapped[UUID]
    service_id: Mapped[UUID]
    staff_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(SmallInteger)
    service_name: Mapped[Words]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    price_minor: Mapped[int]
    extra_minutes: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
