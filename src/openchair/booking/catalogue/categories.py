"""Adds, changes and removes the headings of the price list. Called by its pages.

A heading with services is never deleted: its services are archived, and it is seen again with the
first that is restored.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.arrange import number_anew
from openchair.booking.catalogue.item import LAST, Item, read_items, write_item
from openchair.booking.catalogue.models import ServiceCategoryRow, ServiceRow
from openchair.booking.catalogue.note import CATEGORY, Done, note, note_items
from openchair.booking.catalogue.rules import (
    MOST_CATEGORIES,
    NAME_LENGTH,
    checked_colour,
    checked_words,
    refused,
)
from openchair.booking.catalogue.slugs import free_slug
from openchair.identity.audit.record import Actor
from openchair.platform.db.base import Words
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.ids import new_id
from openchair.platform.live import tell
from openchair.salons.queries import Salon


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A category as it is edited: texts by language, and the colour of its visits in a calendar."""

    id: UUID
    slug: str
    name: Words
    colour: str

    @property
    def data(self) -> dict[str, Any]:
        """As JSON data, for the audit log."""
        return {"id": str(self.id), "slug": self.slug, "name": self.name, "colour": self.colour}

    @property
    def revision(self) -> str:
        """A mark that changes whenever anything of it does."""
        text = orjson.dumps(self.data, option=orjson.OPT_SORT_KEYS)
        return sha256(text).hexdigest()[:24]


async def add_category(
    session: AsyncSession, *, salon: Salon, name: Words, colour: str, by: Actor
) -> Done:
    """The last heading of the list. Raises `Invalid`."""
    clean = _checked(name, colour, salon)
    rows = await session.execute(
        select(ServiceCategoryRow.slug).where(ServiceCategoryRow.salon_id == salon.id)
    )
    taken = {row.slug for row in rows}
    if len(taken) >= MOST_CATEGORIES:
        raise Invalid("There is no room for more here. Please archive something first.")
    slug = free_slug(clean[salon.default_language], taken=taken, otherwise="category")
    heading = Heading(id=new_id(), slug=slug, name=clean, colour=colour)
    await write_heading(session, salon_id=salon.id, heading=heading)
    await number_anew(session, salon_id=salon.id)
    return await _note(session, salon.id, by, "category.add", before=None, after=heading)


async def change_category(
    session: AsyncSession,
    *,
    salon: Salon,
    category_id: UUID,
    name: Words,
    colour: str,
    seen: str,
    by: Actor,
) -> Done:
    """Raises `NotFound`, `Invalid`, and `Conflict` (`overtaken`) as `change_item` does."""
    before = await get_heading(session, salon_id=salon.id, category_id=category_id, lock=True)
    if before.revision != seen:
        raise Conflict(
            "Somebody has changed this meanwhile. Nothing was saved yet; please look at both.",
            code="overtaken",
        )
    after = replace(before, name=_checked(name, colour, salon), colour=colour)
    if after == before:
        return Done(category_id, None)
    await write_heading(session, salon_id=salon.id, heading=after)
    return await _note(session, salon.id, by, "category.change", before=before, after=after)


async def remove_category(
    session: AsyncSession, *, salon_id: UUID, category_id: UUID, by: Actor
) -> Done:
    """Delete an empty heading; else archive all its services, which hides it. Raises `NotFound`."""
    heading = await get_heading(session, salon_id=salon_id, category_id=category_id, lock=True)
    services = await services_of(session, salon_id=salon_id, category_id=category_id)
    offered = [item for item in services if item.active and item.parent_id is None]
    if not services:
        await delete_heading(session, salon_id=salon_id, category_id=category_id)
        return await _note(session, salon_id, by, "category.remove", before=heading, after=None)
    if not offered:
        return Done(category_id, None)
    archived = [replace(item, active=False) for item in offered]
    for item in archived:
        await write_item(session, salon_id=salon_id, item=item)
    await number_anew(session, salon_id=salon_id)
    act_id = await note_items(
        session,
        salon_id=salon_id,
        by=by,
        action="category.archive",
        before=offered,
        after=archived,
    )
    return Done(category_id, act_id)


async def get_heading(
    session: AsyncSession, *, salon_id: UUID, category_id: UUID, lock: bool = False
) -> Heading:
    """One of them. Raises `NotFound` (`category_not_found`)."""
    chosen = select(ServiceCategoryRow).where(
        ServiceCategoryRow.salon_id == salon_id, ServiceCategoryRow.id == category_id
    )
    row = await session.scalar(chosen.with_for_update() if lock else chosen)
    if row is None:
        raise NotFound("There is no such category here.", code="category_not_found")
    return Heading(id=row.id, slug=row.slug, name=row.name, colour=row.colour)


async def services_of(
    session: AsyncSession, *, salon_id: UUID, category_id: UUID
) -> Sequence[Item]:
    """All that stands under it, archived services too."""
    ids = await session.scalars(
        select(ServiceRow.id).where(
            ServiceRow.salon_id == salon_id, ServiceRow.category_id == category_id
        )
    )
    found = await read_items(session, salon_id=salon_id, ids=list(ids), lock=True)
    return list(found.values())


async def write_heading(session: AsyncSession, *, salon_id: UUID, heading: Heading) -> None:
    """Make it what `heading` says, whether it is new or not."""
    values = {"slug": heading.slug, "name": heading.name, "colour": heading.colour}
    await session.execute(
        upsert(ServiceCategoryRow)
        .values(salon_id=salon_id, id=heading.id, position=LAST, **values)
        .on_conflict_do_update(index_elements=["salon_id", "id"], set_=values)
    )
    tell.changed(session, salon_id=salon_id)


async def delete_heading(session: AsyncSession, *, salon_id: UUID, category_id: UUID) -> None:
    """Delete one. Raises `Conflict` (`category_in_use`) while anything stands under it."""
    used = await session.scalar(
        select(func.count())
        .select_from(ServiceRow)
        .where(ServiceRow.salon_id == salon_id, ServiceRow.category_id == category_id)
    )
    if used:
        raise Conflict("There are services under this heading.", code="category_in_use")
    await session.execute(
        delete(ServiceCategoryRow).where(
            ServiceCategoryRow.salon_id == salon_id, ServiceCategoryRow.id == category_id
        )
    )


def _checked(name: Words, colour: str, salon: Salon) -> Words:
    wrong: dict[str, str] = {}
    clean = checked_words(
        name,
        "name",
        NAME_LENGTH,
        languages=salon.languages,
        default=salon.default_language,
        wrong=wrong,
    )
    if wrong:
        raise refused(wrong)
    checked_colour(colour)
    return clean


async def _note(
    session: AsyncSession,
    salon_id: UUID,
    by: Actor,
    action: str,
    *,
    before: Heading | None,
    after: Heading | None,
) -> Done:
    which = after or before
    assert which is not None  # noqa: S101 - one of the two is always there
    act_id = await note(
        session,
        salon_id=salon_id,
        by=by,
        action=action,
        resource=(CATEGORY, which.id),
        before=before.data if before else None,
        after=after.data if after else None,
    )
    return Done(which.id, act_id)
