"""Changes, archives, restores and illustrates what is on the price list. Called by its pages.

Nothing of it is ever deleted here: visits go on telling what was done. Each verb answers the act by
which it can be undone.
"""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.add import TAKEN_OVER
from openchair.booking.catalogue.arrange import number_anew
from openchair.booking.catalogue.item import (
    AS_EVERYBODY,
    Item,
    Own,
    below,
    read_item,
    revision_of,
    write_item,
)
from openchair.booking.catalogue.known import require_known
from openchair.booking.catalogue.note import Done, note_items
from openchair.booking.catalogue.rules import Wanted, checked
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Conflict
from openchair.salons.queries import Salon

OVERTAKEN = "overtaken"
OF_THE_VARIANTS = ("price_minor", "active_minutes", "processing_minutes", "finish_minutes")


async def change_item(
    session: AsyncSession,
    *,
    salon: Salon,
    service_id: UUID,
    wanted: Wanted,
    seen: str,
    by: Actor,
) -> Done:
    """Make it what is wanted; `seen` is the revision that the form was made from.

    What hangs under a service follows it into another category, and who begins or ceases to do the
    service does so with everything under it. A service with variants has their price and minutes.

    Raises `NotFound`, `Invalid` (all that is wrong in `details`), and `Conflict` (`overtaken`) when
    somebody saved something else meanwhile.
    """
    before = await read_item(session, salon_id=salon.id, service_id=service_id, lock=True)
    if seen != revision_of(before):
        raise overtaken()
    clean = checked(wanted, languages=salon.languages, default=salon.default_language)
    children = await below(session, salon_id=salon.id, service_id=service_id, lock=True)
    category_id = before.category_id if before.parent_id else clean.category_id
    await require_known(session, salon_id=salon.id, wanted=clean, category_id=category_id)
    after = replace(
        before,
        category_id=category_id,
        **{name: getattr(clean, name) for name in TAKEN_OVER},
    )
    if any(child.kind == "variant" and child.active for child in children.values()):
        after = replace(
            after,
            **{name: getattr(before, name) for name in OF_THE_VARIANTS},
            terms=dict.fromkeys(after.terms, AS_EVERYBODY),
        )
    followed = {id_: _follow(child, before, after) for id_, child in children.items()}
    moved = [id_ for id_, child in children.items() if followed[id_] != child]
    return await _write(
        session,
        salon_id=salon.id,
        by=by,
        action="service.change",
        before=[before, *(children[id_] for id_ in moved)],
        after=[after, *(followed[id_] for id_ in moved)],
    )


async def archive_item(
    session: AsyncSession, *, salon_id: UUID, service_id: UUID, by: Actor
) -> Done:
    """Offer it no more; what hangs under it goes with it. Booked visits stay. Raises `NotFound`."""
    return await _switch(session, salon_id, service_id, by, active=False)


async def restore_item(
    session: AsyncSession, *, salon_id: UUID, service_id: UUID, by: Actor
) -> Done:
    """Offer it again, as it was. Raises `NotFound`."""
    return await _switch(session, salon_id, service_id, by, active=True)


async def set_image(
    session: AsyncSession,
    *,
    salon_id: UUID,
    service_id: UUID,
    picture_id: UUID | None,
    by: Actor,
) -> Done:
    """Show this picture with it, or none. The former one is forgotten a day later. Raises
    `NotFound`.
    """
    before = await read_item(session, salon_id=salon_id, service_id=service_id, lock=True)
    after = replace(before, image_id=picture_id)
    return await _write(
        session,
        salon_id=salon_id,
        by=by,
        action="service.picture",
        before=[before],
        after=[after],
    )


def overtaken() -> Conflict:
    """Somebody else was faster."""
    return Conflict(
        "Somebody has changed this meanwhile. Nothing was saved yet; please look at both.",
        code=OVERTAKEN,
    )


async def _switch(
    session: AsyncSession, salon_id: UUID, service_id: UUID, by: Actor, *, active: bool
) -> Done:
    before = await read_item(session, salon_id=salon_id, service_id=service_id, lock=True)
    return await _write(
        session,
        salon_id=salon_id,
        by=by,
        action="service.restore" if active else "service.archive",
        before=[before],
        after=[replace(before, active=active)],
    )


async def _write(
    session: AsyncSession,
    *,
    salon_id: UUID,
    by: Actor,
    action: str,
    before: list[Item],
    after: list[Item],
) -> Done:
    if before == after:
        return Done(before[0].id, None)
    for item in after:
        await write_item(session, salon_id=salon_id, item=item)
    await number_anew(session, salon_id=salon_id)
    act_id = await note_items(
        session, salon_id=salon_id, by=by, action=action, before=before, after=after
    )
    return Done(before[0].id, act_id)


def _follow(child: Item, before: Item, after: Item) -> Item:
    """What hangs under a service, after the service became `after`."""
    gone = before.terms.keys() - after.terms.keys()
    come = after.terms.keys() - before.terms.keys()
    terms: Mapping[UUID, Own] = {
        **{who: own for who, own in child.terms.items() if who not in gone},
        **{who: AS_EVERYBODY for who in come if who not in child.terms},
    }
    return replace(child, category_id=after.category_id, terms=dict(sorted(terms.items())))
