"""Writes resources and the price list of a salon file. Called by `apply.py`."""

from collections.abc import Hashable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.models import (
    ResourceGroupRow,
    ResourceRow,
    ServiceCategoryRow,
    ServiceRequirementRow,
    ServiceRow,
)
from openchair.booking.salon_file.kept import booked_services, taken_resources
from openchair.booking.salon_file.price_rows import needs_of, service_rows
from openchair.booking.salon_file.reconcile import (
    Reconciled,
    hide_or_delete,
    reconcile,
    replace_all,
)
from openchair.booking.salon_file.schema import SalonFile
from openchair.salons.queries import Salon

Ids = dict[Hashable, UUID]


async def apply_resources(session: AsyncSession, *, salon: Salon, file: SalonFile) -> Ids:
    """Write the groups and what is in them; answers the groups' ids by slug.

    A chair that was ever taken is hidden when it goes; a group with hidden chairs stays.
    """
    groups = await reconcile(
        session,
        ResourceGroupRow,
        salon_id=salon.id,
        key=["slug"],
        wanted={
            group.slug: {
                "slug": group.slug,
                "location_id": salon.location.id,
                "kind": group.kind,
                "name": group.name,
            }
            for group in file.resources
        },
    )
    wanted: dict[Hashable, dict[str, Any]] = {}
    for group in file.resources:
        for position, name in enumerate(group.items):
            group_id = groups.ids[group.slug]
            row = {"group_id": group_id, "name": name, "position": position, "active": True}
            wanted[group_id, name] = row
    resources = await reconcile(
        session, ResourceRow, salon_id=salon.id, key=["group_id", "name"], wanted=wanted
    )
    keep = await taken_resources(session, salon_id=salon.id, ids=resources.gone)
    await hide_or_delete(session, ResourceRow, salon_id=salon.id, gone=resources.gone, keep=keep)
    await _delete_empty_groups(session, salon_id=salon.id, gone=groups.gone)
    return groups.ids


async def _delete_empty_groups(session: AsyncSession, *, salon_id: UUID, gone: list[UUID]) -> None:
    in_use = select(ResourceRow.group_id).where(ResourceRow.salon_id == salon_id)
    await session.execute(
        delete(ResourceGroupRow).where(
            ResourceGroupRow.salon_id == salon_id,
            ResourceGroupRow.id.in_(gone),
            ResourceGroupRow.id.not_in(in_use),
        )
    )


async def apply_price_list(
    session: AsyncSession, *, salon: Salon, file: SalonFile, groups: Ids
) -> Ids:
    """Write categories, services, variants and add-ons; answers the bookable ids by slug."""
    categories = await reconcile(
        session,
        ServiceCategoryRow,
        salon_id=salon.id,
        key=["slug"],
        wanted={
            category.slug: {
                "slug": category.slug,
                "name": category.name,
                "colour": category.colour,
                "position": position,
            }
            for position, category in enumerate(file.price_list)
        },
    )
    rows = list(service_rows(file))
    for row in rows:
        row["category_id"] = categories.ids[row.pop("category")]
    services = await _write_services(session, salon=salon, rows=rows)
    await replace_all(
        session,
        ServiceRequirementRow,
        salon_id=salon.id,
        rows=[
            {"service_id": services.ids[slug], "group_id": groups[group]}
            for slug, needs in needs_of(file)
            for group in needs
        ],
    )
    await _remove_services(session, salon_id=salon.id, gone=services.gone)
    await _delete_empty_categories(session, salon_id=salon.id, gone=categories.gone)
    return services.ids


async def _write_services(
    session: AsyncSession, *, salon: Salon, rows: list[dict[str, Any]]
) -> Reconciled:
    """Parents first, so that what hangs under them can name them."""
    tops = {row["slug"]: {**row, "parent_id": None} for row in rows if row["parent"] is None}
    for row in tops.values():
        del row["parent"]
    parents = await reconcile(session, ServiceRow, salon_id=salon.id, key=["slug"], wanted=tops)
    whole: dict[Hashable, dict[str, Any]] = dict(tops)
    for row in rows:
        if (parent := row["parent"]) is not None:
            own = {key: value for key, value in row.items() if key != "parent"}
            whole[row["slug"]] = {**own, "parent_id": parents.ids[parent]}
    return await reconcile(session, ServiceRow, salon_id=salon.id, key=["slug"], wanted=whole)


async def _remove_services(session: AsyncSession, *, salon_id: UUID, gone: list[UUID]) -> None:
    """Hide what bookings tell of, with the service it hangs under; delete the rest."""
    keep = await booked_services(session, salon_id=salon_id, ids=gone)
    parents = await session.scalars(
        select(ServiceRow.parent_id).where(ServiceRow.salon_id == salon_id, ServiceRow.id.in_(keep))
    )
    keep |= {parent for parent in parents if parent is not None}
    await hide_or_delete(session, ServiceRow, salon_id=salon_id, gone=gone, keep=keep)


async def _delete_empty_categories(
    session: AsyncSession, *, salon_id: UUID, gone: list[UUID]
) -> None:
    in_use = select(ServiceRow.category_id).where(ServiceRow.salon_id == salon_id)
    await session.execute(
        delete(ServiceCategoryRow).where(
            ServiceCategoryRow.salon_id == salon_id,
            ServiceCategoryRow.id.in_(gone),
            ServiceCategoryRow.id.not_in(in_use),
        )
    )
