"""Whether what a form names is there: category, rooms, people, form. Called before writing."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import ResourceGroupRow, ServiceCategoryRow, StaffRow
from openchair.booking.catalogue.rules import Wanted, refused

CHOOSE = "Please choose from the list."


async def require_known(
    session: AsyncSession, *, salon_id: UUID, wanted: Wanted, category_id: UUID
) -> None:
    """Raises `Invalid` for what is not this salon's, or is no longer there."""
    wrong: dict[str, str] = {}
    for field, table, ids in (
        ("category_id", ServiceCategoryRow, {category_id}),
        ("group_ids", ResourceGroupRow, set(wanted.group_ids)),
        ("terms", StaffRow, set(wanted.terms)),
    ):
        if ids - await _there(session, table, salon_id, ids):
            wrong[field] = CHOOSE
    if wanted.required_form_id is not None:
        values = {"salon_id": salon_id, "id": wanted.required_form_id}
        if (await session.execute(_FORM, values)).first() is None:
            wrong["required_form_id"] = CHOOSE
    if wrong:
        raise refused(wrong)


async def _there(
    session: AsyncSession, table: Any, salon_id: UUID, ids: Collection[UUID]
) -> set[UUID]:
    if not ids:
        return set()
    return set(
        await session.scalars(select(table.id).where(table.salon_id == salon_id, table.id.in_(ids)))
    )


_FORM = text("SELECT 1 FROM consultation_forms WHERE salon_id = :salon_id AND id = :id")
