"""Keeps a client from a service until they have passed what it asks for, such as a patch test.

Called by the verbs that book and move. The team may go on without, which the booking's first entry
in the audit log then names; a visit without such a service costs no statement.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.queries import Catalogue
from openchair.customers.forms.gate import missing_forms, refuse_missing
from openchair.salons.queries import Salon
from openchair.salons.words import pick


def forms_asked(catalogue: Catalogue, service_ids: Iterable[UUID]) -> tuple[UUID, ...]:
    """The forms that these services ask for; a variant asks for what its service does, too."""
    found: dict[UUID, None] = {}
    for service_id in service_ids:
        service = catalogue.service(service_id)
        parent = catalogue.service(service.parent_id) if service and service.parent_id else None
        for each in (service, parent):
            if each is not None and each.required_form_id is not None:
                found[each.required_form_id] = None
    return tuple(found)


async def require_forms(
    session: AsyncSession,
    *,
    salon: Salon,
    customer_id: UUID | None,
    form_ids: Collection[UUID],
    start: datetime,
    language: str,
    all_the_same: bool = False,
) -> tuple[str, ...]:
    """The names of the forms that are missing and were passed over `all_the_same`.

    Raises `Conflict` (`form_missing`) for a missing one otherwise.
    """
    if not form_ids:
        return ()
    missing = await missing_forms(
        session, salon_id=salon.id, customer_id=customer_id, form_ids=form_ids, at=start
    )
    if not all_the_same:
        refuse_missing(missing, language=language, fallback=salon.default_language)
    return tuple(
        pick(each.name, salon.default_language, salon.default_language) for each in missing
    )
