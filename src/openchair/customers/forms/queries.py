"""Reads of a salon's forms and of what came of them for one client."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.base import Words
from openchair.platform.errors import NotFound

MOST_FORMS = 50
MOST_ANSWERS = 50


@dataclass(frozen=True, slots=True)
class Form:
    """What a client has to pass, such as a patch test: at least `lead_hours` before the visit, and
    at most `valid_days`.
    """

    id: UUID
    name: Words
    statement: Words
    lead_hours: int
    valid_days: int
    active: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a form for a client; `outcome` is `passed` or `reaction`."""

    id: UUID
    form_id: UUID
    outcome: str
    note: str
    answered_at: datetime
    author: str


async def list_forms(
    session: AsyncSession, *, salon_id: UUID, also_retired: bool = False
) -> list[Form]:
    """The salon's forms in the order in which they were made, at most fifty."""
    values = {"salon_id": salon_id, "retired": also_retired, "limit": MOST_FORMS}
    return [Form(*row) for row in await session.execute(_FORMS, values)]


async def get_form(session: AsyncSession, *, salon_id: UUID, form_id: UUID) -> Form:
    """One of them. Raises `NotFound` (`form_not_found`)."""
    values = {"salon_id": salon_id, "id": form_id}
    row = (await session.execute(_FORM, values)).one_or_none()
    if row is None:
        raise NotFound("There is no such form.", code="form_not_found")
    return Form(*row)


async def list_answers(session: AsyncSession, *, salon_id: UUID, client_id: UUID) -> list[Answer]:
    """What came of forms for this client, the newest first, at most fifty."""
    values = {"salon_id": salon_id, "client_id": client_id, "limit": MOST_ANSWERS}
    return [Answer(*row) for row in await session.execute(_ANSWERS, values)]


_COLUMNS = "id, name, statement, lead_hours, valid_days, active"
_FORMS = text(f"""
    SELECT {_COLUMNS} FROM consultation_forms
    WHERE salon_id = :salon_id AND (active OR :retired)
    ORDER BY active DESC, created_at, id LIMIT :limit
""")  # noqa: S608 - the columns are ours
_FORM = text(f"""
    SELECT {_COLUMNS} FROM consultation_forms WHERE salon_id = :salon_id AND id = :id
""")  # noqa: S608 - the columns are ours
_ANSWERS = text("""
    SELECT answer.id, answer.form_id, answer.outcome, answer.note, answer.answered_at,
        coalesce(author.name, '')
    FROM form_answers AS answer LEFT JOIN profiles AS author ON author.id = answer.recorded_by
    WHERE answer.salon_id = :salon_id AND answer.customer_id = :client_id
    ORDER BY answer.answered_at DESC, answer.id DESC LIMIT :limit
""")
