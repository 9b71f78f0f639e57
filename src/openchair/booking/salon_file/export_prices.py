"""The price list and the resources of a salon as its file writes them. Called by `export.py`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import (
    ResourceGroupRow,
    ResourceRow,
    ServiceCategoryRow,
    ServiceRequirementRow,
    ServiceRow,
)
from openchair.booking.salon_file.schema import Category
from openchair.booking.salon_file.values import Context

Needs = dict[UUID, tuple[str, ...]]


async def export_resources(session: AsyncSession, *, salon_id: UUID) -> list[dict[str, Any]]:
    """Groups that still have something in them, by name of address."""
    items: dict[UUID, list[str]] = {}
    for row in await session.scalars(
        select(ResourceRow)
        .where(ResourceRow.salon_id == salon_id, ResourceRow.active)
        .order_by(ResourceRow.position, ResourceRow.name)
    ):
        items.setdefault(row.group_id, []).append(row.name)
    groups = await session.scalars(
        select(ResourceGroupRow)
        .where(ResourceGroupRow.salon_id == salon_id)
        .order_by(ResourceGroupRow.slug)
    )
    return [
        {"slug": row.slug, "kind": row.kind, "name": row.name, "items": items[row.id]}
        for row in groups
        if row.id in items
    ]


async def export_price_list(
    session: AsyncSession, *, salon_id: UUID, context: Context
) -> tuple[tuple[Category, ...], dict[UUID, str]]:
    """The categories that offer something, and the slug of every bookable id in them."""
    rows = list(
        await session.scalars(
            select(ServiceRow)
            .where(ServiceRow.salon_id == salon_id, ServiceRow.active)
            .order_by(ServiceRow.position, ServiceRow.slug)
        )
    )
    needs = await _needs(session, salon_id=salon_id)
    headings = await session.scalars(
        select(ServiceCategoryRow)
        .where(ServiceCategoryRow.salon_id == salon_id)
        .order_by(ServiceCategoryRow.position, ServiceCategoryRow.slug)
    )
    listed = [
        {
            "slug": heading.slug,
            "name": heading.name,
            "colour": heading.colour,
            "services": [
                _service(row, rows, needs)
                for row in rows
                if row.category_id == heading.id and row.kind == "service"
            ],
            "addons": [
                _own(row, needs)
                for row in rows
                if row.category_id == heading.id and row.kind == "addon" and row.parent_id is None
            ],
        }
        for heading in headings
    ]
    categories = (
        Category.model_validate(each, context=context) for each in listed if each["services"]
    )
    return tuple(categories), {row.id: row.slug for row in rows}


async def _needs(session: AsyncSession, *, salon_id: UUID) -> Needs:
    found: dict[UUID, list[str]] = {}
    for service_id, slug in await session.execute(
        select(ServiceRequirementRow.service_id, ResourceGroupRow.slug)
        .join(ResourceGroupRow, ResourceGroupRow.id == ServiceRequirementRow.group_id)
        .where(ServiceRequirementRow.salon_id == salon_id, ResourceGroupRow.salon_id == salon_id)
        .order_by(ResourceGroupRow.slug)
    ):
        found.setdefault(service_id, []).append(slug)
    return {service_id: tuple(slugs) for service_id, slugs in found.items()}


def _service(row: ServiceRow, rows: Sequence[ServiceRow], needs: Needs) -> dict[str, Any]:
    children = [each for each in rows if each.parent_id == row.id]
    variants = [_own(each, needs) for each in children if each.kind == "variant"]
    own = _own(row, needs)
    if variants:
        for name in ("price", "minutes", "processing_minutes", "finish_minutes"):
            del own[name]
    addons = [_own(each, needs) for each in children if each.kind == "addon"]
    return {**own, "variants": variants, "addons": addons}


def _own(row: ServiceRow, needs: Needs) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "name": row.name,
        "description": row.description,
        "price": row.price_minor,
        "minutes": row.active_minutes,
        "processing_minutes": row.processing_minutes,
        "finish_minutes": row.finish_minutes,
        "buffer_before_minutes": row.buffer_before_minutes,
        "buffer_after_minutes": row.buffer_after_minutes,
        "needs": needs.get(row.id, ()),
    }
