"""Everything there is to know of one thing that can be booked, as the editing verbs read, compare,
keep in the audit log and write it back. Its place among its neighbours is not part of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.images import let_go
from openchair.booking.catalogue.models import (
    ServiceRequirementRow,
    ServiceRow,
    StaffServiceRow,
)
from openchair.platform.db.base import Words
from openchair.platform.errors import NotFound
from openchair.platform.live import tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """How one person does it where it differs: minor units and minutes, None as everybody."""

    price_minor: int | None = None
    active_minutes: int | None = None
    finish_minutes: int | None = None


AS_EVERYBODY = Own()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A service, a variant of one, or an add-on. Minutes and minor units; `terms` by person."""

    id: UUID
    kind: str
    category_id: UUID
    parent_id: UUID | None
    slug: str
    name: Words
    description: Words
    active_minutes: int
    processing_minutes: int
    finish_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    price_minor: int
    active: bool
    required_form_id: UUID | None
    image_id: UUID | None
    group_ids: tuple[UUID, ...] = ()
    terms: Mapping[UUID, Own] = field(default_factory=dict)


COLUMNS = tuple(name for name in Item.__dataclass_fields__ if name not in {"group_ids", "terms"})
LAST = 32_767
"""Where something new stands until the price list is numbered anew."""

_shape = TypeAdapter(Item)


def to_data(item: Item) -> dict[str, Any]:
    """The item as JSON data, for the audit log."""
    found: dict[str, Any] = _shape.dump_python(item, mode="json")
    return found


def of_data(data: Mapping[str, Any]) -> Item:
    """What `to_data` made."""
    return _shape.validate_python(data)


def revision_of(item: Item) -> str:
    """A mark that changes whenever anything of the item does; a form carries it, so that nobody
    writes over what somebody else has saved meanwhile.
    """
    text = orjson.dumps(to_data(item), option=orjson.OPT_SORT_KEYS)
    return sha256(text).hexdigest()[:24]


async def read_items(
    session: AsyncSession,
    *,
    salon_id: UUID,
    ids: Sequence[UUID] | None = None,
    lock: bool = False,
) -> dict[UUID, Item]:
    """Those of `ids` that are there (all of the salon without `ids`), archived ones too, in the
    order of the price list. `lock` keeps them from changing until the transaction ends.
    """
    which = [ServiceRow.salon_id == salon_id]
    if ids is not None:
        which.append(ServiceRow.id.in_(ids))
    chosen = select(ServiceRow).where(*which).order_by(ServiceRow.position, ServiceRow.slug)
    rows = list(await session.scalars(chosen.with_for_update() if lock else chosen))
    found = [row.id for row in rows]
    needs: dict[UUID, list[UUID]] = {}
    for service_id, group_id in await session.execute(
        select(ServiceRequirementRow.service_id, ServiceRequirementRow.group_id)
        .where(
            ServiceRequirementRow.salon_id == salon_id,
            ServiceRequirementRow.service_id.in_(found),
        )
        .order_by(ServiceRequirementRow.group_id)
    ):
        needs.setdefault(service_id, []).append(group_id)
    terms: dict[UUID, dict[UUID, Own]] = {}
    for each in await session.scalars(
        select(StaffServiceRow)
        .where(StaffServiceRow.salon_id == salon_id, StaffServiceRow.service_id.in_(found))
        .order_by(StaffServiceRow.staff_id)
    ):
        terms.setdefault(each.service_id, {})[each.staff_id] = Own(
            price_minor=each.price_minor,
            active_minutes=each.active_minutes,
            finish_minutes=each.finish_minutes,
        )
    return {
        row.id: Item(
            **{name: getattr(row, name) for name in COLUMNS},
            group_ids=tuple(needs.get(row.id, ())),
            terms=terms.get(row.id, {}),
        )
        for row in rows
    }


async def read_item(
    session: AsyncSession, *, salon_id: UUID, service_id: UUID, lock: bool = False
) -> Item:
    """One of them. Raises `NotFound` (`service_not_found`)."""
    found = await read_items(session, salon_id=salon_id, ids=[service_id], lock=lock)
    if service_id not in found:
        raise NotFound("There is no such service here.", code="service_not_found")
    return found[service_id]


async def below(
    session: AsyncSession, *, salon_id: UUID, service_id: UUID, lock: bool = False
) -> dict[UUID, Item]:
    """Its variants and the add-ons that go with it alone, archived ones too."""
    ids = await session.scalars(
        select(ServiceRow.id).where(
            ServiceRow.salon_id == salon_id, ServiceRow.parent_id == service_id
        )
    )
    return await read_items(session, salon_id=salon_id, ids=list(ids), lock=lock)


async def write_item(session: AsyncSession, *, salon_id: UUID, item: Item) -> None:
    """Make it what `item` says, whether it is new or not. A picture that it lets go of is forgotten
    a day later, so that this can be undone.
    """
    former = await session.scalar(
        select(ServiceRow.image_id).where(ServiceRow.salon_id == salon_id, ServiceRow.id == item.id)
    )
    values = {name: getattr(item, name) for name in COLUMNS}
    await session.execute(
        upsert(ServiceRow)
        .values(salon_id=salon_id, position=LAST, **values)
        .on_conflict_do_update(
            index_elements=["salon_id", "id"],
            set_={name: value for name, value in values.items() if name != "id"},
        )
    )
    for table, rows in (
        (ServiceRequirementRow, [{"group_id": group} for group in item.group_ids]),
        (StaffServiceRow, [{"staff_id": who, **_columns(own)} for who, own in item.terms.items()]),
    ):
        await session.execute(
            delete(table).where(
                table.__table__.c.salon_id == salon_id, table.__table__.c.service_id == item.id
            )
        )
        if rows:
            whose = {"salon_id": salon_id, "service_id": item.id}
            await session.execute(insert(table), [{**whose, **row} for row in rows])
    if former is not None and former != item.image_id:
        await let_go(session, salon_id=salon_id, picture_id=former)
    tell.changed(session, salon_id=salon_id)


def _columns(own: Own) -> dict[str, int | None]:
    return {
        "price_minor": own.price_minor,
        "active_minutes": own.active_minutes,
        "finish_minutes": own.finish_minutes,
    }
