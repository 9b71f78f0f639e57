"""Sends dead letters again: single ones and small batches at once, many by a redrive that lets a
canary out first. Called by the doors; the steps of a redrive stand in `steps.py`.
"""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.dead_letters.filters import FREE, IN_REDRIVE, MATCHES, Filter
from openchair.notifications.dead_letters.let_out import (
    ALREADY,
    VERDICT,
    WITH_MESSAGE,
    Redriven,
    let_out,
)
from openchair.notifications.dead_letters.queries import Redrive, get_redrive
from openchair.notifications.dead_letters.rules import HIGHEST_RATE
from openchair.platform.errors import Conflict, Invalid, NotFound
from openchair.platform.ids import new_id

MOST_IN_A_BATCH = 1000
MOST_IN_A_REDRIVE = 10_000


async def redrive_letter(session: AsyncSession, *, salon_id: UUID, letter_id: UUID) -> None:
    """Send one letter again at once. Raises `Conflict` with the reason when it is not."""
    outcome = await let_out(session, letters=[(salon_id, letter_id)])
    if not outcome.redriven:
        reason = next(iter(outcome.reasons))
        raise Conflict(WHY_NOT[reason], code=f"letter_{reason}")


async def redrive_batch(session: AsyncSession, *, meant: Filter, limit: int) -> Redriven:
    """Send the oldest `limit` matching letters again at once, and count what cannot be.

    A letter that is out is no longer waiting, so the same call again does nothing twice.
    """
    if not 1 <= limit <= MOST_IN_A_BATCH:
        raise Invalid(f"A batch has 1 to {MOST_IN_A_BATCH} letters.", field="batch_size")
    rows = await session.execute(CHOOSE, {**meant.values, "limit": limit})
    skipped = await _not_free(session, meant)
    outcome = await let_out(session, letters=[(row.salon_id, row.id) for row in rows])
    reasons = dict(outcome.reasons)
    for reason, count in skipped.items():
        reasons[reason] = reasons.get(reason, 0) + count
    return replace(outcome, requested=outcome.redriven + sum(reasons.values()), reasons=reasons)


async def begin_redrive(
    session: AsyncSession,
    *,
    meant: Filter,
    rate_per_minute: int,
    by: str,
) -> tuple[Redrive | None, Redriven]:
    """Take the matching letters on, at most ten thousand, to be let out by the worker: one, and
    when it arrived the others at this rate. `by` says who wants it.

    Answers no redrive when there is nothing to let out. `redriven` counts what was taken on.
    """
    if not 1 <= rate_per_minute <= HIGHEST_RATE:
        raise Invalid(f"A rate is 1 to {HIGHEST_RATE} a minute.", field="rate")
    skipped = await _not_free(session, meant)
    redrive_id = new_id()
    values = {**meant.values, "id": redrive_id, "rate": rate_per_minute, "by": by}
    await session.execute(BEGIN, values)
    taken = (await session.execute(TAKE_ON, {**values, "limit": MOST_IN_A_REDRIVE})).scalar_one()
    outcome = Redriven(requested=taken + sum(skipped.values()), redriven=taken, reasons=skipped)
    if not taken:
        await session.execute(FORGET, {"id": redrive_id})
        return None, outcome
    return await get_redrive(session, redrive_id=redrive_id), outcome


async def stop_redrive(
    session: AsyncSession, *, redrive_id: UUID, reason: str, salon_id: UUID | None = None
) -> Redrive:
    """Let nothing more out. What is out already goes its way. A redrive that has ended is left as
    it is. Raises `NotFound`, also for a redrive of another salon when `salon_id` is given.
    """
    found = await session.execute(STOP, {"id": redrive_id, "salon_id": salon_id, "reason": reason})
    if found.one_or_none() is None:
        raise NotFound("There is no such redrive.", code="redrive_not_found")
    return await get_redrive(session, redrive_id=redrive_id)


async def _not_free(session: AsyncSession, meant: Filter) -> dict[str, int]:
    rows = (await session.execute(NOT_FREE, meant.values)).mappings()
    return {str(row["reason"]): int(row["count"]) for row in rows}


WHY_NOT = {
    "too_late": "Its use-by time has passed: it would come too late, so it is not sent again.",
    "gone": "Its message is no longer there.",
    "ended": "Its message has ended in the meantime.",
    "under_way": "Its message is on its way already.",
    ALREADY: "Somebody has sent it again already, or it was closed.",
}
"""A sentence for each reason of one letter."""

CHOOSE = text(f"""
    SELECT letter.salon_id, letter.id FROM {WITH_MESSAGE}
    WHERE {MATCHES} AND {FREE}
    ORDER BY letter.created_at, letter.id LIMIT :limit
    FOR UPDATE OF letter SKIP LOCKED
""")  # noqa: S608 -- the pieces are this slice's own

NOT_FREE = text(f"""
    SELECT CASE WHEN {IN_REDRIVE} THEN 'in_redrive' ELSE {VERDICT} END AS reason,
        count(*) AS count
    FROM {WITH_MESSAGE}
    WHERE letter.status = 'waiting' AND {MATCHES} AND NOT coalesce({FREE}, false)
    GROUP BY reason ORDER BY reason
""")  # noqa: S608 -- as above

BEGIN = text("""
    INSERT INTO dead_letter_redrives
        (id, salon_id, failure_types, channel, since, rate_per_minute, total, created_by)
    VALUES (:id, :salon_id, :failure_types, :channel, :since, :rate, 0, :by)
""")

TAKE_ON = text(f"""
    WITH chosen AS (
        SELECT letter.salon_id, letter.id FROM {WITH_MESSAGE}
        WHERE {MATCHES} AND {FREE}
        ORDER BY letter.created_at, letter.id LIMIT :limit
        FOR UPDATE OF letter SKIP LOCKED
    ), taken AS (
        UPDATE dead_letter_queue AS letter SET redrive_id = :id
        FROM chosen WHERE letter.salon_id = chosen.salon_id AND letter.id = chosen.id
        RETURNING letter.id
    )
    UPDATE dead_letter_redrives SET total = (SELECT count(*) FROM taken) WHERE id = :id
    RETURNING total
""")  # noqa: S608 -- as above

FORGET = text("DELETE FROM dead_letter_redrives WHERE id = :id")

STOP = text("""
    UPDATE dead_letter_redrives
    SET state = CASE WHEN state IN ('canary', 'running') THEN 'stopped' ELSE state END,
        stopped_reason = CASE WHEN state IN ('canary', 'running') THEN CAST(:reason AS text)
            ELSE stopped_reason END,
        finished_at = coalesce(finished_at, now())
    WHERE id = :id
        AND (CAST(:salon_id AS uuid) IS NULL OR salon_id = CAST(:salon_id AS uuid))
    RETURNING id
""")
