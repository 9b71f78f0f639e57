"""Removes dead letters for good: only those that the runbook allows, and never a message.

Called by the command line and the console, which show the plan first and record it afterwards.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.dead_letters.filters import MATCHES, Filter
from openchair.notifications.dead_letters.queries import COLUMNS, Letter
from openchair.notifications.dead_letters.rules import CLOSED_KEPT, INVALID_ADDRESS, INVALID_KEPT

SAMPLE = 5


@dataclass(frozen=True, slots=True)
class PurgePlan:
    """What would go: `invalid` letters whose address can never work, `closed` ones long done."""

    invalid: int
    closed: int
    sample: tuple[Letter, ...]

    @property
    def count(self) -> int:
        """All that would go."""
        return self.invalid + self.closed


async def plan_purge(session: AsyncSession, *, meant: Filter) -> PurgePlan:
    """Count what may go, and show some of it. Changes nothing."""
    values = _values(meant)
    counted = (await session.execute(COUNT, values)).one()
    sample = await session.execute(SHOW, {**values, "limit": SAMPLE})
    return PurgePlan(
        invalid=counted.invalid,
        closed=counted.closed,
        sample=tuple(Letter(**row) for row in sample.mappings()),
    )


async def purge(session: AsyncSession, *, meant: Filter) -> int:
    """Remove what may go; answers how many. Their messages keep their state."""
    return len((await session.execute(PURGE, _values(meant))).all())


def _values(meant: Filter) -> dict[str, Any]:
    return {
        **meant.values,
        "invalid_words": INVALID_ADDRESS,
        "invalid_kept": INVALID_KEPT,
        "closed_kept": CLOSED_KEPT,
    }


INVALID = """
    (letter.status = 'waiting' AND letter.failure_type = 'validation_error'
        AND letter.error_message ~* :invalid_words
        AND letter.created_at < now() - CAST(:invalid_kept AS interval))
"""
CLOSED = """
    (letter.status = 'closed' AND letter.closed_at < now() - CAST(:closed_kept AS interval))
"""

COUNT = text(f"""
    SELECT count(*) FILTER (WHERE {INVALID}) AS invalid, count(*) FILTER (WHERE {CLOSED}) AS closed
    FROM dead_letter_queue AS letter WHERE {MATCHES} AND ({INVALID} OR {CLOSED})
""")  # noqa: S608 -- the pieces are this slice's own

SHOW = text(f"""
    {COLUMNS} WHERE {MATCHES} AND ({INVALID} OR {CLOSED})
    ORDER BY letter.created_at, letter.id LIMIT :limit
""")

PURGE = text(f"""
    DELETE FROM dead_letter_queue AS letter WHERE {MATCHES} AND ({INVALID} OR {CLOSED})
    RETURNING letter.id
""")  # noqa: S608 -- as above
