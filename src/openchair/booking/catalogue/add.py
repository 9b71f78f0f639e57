"""Adds a service, a variant of one, or an add-on. Called by the price list's pages.

What hangs under a service begins with the people, rooms and buffers of that service.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.arrange import number_anew
from openchair.booking.catalogue.item import Item, read_item, write_item
from openchair.booking.catalogue.known import require_known
from openchair.booking.catalogue.models import ServiceRow
from openchair.booking.catalogue.note import Done, note_items
from openchair.booking.catalogue.rules import (
    MOST_BELOW,
    MOST_GENERAL,
    MOST_SERVICES,
    Wanted,
    checked,
)
from openchair.booking.catalogue.slugs import free_slug
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Invalid, NotFound
from openchair.platform.ids import new_id
from openchair.salons.queries import Salon

KINDS = ("service", "variant", "addon")


async def add_item(
    session: AsyncSession,
    *,
    salon: Salon,
    kind: str,
    parent_id: UUID | None,
    wanted: Wanted,
    by: Actor,
) -> Done:
    """The last of its neighbours. `parent_id` is the service of a variant or of an add-on that goes
    with one service alone.

    Raises `Invalid` (all that is wrong in `details`), also when a list is full, and `NotFound` for
    a parent that is not there.
    """
    parent = await _parent(session, salon.id, kind, parent_id)
    clean = checked(wanted, languages=salon.languages, default=salon.default_language)
    category_id = parent.category_id if parent else clean.category_id
    await require_known(session, salon_id=salon.id, wanted=clean, category_id=category_id)
    await _require_room(session, salon.id, kind, category_id, parent_id)
    item = Item(
        id=new_id(),
        kind=kind,
        category_id=category_id,
        parent_id=parent_id,
        slug=free_slug(
            _called(clean, parent, salon.default_language),
            taken=await _slugs(session, salon.id),
            otherwise=kind,
        ),
        active=True,
        image_id=None,
        **{name: getattr(clean, name) for name in TAKEN_OVER},
    )
    await write_item(session, salon_id=salon.id, item=item)
    await number_anew(session, salon_id=salon.id)
    act_id = await note_items(
        session, salon_id=salon.id, by=by, action="service.add", before=[], after=[item]
    )
    return Done(item.id, act_id)


TAKEN_OVER = (
    *("name", "description", "price_minor", "required_form_id", "group_ids", "terms"),
    *("active_minutes", "processing_minutes", "finish_minutes"),
    *("buffer_before_minutes", "buffer_after_minutes"),
)
"""What an item takes over from a form as it is."""


async def _parent(
    session: AsyncSession, salon_id: UUID, kind: str, parent_id: UUID | None
) -> Item | None:
    if kind not in KINDS or ((kind == "service") != (parent_id is None) and kind != "addon"):
        raise NotFound("There is no such service here.", code="service_not_found")
    if parent_id is None:
        return None
    parent = await read_item(session, salon_id=salon_id, service_id=parent_id, lock=True)
    if parent.kind != "service":
        raise NotFound("There is no such service here.", code="service_not_found")
    return parent


def _called(wanted: Wanted, parent: Item | None, language: str) -> str:
    """A variant is called after its service too: `womens-cut-long-hair`."""
    own = wanted.name.get(language, "")
    return f"{parent.name.get(language, parent.slug)} {own}" if parent else own


async def _slugs(session: AsyncSession, salon_id: UUID) -> set[str]:
    rows: Sequence[str] = list(
        await session.scalars(select(ServiceRow.slug).where(ServiceRow.salon_id == salon_id))
    )
    return set(rows)


async def _require_room(
    session: AsyncSession, salon_id: UUID, kind: str, category_id: UUID, parent_id: UUID | None
) -> None:
    """The bounds of a salon's file, in which every salon has to find room."""
    most = MOST_BELOW if parent_id else MOST_SERVICES if kind == "service" else MOST_GENERAL
    same_place = (
        ServiceRow.parent_id == parent_id
        if parent_id
        else (ServiceRow.category_id == category_id) & ServiceRow.parent_id.is_(None)
    )
    there = await session.scalar(
        select(func.count())
        .select_from(ServiceRow)
        .where(ServiceRow.salon_id == salon_id, ServiceRow.kind == kind, same_place)
        .where(ServiceRow.active)
    )
    if (there or 0) >= most:
        raise Invalid("There is no room for more here. Please archive something first.")
