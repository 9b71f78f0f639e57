"""The order of the price list: of categories, of services, of what hangs under a service.

Called by the pages. Positions count through the whole list, as in a salon's file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import ServiceCategoryRow, ServiceRow
from openchair.booking.catalogue.note import ORDER, Done, note
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Conflict, NotFound
from openchair.platform.live import tell

CATEGORIES = "categories"


@dataclass(frozen=True, slots=True)
class Row:
    """Which things are put in order: the categories, or the neighbours of one service."""

    kind: str
    category_id: UUID | None = None
    parent_id: UUID | None = None


async def put_in_order(
    session: AsyncSession, *, salon_id: UUID, ids: Sequence[UUID], by: Actor
) -> Done:
    """Let these follow each other as given. They have to be all of the categories, or all that
    stand beside each other in the list.

    Raises `NotFound` for what is not there, `Conflict` (`list_changed`) when the list is another.
    """
    if not ids:
        raise NotFound("There is no such service here.", code="service_not_found")
    row = await _row_of(session, salon_id, ids[0])
    present = await _in_order(session, salon_id, row)
    if set(ids) != set(present) or len(ids) != len(present):
        raise Conflict(
            "The list has changed meanwhile. Nothing was moved; please look at it again.",
            code="list_changed",
        )
    if list(ids) == present:
        return Done(ids[0], None)
    await write_order(session, salon_id=salon_id, ids=ids)
    act_id = await note(
        session,
        salon_id=salon_id,
        by=by,
        action="price_list.order",
        resource=(ORDER, row.parent_id or row.category_id or salon_id),
        before=[str(each) for each in present],
        after=[str(each) for each in ids],
    )
    return Done(ids[0], act_id)


async def move(
    session: AsyncSession, *, salon_id: UUID, item_id: UUID, steps: int, by: Actor
) -> Done:
    """Up (negative) or down among its neighbours; at the end it stays. Raises `NotFound`."""
    row = await _row_of(session, salon_id, item_id)
    ids = await _in_order(session, salon_id, row)
    place = ids.index(item_id)
    ids.insert(max(0, min(len(ids) - 1, place + steps)), ids.pop(place))
    done = await put_in_order(session, salon_id=salon_id, ids=ids, by=by)
    return Done(item_id, done.act_id)


async def write_order(session: AsyncSession, *, salon_id: UUID, ids: Sequence[UUID]) -> None:
    """Number these as given, then the whole list anew."""
    for table in (ServiceCategoryRow, ServiceRow):
        for position, each in enumerate(ids):
            await session.execute(
                update(table)
                .where(table.salon_id == salon_id, table.id == each)
                .values(position=position)
            )
    await number_anew(session, salon_id=salon_id)


async def number_anew(session: AsyncSession, *, salon_id: UUID) -> None:
    """Close gaps, let positions count through the list, and let services stand for the first of
    their variants. Called after whatever adds, moves, hides or shows something.
    """
    for statement in (_CATEGORIES, _SERVICES, _STAND_FOR_FIRST, _NO_OWN_TERMS):
        await session.execute(statement, {"salon_id": salon_id})
    tell.changed(session, salon_id=salon_id)


async def _row_of(session: AsyncSession, salon_id: UUID, item_id: UUID) -> Row:
    found = await session.scalar(
        select(ServiceRow).where(
            ServiceRow.salon_id == salon_id, ServiceRow.id == item_id, ServiceRow.active
        )
    )
    if found is not None:
        category_id = None if found.parent_id else found.category_id
        return Row(found.kind, category_id, found.parent_id)
    category = await session.scalar(
        select(ServiceCategoryRow.id).where(
            ServiceCategoryRow.salon_id == salon_id, ServiceCategoryRow.id == item_id
        )
    )
    if category is None:
        raise NotFound("There is no such service here.", code="service_not_found")
    return Row(CATEGORIES)


async def _in_order(session: AsyncSession, salon_id: UUID, row: Row) -> list[UUID]:
    """All of the row, kept from changing until the transaction ends."""
    if row.kind == CATEGORIES:
        categories = await session.scalars(
            select(ServiceCategoryRow.id)
            .where(ServiceCategoryRow.salon_id == salon_id)
            .order_by(ServiceCategoryRow.position, ServiceCategoryRow.slug)
            .with_for_update()
        )
        return list(categories)
    chosen = [
        ServiceRow.salon_id == salon_id,
        ServiceRow.kind == row.kind,
        ServiceRow.active,
        ServiceRow.parent_id == row.parent_id if row.parent_id else ServiceRow.parent_id.is_(None),
    ]
    if row.category_id is not None:
        chosen.append(ServiceRow.category_id == row.category_id)
    services = await session.scalars(
        select(ServiceRow.id)
        .where(*chosen)
        .order_by(ServiceRow.position, ServiceRow.slug)
        .with_for_update()
    )
    return list(services)


_CATEGORIES = text("""
    UPDATE service_categories AS category SET position = numbered.place
    FROM (SELECT id, row_number() OVER (ORDER BY position, slug) - 1 AS place
          FROM service_categories WHERE salon_id = :salon_id) AS numbered
    WHERE category.salon_id = :salon_id AND category.id = numbered.id
      AND category.position <> numbered.place
""")
_SERVICES = text("""
    UPDATE services AS service SET position = numbered.place
    FROM (SELECT s.id, row_number() OVER (
              PARTITION BY s.kind, s.parent_id
              ORDER BY s.active DESC, c.position, s.position, s.slug) - 1 AS place
          FROM services AS s
          JOIN service_categories AS c ON c.salon_id = s.salon_id AND c.id = s.category_id
          WHERE s.salon_id = :salon_id) AS numbered
    WHERE service.salon_id = :salon_id AND service.id = numbered.id
      AND service.position <> numbered.place
""")
_FIRST_VARIANT = """
    (SELECT DISTINCT ON (parent_id) * FROM services
     WHERE salon_id = :salon_id AND kind = 'variant' AND active
     ORDER BY parent_id, position, slug)
"""
_STAND_FOR_FIRST = text(f"""
    UPDATE services AS service SET
        active_minutes = variant.active_minutes, processing_minutes = variant.processing_minutes,
        finish_minutes = variant.finish_minutes, price_minor = variant.price_minor
    FROM {_FIRST_VARIANT} AS variant
    WHERE service.salon_id = :salon_id AND service.id = variant.parent_id
""")  # noqa: S608 - all of it is ours
_NO_OWN_TERMS = text(f"""
    UPDATE staff_services AS terms SET
        price_minor = NULL, active_minutes = NULL, finish_minutes = NULL
    FROM {_FIRST_VARIANT} AS variant
    WHERE terms.salon_id = :salon_id AND terms.service_id = variant.parent_id
""")  # noqa: S608 - all of it is ours
