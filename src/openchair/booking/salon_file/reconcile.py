"""Makes the rows of one table what a file wants, matched by the salon's own names for them.

Called by the `apply_…` modules. Deletes nothing: it tells which rows are no longer wanted.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.base import Base
from openchair.platform.ids import new_id


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The ids of the wanted rows by name, and the ids of those nobody wants any more."""

    ids: dict[Hashable, UUID]
    gone: list[UUID]


async def reconcile(
    session: AsyncSession,
    table: type[Base],
    *,
    salon_id: UUID,
    key: Sequence[str],
    wanted: Mapping[Hashable, dict[str, Any]],
) -> Reconciled:
    """Insert and update; `wanted` maps the values of the columns `key` to the whole row.

    A single key column is its bare value, several are a tuple. Rows go in in the given order.
    """
    columns = table.__table__.c
    existing = {
        _name(row, key): row
        for row in (
            await session.execute(select(table.__table__).where(columns.salon_id == salon_id))
        ).mappings()
    }
    ids = {name: existing[name]["id"] if name in existing else new_id() for name in wanted}
    new = [
        {"salon_id": salon_id, "id": ids[name], **row}
        for name, row in wanted.items()
        if name not in existing
    ]
    if new:
        await session.execute(insert(table), new)
    for name, row in wanted.items():
        old = existing.get(name)
        if old is not None and any(old[column] != value for column, value in row.items()):
            await session.execute(
                update(table)
                .where(columns.salon_id == salon_id, columns.id == ids[name])
                .values(**row)
            )
    gone = [row["id"] for name, row in existing.items() if name not in wanted]
    return Reconciled(ids=ids, gone=gone)


async def replace_all(
    session: AsyncSession, table: type[Base], *, salon_id: UUID, rows: Sequence[dict[str, Any]]
) -> None:
    """Put these rows in place of all the salon has in a table that nothing refers to."""
    await session.execute(delete(table).where(table.__table__.c.salon_id == salon_id))
    if rows:
        await session.execute(insert(table), [{"salon_id": salon_id, **row} for row in rows])


async def hide_or_delete(
    session: AsyncSession, table: type[Base], *, salon_id: UUID, gone: list[UUID], keep: set[UUID]
) -> None:
    """Set `active` to false for those in `keep`, delete the others of `gone`."""
    columns = table.__table__.c
    mine = columns.salon_id == salon_id
    hidden = [each for each in gone if each in keep]
    if hidden:
        await session.execute(
            update(table).where(mine, columns.id.in_(hidden)).values(active=False)
        )
    if dropped := [each for each in gone if each not in keep]:
        await session.execute(delete(table).where(mine, columns.id.in_(dropped)))


def _name(row: Mapping[Any, Any], key: Sequence[str]) -> Hashable:
    return row[key[0]] if len(key) == 1 else tuple(row[column] for column in key)
