"""Takes back one act on the price list, as long as nothing came after it. Called by the toast.

What was added and never booked is deleted again; what was booked meanwhile is archived.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.arrange import number_anew, put_in_order
from openchair.booking.catalogue.categories import (
    Heading,
    delete_heading,
    get_heading,
    write_heading,
)
from openchair.booking.catalogue.change import archive_item
from openchair.booking.catalogue.item import Item, of_data, read_items, write_item
from openchair.booking.catalogue.models import ServiceRow
from openchair.booking.catalogue.note import CATEGORY, ORDER, SERVICE, Done, note, note_items
from openchair.identity.audit.find import find_act
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Conflict, NotFound


async def undo_act(session: AsyncSession, *, salon_id: UUID, act_id: UUID, by: Actor) -> Done:
    """Make the price list as it was before the act.

    Raises `NotFound` for an act that is none of this list, and `Conflict` (`changed_since`) when
    what it touched is different by now.
    """
    act = await find_act(session, salon_id=salon_id, act_id=act_id)
    if act is None or act.resource_type not in {SERVICE, CATEGORY, ORDER}:
        raise NotFound("There is nothing to undo.", code="act_not_found")
    before: Any = act.metadata["before"]
    after: Any = act.metadata["after"]
    if act.resource_type == ORDER:
        return await _undo_order(session, salon_id, before, after, by)
    if act.resource_type == CATEGORY:
        return await _undo_heading(session, salon_id, before, after, by)
    return await _undo_items(session, salon_id, before, after, by)


async def _undo_order(
    session: AsyncSession, salon_id: UUID, before: list[str], after: list[str], by: Actor
) -> Done:
    done = await put_in_order(
        session, salon_id=salon_id, ids=[UUID(each) for each in before], by=by
    )
    return Done(UUID(after[0]), done.act_id)


async def _undo_heading(
    session: AsyncSession, salon_id: UUID, before: Any, after: Any, by: Actor
) -> Done:
    category_id = UUID((after or before)["id"])
    if after is not None:
        now = await get_heading(session, salon_id=salon_id, category_id=category_id, lock=True)
        if now.data != after:
            raise _changed_since()
    if before is None:
        await delete_heading(session, salon_id=salon_id, category_id=category_id)
    else:
        former = Heading(
            id=category_id, slug=before["slug"], name=before["name"], colour=before["colour"]
        )
        await write_heading(session, salon_id=salon_id, heading=former)
    await number_anew(session, salon_id=salon_id)
    act_id = await note(
        session,
        salon_id=salon_id,
        by=by,
        action="category.undo",
        resource=(CATEGORY, category_id),
        before=after,
        after=before,
    )
    return Done(category_id, act_id)


async def _undo_items(
    session: AsyncSession, salon_id: UUID, before: list[Any], after: list[Any], by: Actor
) -> Done:
    then, made = [of_data(each) for each in before], [of_data(each) for each in after]
    now = await read_items(session, salon_id=salon_id, ids=[item.id for item in made], lock=True)
    if [now.get(item.id) for item in made] != made:
        raise _changed_since()
    if not then:
        return await _take_away(session, salon_id, made[0], by)
    try:
        async with session.begin_nested():
            for item in then:
                await write_item(session, salon_id=salon_id, item=item)
    except IntegrityError as error:  # a person, room or picture of then is gone
        raise _changed_since() from error
    await number_anew(session, salon_id=salon_id)
    act_id = await note_items(
        session, salon_id=salon_id, by=by, action="service.undo", before=made, after=then
    )
    return Done(then[0].id, act_id)


async def _take_away(session: AsyncSession, salon_id: UUID, item: Item, by: Actor) -> Done:
    try:
        async with session.begin_nested():
            await session.execute(
                delete(ServiceRow).where(ServiceRow.salon_id == salon_id, ServiceRow.id == item.id)
            )
    except IntegrityError:  # somebody has booked it: it stays in their visit
        return await archive_item(session, salon_id=salon_id, service_id=item.id, by=by)
    await number_anew(session, salon_id=salon_id)
    act_id = await note_items(
        session, salon_id=salon_id, by=by, action="service.undo", before=[item], after=[]
    )
    return Done(item.id, act_id)


def _changed_since() -> Conflict:
    return Conflict(
        "This cannot be undone any more: it has been changed again since.", code="changed_since"
    )
