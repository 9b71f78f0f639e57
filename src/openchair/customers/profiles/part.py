"""Parts two clients that were made one, exactly as they were: what belonged to whom goes back to
them; what came since stays with who was kept. Called by booking, which hands the visits back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.profiles.acts import record_act
from openchair.customers.profiles.merge import BELONGINGS, FIELDS
from openchair.customers.profiles.models import CustomerMergeRow, CustomerRow
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Conflict, NotFound


@dataclass(frozen=True, slots=True)
class Merge:
    """Two that became one; `moved` is what the caller of `merge_profiles` handed over."""

    id: UUID
    kept_id: UUID
    gone_id: UUID
    gone_name: str
    moved: dict[str, Any]
    merged_by: UUID | None
    created_at: datetime


async def merges_of(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, limit: int = 20
) -> list[Merge]:
    """Who was merged into this client and not parted again, the last first: it is the one that can
    be undone.
    """
    rows = await session.execute(
        MERGES, {"salon_id": salon_id, "client_id": client_id, "limit": min(limit, 100)}
    )
    return [Merge(*row) for row in rows]


async def part_profiles(
    session: AsyncSession, *, salon_id: UUID, merge_id: UUID, by: Actor, now: datetime
) -> Merge:
    """Raises `NotFound`, `Conflict` (`merge_undone`, `merge_covered` when a later one has to be
    undone first, `client_gone` for an erased client).
    """
    row = await session.scalar(
        select(CustomerMergeRow)
        .where(CustomerMergeRow.salon_id == salon_id, CustomerMergeRow.id == merge_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound("These clients were never merged.", code="merge_not_found")
    if row.undone_at is not None:
        raise Conflict("These clients were parted already.", code="merge_undone")
    clients = await _lock(session, salon_id, row.kept_id, row.gone_id)
    kept, gone = clients[row.kept_id], clients[row.gone_id]
    await _require_last(session, row, kept, gone)
    await _restore_fields(session, row, kept)
    for table in BELONGINGS:
        await _hand_back(session, table, row)
    await session.execute(
        UNFOLLOW,
        {"salon_id": salon_id, "ids": row.gone["followers"], "gone": gone.id, "kept": kept.id},
    )
    row.undone_at = now
    await session.flush()
    for each in (row.kept_id, row.gone_id):
        said = {"merge_id": str(merge_id)}
        await record_act(
            session, salon_id=salon_id, client_id=each, action="part", by=by, said=said
        )
    return Merge(
        id=row.id,
        kept_id=row.kept_id,
        gone_id=row.gone_id,
        gone_name=gone.name,
        moved=row.gone["moved"],
        merged_by=row.merged_by,
        created_at=row.created_at,
    )


async def _lock(
    session: AsyncSession, salon_id: UUID, kept_id: UUID, gone_id: UUID
) -> dict[UUID, CustomerRow]:
    rows = await session.scalars(
        select(CustomerRow)
        .where(CustomerRow.salon_id == salon_id, CustomerRow.id.in_([kept_id, gone_id]))
        .order_by(CustomerRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {each.id: each for each in rows}


async def _require_last(
    session: AsyncSession, row: CustomerMergeRow, kept: CustomerRow, gone: CustomerRow
) -> None:
    if kept.erased_at or gone.erased_at:
        raise Conflict("This client was erased. Nothing can be taken back.", code="client_gone")
    later = await session.scalar(
        LATER, {"salon_id": row.salon_id, "kept": kept.id, "id": row.id, "at": row.created_at}
    )
    if later or kept.merged_into is not None or gone.merged_into != kept.id:
        raise Conflict(
            "This client was merged once more since. Please undo that one first.",
            code="merge_covered",
        )


async def _restore_fields(session: AsyncSession, row: CustomerMergeRow, kept: CustomerRow) -> None:
    """What somebody changed since stays as they changed it."""
    before, after = row.gone["kept"], row.gone["after"]
    own = {field: before[field] for field in FIELDS if getattr(kept, field) == after[field]}
    email = row.gone["email"]
    kept_email = own.get("email", kept.email)
    taken = await session.scalar(
        TAKEN,
        {"salon_id": row.salon_id, "email": email, "ids": [row.kept_id, row.gone_id]},
    )
    gone_email = None if taken or email == kept_email else email
    steps: tuple[tuple[UUID, dict[str, Any]], ...] = (
        (row.gone_id, {"email": None, "merged_into": None}),
        (row.kept_id, own),
        (row.gone_id, {"email": gone_email}),
    )
    for client_id, values in steps:
        if values:
            await session.execute(
                update(CustomerRow)
                .where(CustomerRow.salon_id == row.salon_id, CustomerRow.id == client_id)
                .values(**values)
                .execution_options(synchronize_session=False)
            )


async def _hand_back(session: AsyncSession, table: str, row: CustomerMergeRow) -> None:
    await session.execute(
        HAND_BACK[table],
        {
            "salon_id": row.salon_id,
            "ids": row.gone["belongings"][table],
            "kept": row.kept_id,
            "gone": row.gone_id,
        },
    )


HAND_BACK = {
    table: text(
        f"UPDATE {table} SET customer_id = :gone"  # noqa: S608 - the tables are this room's own
        " WHERE salon_id = :salon_id AND customer_id = :kept"
        " AND id = ANY(CAST(CAST(:ids AS text[]) AS uuid[]))"
    )
    for table in BELONGINGS
}
UNFOLLOW = text("""
    UPDATE customers SET merged_into = :gone
    WHERE salon_id = :salon_id AND merged_into = :kept
        AND id = ANY(CAST(CAST(:ids AS text[]) AS uuid[]))
""")
LATER = text("""
    SELECT EXISTS (
        SELECT FROM customer_merges
        WHERE salon_id = :salon_id AND kept_id = :kept AND undone_at IS NULL
            AND (created_at, id) > (:at, :id))
""")
TAKEN = text("""
    SELECT EXISTS (
        SELECT FROM customers
        WHERE salon_id = :salon_id AND email = :email AND id <> ALL(CAST(:ids AS uuid[])))
""")
MERGES = text("""
    SELECT merge.id, merge.kept_id, merge.gone_id, gone.name, merge.gone -> 'moved',
        merge.merged_by, merge.created_at
    FROM customer_merges AS merge
    JOIN customers AS gone ON gone.salon_id = merge.salon_id AND gone.id = merge.gone_id
    WHERE merge.salon_id = :salon_id AND merge.kept_id = :client_id AND merge.undone_at IS NULL
    ORDER BY merge.created_at DESC, merge.id DESC LIMIT :limit
""")
