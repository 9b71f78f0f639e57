"""Writes down what came of a form for a client, such as a patch test; and takes it back."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.forms.queries import get_form
from openchair.customers.profiles.acts import record_act
from openchair.customers.profiles.edit import editable
from openchair.customers.profiles.words import clean_lines
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Invalid, NotFound
from openchair.platform.ids import new_id

NOTE_LENGTH = 500
OUTCOMES = ("passed", "reaction")
OLDEST = timedelta(days=3650)


async def record_answer(
    session: AsyncSession,
    *,
    salon_id: UUID,
    client_id: UUID,
    form_id: UUID,
    outcome: str,
    answered_at: datetime,
    note: str = "",
    by: Actor,
    now: datetime,
) -> UUID:
    """The answer's id. Raises `NotFound`, `Conflict` (`client_gone`), `Invalid` on `outcome`,
    `answered_at` (in the future, or over ten years ago) or `note`.
    """
    if outcome not in OUTCOMES:
        raise Invalid("Please say what came of it.", field="outcome")
    if not now - OLDEST <= answered_at <= now:
        raise Invalid("Please give a day that is not in the future.", field="answered_at")
    said = clean_lines(note, field="note", most=NOTE_LENGTH)
    await get_form(session, salon_id=salon_id, form_id=form_id)
    await editable(session, salon_id=salon_id, client_id=client_id)
    answer_id = new_id()
    values = {
        "salon_id": salon_id,
        "id": answer_id,
        "client_id": client_id,
        "form_id": form_id,
        "outcome": outcome,
        "note": said,
        "answered_at": answered_at,
        "by": by.user_id,
    }
    await session.execute(_INSERT, values)
    kept = {"form_id": str(form_id), "outcome": outcome, "answered_at": answered_at.isoformat()}
    await record_act(
        session,
        salon_id=salon_id,
        client_id=client_id,
        action="form",
        by=by,
        said={**kept, "note": said},
    )
    return answer_id


async def remove_answer(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, answer_id: UUID, by: Actor
) -> None:
    """Take an answer back that was written down by mistake. Raises `NotFound`."""
    values = {"salon_id": salon_id, "client_id": client_id, "id": answer_id}
    row = (await session.execute(_DELETE, values)).one_or_none()
    if row is None:
        raise NotFound("This answer is gone already.", code="answer_not_found")
    said = {
        "form_id": str(row.form_id),
        "before": {"outcome": row.outcome, "answered_at": row.answered_at.isoformat()},
    }
    await record_act(
        session, salon_id=salon_id, client_id=client_id, action="form_removed", by=by, said=said
    )


_INSERT = text("""
    INSERT INTO form_answers
        (salon_id, id, customer_id, form_id, outcome, note, answered_at, recorded_by)
    VALUES (:salon_id, :id, :client_id, :form_id, :outcome, :note, :answered_at, :by)
""")
_DELETE = text("""
    DELETE FROM form_answers
    WHERE salon_id = :salon_id AND customer_id = :client_id AND id = :id
    RETURNING form_id, outcome, answered_at
""")
