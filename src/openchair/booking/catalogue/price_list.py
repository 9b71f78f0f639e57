"""Reads the price list as its editors see it: archived things too, empty headings too, and all that
a service can be given: people, rooms and devices. Called by the pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.categories import Heading
from openchair.booking.catalogue.item import Item, read_items
from openchair.booking.catalogue.models import (
    ResourceGroupRow,
    ServiceCategoryRow,
    StaffRow,
)
from openchair.media.queries import Shape, shapes_of
from openchair.platform.db.base import Words


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the team; hidden ones keep what they do."""

    id: UUID
    name: str
    colour: str
    active: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Chairs, rooms or devices of which a service may need one."""

    id: UUID
    kind: str
    name: Words


@dataclass(frozen=True, slots=True)
class PriceList:
    """Everything, in the salon's order. `items` are all that can be booked or could once."""

    headings: tuple[Heading, ...]
    items: Mapping[UUID, Item]
    people: tuple[Person, ...]
    groups: tuple[Group, ...]
    pictures: Mapping[UUID, Shape]

    def services(self, category_id: UUID, *, active: bool = True) -> list[Item]:
        """The services of a heading."""
        return [
            each
            for each in self.items.values()
            if each.kind == "service" and each.category_id == category_id and each.active == active
        ]

    def general(self, category_id: UUID, *, active: bool = True) -> list[Item]:
        """The add-ons of a heading that go with every service."""
        return [
            each
            for each in self.items.values()
            if each.kind == "addon"
            and each.parent_id is None
            and each.category_id == category_id
            and each.active == active
        ]

    def below(self, service_id: UUID, kind: str, *, active: bool = True) -> list[Item]:
        """What hangs under a service."""
        return [
            each
            for each in self.items.values()
            if each.parent_id == service_id and each.kind == kind and each.active == active
        ]


async def read_price_list(session: AsyncSession, *, salon_id: UUID) -> PriceList:
    """The whole list of one salon."""
    headings = await session.scalars(
        select(ServiceCategoryRow)
        .where(ServiceCategoryRow.salon_id == salon_id)
        .order_by(ServiceCategoryRow.position, ServiceCategoryRow.slug)
    )
    people = await session.scalars(
        select(StaffRow)
        .where(StaffRow.salon_id == salon_id)
        .order_by(StaffRow.position, StaffRow.slug)
    )
    groups = await session.scalars(
        select(ResourceGroupRow)
        .where(ResourceGroupRow.salon_id == salon_id)
        .order_by(ResourceGroupRow.slug)
    )
    items = await read_items(session, salon_id=salon_id)
    shown = [item.image_id for item in items.values() if item.image_id is not None]
    return PriceList(
        headings=tuple(
            Heading(id=row.id, slug=row.slug, name=row.name, colour=row.colour) for row in headings
        ),
        items=items,
        people=tuple(Person(row.id, row.name, row.colour, row.active) for row in people),
        groups=tuple(Group(row.id, row.kind, row.name) for row in groups),
        pictures=await shapes_of(session, salon_id=salon_id, picture_ids=shown),
    )
