"""Writes a note about a client, and takes one off. The audit log keeps what was taken off."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.profiles.acts import record_act
from openchair.customers.profiles.edit import editable
from openchair.customers.profiles.words import clean_lines
from openchair.identity.audit.record import Actor
from openchair.platform.errors import NotFound
from openchair.platform.ids import new_id

NOTE_LENGTH = 2000


async def write_note(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, body: str, by: Actor
) -> UUID:
    """The note's id. Raises `NotFound`, `Invalid` on `body`, `Conflict` (`client_gone`)."""
    cleaned = clean_lines(body, field="body", most=NOTE_LENGTH, needed=True)
    await editable(session, salon_id=salon_id, client_id=client_id)
    note_id = new_id()
    values = {
        "salon_id": salon_id,
        "id": note_id,
        "client_id": client_id,
        "body": cleaned,
        "by": by.user_id,
    }
    await session.execute(_INSERT, values)
    await record_act(
        session,
        salon_id=salon_id,
        client_id=client_id,
        action="note",
        by=by,
        said={"note_id": str(note_id)},
    )
    return note_id


async def remove_note(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, note_id: UUID, by: Actor
) -> None:
    """Take the note off. Raises `NotFound`."""
    values = {"salon_id": salon_id, "client_id": client_id, "id": note_id}
    body = await session.scalar(_DELETE, values)
    if body is None:
        raise NotFound("This note is gone already.", code="note_not_found")
    said = {"note_id": str(note_id), "before": body}
    await record_act(
        session, salon_id=salon_id, client_id=client_id, action="note_removed", by=by, said=said
    )


_INSERT = text("""
    INSERT INTO customer_notes (salon_id, id, customer_id, body, written_by)
    VALUES (:salon_id, :id, :client_id, :body, :by)
""")
_DELETE = text("""
    DELETE FROM customer_notes
    WHERE salon_id = :salon_id AND customer_id = :client_id AND id = :id RETURNING body
""")
