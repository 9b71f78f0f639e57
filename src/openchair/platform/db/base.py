"""What every table shares: naming of constraints, column types, the tenant's key.

Each room declares its own tables in its `models.py` on top of this; nothing here knows them.
"""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import Date, DateTime, ForeignKey, MetaData, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from openchair.platform.ids import new_id

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Words = dict[str, str]
"""One text in several languages: ISO 639-1 code → text."""

CreatedAt = Annotated[datetime, mapped_column(server_default=func.now(), sort_order=9)]


class Base(DeclarativeBase):
    """The declarative base of all rooms' models: aware instants, jsonb and native UUIDs."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        datetime: DateTime(timezone=True),
        date: Date(),
        str: Text(),
        UUID: PG_UUID(as_uuid=True),
        dict[str, Any]: JSONB,
        dict[str, str]: JSONB,
        list[Any]: JSONB,
    }


class Identified:
    """A row with its own id: version 7 UUID, made by the application."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


class Tenant:
    """A row of one salon: `salon_id` is in its key, so that tables can be distributed by it."""

    salon_id: Mapped[UUID] = mapped_column(
        ForeignKey("salons.id", ondelete="CASCADE"), primary_key=True, sort_order=-2
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)
