"""Keeps what was found out after an incident: its cause, and what will prevent it. For the command
and the page of the report.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor
from openchair.operations.incidents.incident import Incident, checked_words, new_entry
from openchair.operations.incidents.phases import written
from openchair.operations.incidents.queries import lock_incident, view
from openchair.operations.incidents.timeline import enter


async def keep_findings(
    session: AsyncSession,
    *,
    number: int,
    root_cause: str,
    preventive_measures: str,
    author: str,
    by: Actor,
    now: datetime,
) -> Incident:
    """The incident with them; said again, the newer words count and the older stay in its timeline.
    Raises `NotFound` and `Invalid`.
    """
    row = await lock_incident(session, number=number)
    cause = checked_words(root_cause, field="root_cause")
    measures = checked_words(preventive_measures, field="preventive_measures")
    if (row.root_cause, row.preventive_measures) == (cause, measures):
        return view(row)
    row.root_cause, row.preventive_measures = cause, measures
    await session.flush()
    words = f"Root cause: {cause} Prevention: {measures}"
    await enter(session, entries=[new_entry(row.id, "report", words, at=now, author=author)])
    await written(session, "report", row, author=author, by=by)
    return view(row)
