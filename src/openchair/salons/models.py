"""Tables of the salons: who they are, where, when they open and what they promise.

Read through `queries.py`; written by `import_salon.py`. No other room imports this module.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKeyConstraint,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from openchair.platform.db.base import Base, CreatedAt, Identified, Tenant, Words


class SalonRow(Identified, Base):
    """A salon: the tenant. Money is in minor units of `currency`; tax in basis points. Only sites
    among `embed_origins` (such as `https://salon.example`) may show the wizard inside their own.
    """

    __tablename__ = "salons"
    __table_args__ = (
        CheckConstraint("slug ~ '^[a-z0-9](-?[a-z0-9])*$' AND length(slug) <= 60", name="slug"),
        CheckConstraint("default_language = ANY (languages)", name="default_language"),
        CheckConstraint("tax_basis_points BETWEEN 0 AND 10000", name="tax"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    )

    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    tagline: Mapped[Words]
    about: Mapped[Words]
    time_zone: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    default_language: Mapped[str] = mapped_column(Text)
    tax_name: Mapped[str] = mapped_column(Text)
    tax_basis_points: Mapped[int]
    tax_included: Mapped[bool] = mapped_column(default=True)
    cash_rounding_minor: Mapped[int] = mapped_column(default=1)
    email: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    brand: Mapped[dict[str, Any]]
    embed_origins: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, server_default=text("'{}'")
    )
    created_at: Mapped[CreatedAt]


class PolicyRow(Base):
    """The salon's booking rules; minutes unless the name says days."""

    __tablename__ = "salon_policies"
    __table_args__ = (
        ForeignKeyConstraint(["salon_id"], ["salons.id"], ondelete="CASCADE"),
        CheckConstraint("lead_minutes BETWEEN 0 AND 525600", name="lead"),
        CheckConstraint("horizon_days BETWEEN 1 AND 730", name="horizon"),
        CheckConstraint("granularity_minutes BETWEEN 5 AND 240", name="granularity"),
        CheckConstraint("hold_minutes BETWEEN 1 AND 60", name="hold"),
        CheckConstraint("cancel_deadline_minutes >= 0", name="cancel_deadline"),
        CheckConstraint("reschedule_deadline_minutes >= 0", name="reschedule_deadline"),
        CheckConstraint("reschedule_limit BETWEEN 0 AND 100", name="reschedule_limit"),
        CheckConstraint("waitlist_offer_minutes BETWEEN 5 AND 1440", name="waitlist_offer"),
    )

    salon_id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_minutes: Mapped[int] = mapped_column(default=60)
    horizon_days: Mapped[int] = mapped_column(default=90)
    granularity_minutes: Mapped[int] = mapped_column(SmallInteger, default=15)
    hold_minutes: Mapped[int] = mapped_column(SmallInteger, default=10)
    cancel_deadline_minutes: Mapped[int] = mapped_column(default=1440)
    reschedule_deadline_minutes: Mapped[int] = mapped_column(default=1440)
    reschedule_limit: Mapped[int] = mapped_column(SmallInteger, default=3)
    waitlist_offer_minutes: Mapped[int] = mapped_column(
        SmallInteger, default=30, server_default="30"
    )


class LocationRow(Tenant, Base):
    """A place of the salon. `country` is ISO 3166 alpha-2."""

    __tablename__ = "locations"
    __table_args__ = (CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),)

    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    name: Mapped[str] = mapped_column(Text)
    street: Mapped[str] = mapped_column(Text)
    postal_code: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    latitude: Mapped[float]
    longitude: Mapped[float]
    directions: Mapped[Words]


class OpeningHoursRow(Tenant, Base):
    """Weekly opening: `weekday` 0 is Monday; minutes since local midnight, past 1440 = next day."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "location_id"], ["locations.salon_id", "locations.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("salon_id", "location_id", "weekday", "opens_minute"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "opens_minute BETWEEN 0 AND 1439 AND closes_minute > opens_minute"
            " AND closes_minute <= 2880",
            name="minutes",
        ),
    )

    location_id: Mapped[UUID]
    weekday: Mapped[int] = mapped_column(SmallInteger)
    opens_minute: Mapped[int] = mapped_column(SmallInteger)
    closes_minute: Mapped[int] = mapped_column(SmallInteger)


class HolidayRow(Tenant, Base):
    """A date on which a location stays closed."""

    __tablename__ = "holidays"
    __table_args__ = (
        ForeignKeyConstraint(
            ["salon_id", "location_id"], ["locations.salon_id", "locations.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("salon_id", "location_id", "date"),
    )

    location_id: Mapped[UUID]
    date: Mapped[date]
    name: Mapped[Words]
