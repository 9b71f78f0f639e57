"""Takes an import back: the clients it made are deleted, but those who came since. Called by
booking, which knows who that is (`booking/clients/take_back_import.py`).

Empty fields that were filled stay filled: they were true of the client, whoever typed them.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.imports.models import CustomerImportRow
from openchair.customers.imports.queries import get_import
from openchair.identity.audit.record import Actor, record
from openchair.media.forget import forget_pictures
from openchair.platform.errors import Conflict

TAKEN_OVER = ("done", "failed")
"""As far as it came, a list that failed was taken over too."""


async def clients_made_by(session: AsyncSession, *, salon_id: UUID, import_id: UUID) -> list[UUID]:
    """Ids of the clients that this list made and that are still there, at most 100,000."""
    rows = await session.scalars(MADE, {"salon_id": salon_id, "import_id": import_id})
    return list(rows)


async def take_back(
    session: AsyncSession,
    *,
    salon_id: UUID,
    import_id: UUID,
    keep: Sequence[UUID],
    by: Actor,
) -> int:
    """Delete the clients that the list made, except `keep` and those that were merged; answers how
    many. Raises `NotFound`, `Conflict` when it is not over or was taken back already.
    """
    found = await get_import(session, salon_id=salon_id, import_id=import_id, for_update=True)
    if found.status not in TAKEN_OVER:
        raise Conflict("Only a list that was taken over can be taken back.", code="import_not_done")
    values = {"salon_id": salon_id, "import_id": import_id, "keep": list(keep)}
    pictures = list(await session.scalars(PICTURES, values))
    gone = len((await session.execute(DELETE, values)).all())
    await forget_pictures(session, salon_id=salon_id, picture_ids=pictures)
    await session.execute(
        update(CustomerImportRow)
        .where(CustomerImportRow.salon_id == salon_id, CustomerImportRow.id == import_id)
        .values(status="undone")
    )
    await record(
        session,
        actor=by,
        action="undo",
        resource_type="client_import",
        resource_id=import_id,
        salon_id=salon_id,
        metadata={"deleted": gone, "kept": found.rows_created - gone},
    )
    return gone


MADE = text("""
    SELECT id FROM customers WHERE salon_id = :salon_id AND import_id = :import_id LIMIT 100000
""")
GOING = """
    customer.salon_id = :salon_id AND customer.import_id = :import_id
    AND customer.id NOT IN (SELECT unnest(CAST(:keep AS uuid[]))) AND customer.erased_at IS NULL
    AND NOT EXISTS (
        SELECT FROM customer_merges AS merge WHERE merge.salon_id = customer.salon_id
            AND customer.id IN (merge.kept_id, merge.gone_id))
"""
PICTURES = text(f"""
    SELECT photo.media_id FROM customer_photos AS photo
    JOIN customers AS customer
        ON customer.salon_id = photo.salon_id AND customer.id = photo.customer_id
    WHERE {GOING}
""")  # noqa: S608 - the condition is this module's own
DELETE = text(f"DELETE FROM customers AS customer WHERE {GOING} RETURNING customer.id")  # noqa: S608
