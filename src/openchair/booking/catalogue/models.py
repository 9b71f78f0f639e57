"""Tables of what is offered and who and what it takes: services, staff, shifts, resources.

Read through `queries.py`; written by the salon import. No other room imports this module.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TSTZRANGE, Range
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Tenant, Words


def _belongs(column: str, table: str, ondelete: str = "CASCADE") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["salon_id", column], [f"{table}.salon_id", f"{table}.id"], ondelete=ondelete
    )


class ServiceCategoryRow(Tenant, Base):
    """A heading of the price list; `colour` marks it in the calendar."""

    __tablename__ = "service_categories"
    __table_args__ = (UniqueConstraint("salon_id", "slug"),)

    slug: Mapped[str] = mapped_column(Text)
    name: Mapped[Words]
    colour: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(SmallInteger, default=0)


class ServiceRow(Tenant, Base):
    """Anything bookable: a service, a variant of one (hair length) or an add-on.

    Minutes: `active` and `finish` are hands-on; in `processing` the stylist is free and the
    chair is not. Buffers are the stylist's and the room's, never shown to the client. Who books
    it needs a valid answer to `required_form_id`, such as a patch test.
    """

    __tablename__ = "services"
    __table_args__ = (
        _belongs("category_id", "service_categories"),
        _belongs("parent_id", "services"),
        _belongs("required_form_id", "consultation_forms", "RESTRICT"),
        _belongs("image_id", "media_files", "RESTRICT"),
        UniqueConstraint("salon_id", "slug"),
        CheckConstraint("kind IN ('service', 'variant', 'addon')", name="kind"),
        CheckConstraint("kind <> 'variant' OR parent_id IS NOT NULL", name="variant_parent"),
        CheckConstraint("kind <> 'service' OR parent_id IS NULL", name="service_parent"),
        CheckConstraint("active_minutes BETWEEN 5 AND 720", name="active"),
        CheckConstraint("processing_minutes BETWEEN 0 AND 720", name="processing"),
        CheckConstraint("finish_minutes BETWEEN 0 AND 720", name="finish"),
        CheckConstraint("buffer_before_minutes BETWEEN 0 AND 240", name="buffer_before"),
        CheckConstraint("buffer_after_minutes BETWEEN 0 AND 240", name="buffer_after"),
        CheckConstraint("price_minor BETWEEN 0 AND 100000000", name="price"),
    )

    category_id: Mapped[UUID]
    parent_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(Text, default="service")
    slug: Mapped[str] = mapped_column(Text)
    name: Mapped[Words]
    description: Mapped[Words]
    active_minutes: Mapped[int] = mapped_column(SmallInteger)
    processing_minutes: Mapped[int] = mapped_column(SmallInteger, default=0)
    finish_minutes: Mapped[int] = mapped_column(SmallInteger, default=0)
    buffer_before_minutes: Mapped[int] = mapped_column(SmallInteger, default=0)
    buffer_after_minutes: Mapped[int] = mapped_column(SmallInteger, default=0)
    price_minor: Mapped[int]
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    active: Mapped[bool] = mapped_column(default=True)
    required_form_id: Mapped[UUID | None]
    image_id: Mapped[UUID | None]


class StaffRow(Tenant, Base):
    """A person who serves clients; `active` false hides them and refuses new bookings."""

    __tablename__ = "staff"
    __table_args__ = (
        _belongs("location_id", "locations"),
        _belongs("image_id", "media_files", "RESTRICT"),
        UniqueConstraint("salon_id", "slug"),
        CheckConstraint("commission_basis_points BETWEEN 0 AND 10000", name="commission"),
    )

    location_id: Mapped[UUID]
    slug: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    title: Mapped[Words]
    bio: Mapped[Words]
    colour: Mapped[str] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    active: Mapped[bool] = mapped_column(default=True)
    commission_basis_points: Mapped[int] = mapped_column(
        SmallInteger, default=0, server_default="0"
    )
    image_id: Mapped[UUID | None]


class StaffServiceRow(Base):
    """Who can do what; null means the service's own price or minutes."""

    __tablename__ = "staff_services"
    __table_args__ = (
        _belongs("staff_id", "staff"),
        _belongs("service_id", "services"),
        Index("ix_staff_services_service", "salon_id", "service_id"),
    )

    salon_id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(primary_key=True)
    service_id: Mapped[UUID] = mapped_column(primary_key=True)
    price_minor: Mapped[int | None]
    active_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    finish_minutes: Mapped[int | None] = mapped_column(SmallInteger)


