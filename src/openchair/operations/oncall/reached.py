"""Writes down what a communication test came to: who was reached when, and that it was made."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.operations.oncall.models import ContactRow
from openchair.operations.oncall.reach import Reached
from openchair.platform.ids import new_id


async def note_reached(
    session: AsyncSession, *, rows: Sequence[Reached], by: Actor, now: datetime
) -> None:
    """`reached_at` of every contact who was reached by any way, and one act in the audit log."""
    reached = {row.contact_id for row in rows if row.outcome == "reached" and row.contact_id}
    if reached:
        await session.execute(
            update(ContactRow).where(ContactRow.id.in_(reached)).values(reached_at=now)
        )
    await record(
        session,
        actor=by,
        action="test",
        resource_type="communication",
        resource_id=new_id(),
        salon_id=None,
        metadata={
            "reached": sum(row.outcome == "reached" for row in rows),
            "not_reached": [
                {"who": row.who, "way": row.way, "outcome": row.outcome}
                for row in rows
                if row.outcome != "reached"
            ],
        },
    )
