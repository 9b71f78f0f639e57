"""Adds chairs, rooms and devices, names them anew, takes them out of use. Called by the place's
pages. What visits have taken stays taken; a thing out of use is offered to nobody else.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import ResourceGroupRow, ResourceRow
from openchair.booking.catalogue.slugs import free_slug
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.base import Words
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.ids import new_id

NAME_LENGTH = 60
MOST_GROUPS = 50
MOST_THINGS = 200
KINDS = ("chair", "room", "device")


async def add_group(
    session: AsyncSession, *, salon_id: UUID, location_id: UUID, kind: str, name: Words, by: Actor
) -> UUID:
    """The id of a new group without any thing in it yet. Raises `Invalid` on `kind` or `name`."""
    if kind not in KINDS:
        raise Invalid("Please choose chairs, rooms or devices.", field="kind")
    clean = {language: _name(said) for language, said in name.items() if said.strip()}
    if not clean:
        raise Invalid("Please give it a name.", field="name")
    slugs = set(
        await session.scalars(
            select(ResourceGroupRow.slug).where(ResourceGroupRow.salon_id == salon_id)
        )
    )
    if len(slugs) >= MOST_GROUPS:
        raise Invalid(f"A salon has at most {MOST_GROUPS} kinds of things.", field="name")
    group_id = new_id()
    after = {"kind": kind, "name": clean}
    await session.execute(
        insert(ResourceGroupRow).values(
            salon_id=salon_id,
            id=group_id,
            location_id=location_id,
            slug=free_slug(next(iter(clean.values())), taken=slugs, otherwise="group"),
            **after,
        )
    )
    await _note(session, salon_id, group_id, by, act="add_group", before=None, after=after)
    return group_id


async def add_thing(
    session: AsyncSession, *, salon_id: UUID, group_id: UUID, name: str, by: Actor
) -> UUID:
    """The id of one more thing of a group. Raises `NotFound`, `Invalid` on `name`."""
    await _lock_group(session, salon_id, group_id)
    clean = _name(name)
    there = await session.scalar(
        select(func.count())
        .select_from(ResourceRow)
        .where(ResourceRow.salon_id == salon_id, ResourceRow.group_id == group_id)
    )
    if (there or 0) >= MOST_THINGS:
        raise Invalid(f"At most {MOST_THINGS} of one kind.", field="name")
    await _refuse_twin(session, salon_id, group_id, clean)
    thing_id = new_id()
    await session.execute(
        insert(ResourceRow).values(
            salon_id=salon_id, id=thing_id, group_id=group_id, name=clean, position=there or 0
        )
    )
    await _note(session, salon_id, thing_id, by, act="add", before=None, after={"name": clean})
    return thing_id


async def change_thing(
    session: AsyncSession, *, salon_id: UUID, thing_id: UUID, name: str, active: bool, by: Actor
) -> None:
    """Name a thing anew, take it out of use or put it back. Raises `NotFound`, `Invalid`."""
    row = (
        await session.execute(
            select(ResourceRow.name, ResourceRow.active, ResourceRow.group_id)
            .where(ResourceRow.salon_id == salon_id, ResourceRow.id == thing_id)
            .with_for_update()
        )
    ).one_or_none()
    if row is None:
        raise NotFound("This is not there any more.", code="equipment_not_found")
    clean = _name(name)
    before = {"name": row.name, "active": row.active}
    after = {"name": clean, "active": active}
    if before == after:
        return
    if clean != row.name:
        await _refuse_twin(session, salon_id, row.group_id, clean)
    await session.execute(
        update(ResourceRow)
        .where(ResourceRow.salon_id == salon_id, ResourceRow.id == thing_id)
        .values(**after)
    )
    await _note(session, salon_id, thing_id, by, act="change", before=before, after=after)


async def _lock_group(session: AsyncSession, salon_id: UUID, group_id: UUID) -> None:
    found = await session.scalar(
        select(ResourceGroupRow.id)
        .where(ResourceGroupRow.salon_id == salon_id, ResourceGroupRow.id == group_id)
        .with_for_update()
    )
    if found is None:
        raise NotFound("This is not there any more.", code="equipment_not_found")


async def _refuse_twin(session: AsyncSession, salon_id: UUID, group_id: UUID, name: str) -> None:
    twin = await session.scalar(
        select(ResourceRow.id).where(
            ResourceRow.salon_id == salon_id,
            ResourceRow.group_id == group_id,
            ResourceRow.name == name,
        )
    )
    if twin is not None:
        raise Conflict(
            "There is one of this name already. Please give it another.",
            code="name_taken",
            field="name",
        )


def _name(name: str) -> str:
    clean = " ".join(name.replace("\x00", "").split())
    if not clean or len(clean) > NAME_LENGTH:
        raise Invalid(f"Please give a name of at most {NAME_LENGTH} characters.", field="name")
    return clean


async def _note(
    session: AsyncSession,
    salon_id: UUID,
    resource_id: UUID,
    by: Actor,
    *,
    act: str,
    before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:
    await record(
        session,
        actor=by,
        action=f"equipment.{act}",
        resource_type="equipment",
        resource_id=resource_id,
        salon_id=salon_id,
        metadata={"before": before, "after": after},
    )