class ShiftRow(Tenant, Base):
    """When someone works. A weekly pattern has `weekday`; a dated shift has `date` and replaces
    the pattern of that date. Minutes since local midnight, past 1440 = next day.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        _belongs("staff_id", "staff"),
        Index("ix_shifts_staff", "salon_id", "staff_id"),
        CheckConstraint("(weekday IS NULL) <> (date IS NULL)", name="weekday_or_date"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "starts_minute BETWEEN 0 AND 1439 AND ends_minute > starts_minute"
            " AND ends_minute <= 2880",
            name="minutes",
        ),
    )

    staff_id: Mapped[UUID]
    weekday: Mapped[int | None] = mapped_column(SmallInteger)
    date: Mapped[date | None]
    starts_minute: Mapped[int] = mapped_column(SmallInteger)
    ends_minute: Mapped[int] = mapped_column(SmallInteger)


class ShiftBreakRow(Tenant, Base):
    """A pause inside a shift, in the same minutes."""

    __tablename__ = "shift_breaks"
    __table_args__ = (
        _belongs("shift_id", "shifts"),
        Index("ix_shift_breaks_shift", "salon_id", "shift_id"),
        CheckConstraint("ends_minute > starts_minute", name="minutes"),
    )

    shift_id: Mapped[UUID]
    starts_minute: Mapped[int] = mapped_column(SmallInteger)
    ends_minute: Mapped[int] = mapped_column(SmallInteger)


class TimeOffRow(Tenant, Base):
    """A stretch of absence of one person, in UTC instants. Only what is approved keeps clients
    from booking; whoever decides is free to do so at once.
    """

    __tablename__ = "time_off"
    __table_args__ = (
        _belongs("staff_id", "staff"),
        Index("ix_time_off_staff", "salon_id", "staff_id"),
        CheckConstraint("NOT isempty(during) AND NOT lower_inf(during)", name="during"),
        CheckConstraint("status IN ('requested', 'approved', 'declined')", name="status"),
    )

    staff_id: Mapped[UUID]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    reason: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(Text, default="approved", server_default="approved")
    requested_by: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class ResourceGroupRow(Tenant, Base):
    """Interchangeable things a service may need one of: chairs, treatment rooms, devices."""

    __tablename__ = "resource_groups"
    __table_args__ = (
        _belongs("location_id", "locations"),
        UniqueConstraint("salon_id", "slug"),
        CheckConstraint("kind IN ('chair', 'room', 'device')", name="kind"),
    )

    location_id: Mapped[UUID]
    slug: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[Words]


class ResourceRow(Tenant, Base):
    """One chair, room or device."""

    __tablename__ = "resources"
    __table_args__ = (
        _belongs("group_id", "resource_groups"),
        UniqueConstraint("salon_id", "group_id", "name"),
    )

    group_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    active: Mapped[bool] = mapped_column(default=True)


class ServiceRequirementRow(Base):
    """A service needs one resource of this group for its whole time, buffers included."""

    __tablename__ = "service_requirements"
    __table_args__ = (
        _belongs("service_id", "services"),
        _belongs("group_id", "resource_groups"),
        Index("ix_service_requirements_group", "salon_id", "group_id"),
    )

    salon_id: Mapped[UUID] = mapped_column(primary_key=True)
    service_id: Mapped[UUID] = mapped_column(primary_key=True)
    group_id: Mapped[UUID] = mapped_column(primary_key=True)
