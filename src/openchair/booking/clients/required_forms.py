"""Which services ask for a form before the visit. Reads for the form's page; one verb that says it
anew, audited. The booking verbs read it with the catalogue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.forms.queries import get_form
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.base import Words
from openchair.platform.errors import Invalid

MOST_SERVICES = 500


@dataclass(frozen=True, slots=True)
class AskingService:
    """A service, variant or add-on, and the form it asks for."""

    id: UUID
    name: Words
    parent_name: Words | None
    kind: str
    required_form_id: UUID | None


async def list_asking(session: AsyncSession, *, salon_id: UUID) -> list[AskingService]:
    """Every active service in the order of the price list, at most five hundred."""
    rows = await session.execute(_SERVICES, {"salon_id": salon_id, "limit": MOST_SERVICES})
    return [AskingService(*row) for row in rows]


async def require_form(
    session: AsyncSession, *, salon_id: UUID, form_id: UUID, service_ids: Sequence[UUID], by: Actor
) -> None:
    """Exactly these services ask for the form from now on; what is booked stays booked.

    Raises `NotFound`, and `Invalid` on `service_ids` for a service that is not the salon's.
    """
    await get_form(session, salon_id=salon_id, form_id=form_id)
    wanted = list(dict.fromkeys(service_ids))[: MOST_SERVICES + 1]
    values = {"salon_id": salon_id, "form_id": form_id, "service_ids": wanted}
    known = (await session.execute(_KNOWN, values)).scalar_one()
    if known != len(wanted):
        raise Invalid("Please choose services from the list.", field="service_ids")
    before = [str(each) for each in (await session.execute(_ASKING, values)).scalars()]
    if set(before) == {str(each) for each in wanted}:
        return
    await session.execute(_LET_GO, values)
    await session.execute(_ASK, values)
    await record(
        session,
        actor=by,
        action="require",
        resource_type="form",
        resource_id=form_id,
        salon_id=salon_id,
        metadata={"before": before, "after": [str(each) for each in wanted]},
    )


_SERVICES = text("""
    SELECT service.id, service.name, parent.name, service.kind, service.required_form_id
    FROM services AS service
    JOIN service_categories AS category
        ON category.salon_id = service.salon_id AND category.id = service.category_id
    LEFT JOIN services AS parent
        ON parent.salon_id = service.salon_id AND parent.id = service.parent_id
    WHERE service.salon_id = :salon_id AND service.active
    ORDER BY category.position, category.id, coalesce(parent.position, service.position),
        coalesce(parent.id, service.id), parent.id NULLS FIRST, service.position, service.id
    LIMIT :limit
""")
_KNOWN = text("""
    SELECT count(*) FROM services
    WHERE salon_id = :salon_id AND id = ANY (CAST(:service_ids AS uuid[]))
""")
_ASKING = text("""
    SELECT id FROM services WHERE salon_id = :salon_id AND required_form_id = :form_id ORDER BY id
""")
_LET_GO = text("""
    UPDATE services SET required_form_id = NULL
    WHERE salon_id = :salon_id AND required_form_id = :form_id
        AND NOT id = ANY (CAST(:service_ids AS uuid[]))
""")
_ASK = text("""
    UPDATE services SET required_form_id = :form_id
    WHERE salon_id = :salon_id AND id = ANY (CAST(:service_ids AS uuid[]))
""")
