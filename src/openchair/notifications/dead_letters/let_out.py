"""Lets dead letters out again: their messages are pending anew, their age stays.

Called by the redrives of this slice. A message whose use-by time has passed is not let out, as it
would only expire; one that is no longer failed closes its letter.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

ALREADY = "already"
"""It is out already, or was closed before."""

Letters = Sequence[tuple[UUID, UUID]]
"""Salon and id of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redriven:
    """What became of a wish to send letters again.

    `reasons` counts the skipped: `too_late` (its use-by time has passed), `gone` (its message was
    removed), `ended` (its message has ended in another way), `under_way` (its message is being
    tried), `already` (somebody has asked before), `in_redrive` (a redrive has it).
    """

    requested: int
    redriven: int
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def skipped(self) -> int:
        """How many were not let out."""
        return self.requested - self.redriven


async def let_out(session: AsyncSession, *, letters: Letters) -> Redriven:
    """Let these letters out at once; each at most once, however often it is asked for."""
    if not letters:
        return Redriven(requested=0, redriven=0)
    salon_ids, ids = zip(*letters, strict=True)
    found = await session.scalars(LET_OUT, {"salon_ids": list(salon_ids), "ids": list(ids)})
    verdicts = Counter(found)
    verdicts[ALREADY] += len(set(letters)) - verdicts.total()
    redriven = verdicts.pop("redriven", 0)
    reasons = {reason: count for reason, count in verdicts.items() if count}
    return Redriven(requested=redriven + sum(reasons.values()), redriven=redriven, reasons=reasons)


VERDICT = """
    CASE
        WHEN message.id IS NULL THEN 'gone'
        WHEN message.status = 'failed' AND message.expires_at <= now() THEN 'too_late'
        WHEN message.status = 'failed' THEN 'redriven'
        WHEN message.status IN ('sent', 'cancelled', 'expired', 'suppressed') THEN 'ended'
        ELSE 'under_way'
    END
"""

WITH_MESSAGE = """
    dead_letter_queue AS letter
    LEFT JOIN notifications AS message
        ON message.salon_id = letter.salon_id AND message.id = letter.notification_id
"""

AND_DO = """
    , pending_anew AS (
        UPDATE notifications AS message
        SET status = 'pending', retry_count = 0, lost_leases = 0, next_attempt_at = now(),
            waits_for = NULL, handed_over_at = NULL, finished_at = NULL
        FROM asked
        WHERE asked.verdict = 'redriven' AND message.status = 'failed'
            AND message.salon_id = asked.salon_id AND message.id = asked.notification_id
    ), noted AS (
        UPDATE dead_letter_queue AS letter
        SET status = CASE
                WHEN asked.verdict IN ('redriven', 'under_way') THEN 'redriven'
                WHEN asked.verdict = 'too_late' THEN 'waiting'
                ELSE 'closed' END,
            redriven_at = CASE WHEN asked.verdict = 'redriven' THEN now()
                ELSE letter.redriven_at END,
            retry_scheduled_at = NULL,
            closed_at = CASE WHEN asked.verdict IN ('gone', 'ended') THEN now() END,
            closed_reason = CASE asked.verdict
                WHEN 'gone' THEN 'gone' WHEN 'ended' THEN asked.message_status END
        FROM asked WHERE letter.salon_id = asked.salon_id AND letter.id = asked.id
    )
    SELECT verdict FROM asked
"""

LET_OUT = text(f"""
    WITH asked AS (
        SELECT letter.salon_id, letter.id, letter.notification_id,
            message.status AS message_status, {VERDICT} AS verdict
        FROM {WITH_MESSAGE}
        WHERE letter.status IN ('waiting', 'pending') AND (letter.salon_id, letter.id) IN (
            SELECT * FROM unnest(CAST(:salon_ids AS uuid[]), CAST(:ids AS uuid[])))
        FOR UPDATE OF letter SKIP LOCKED
    ) {AND_DO}
""")  # noqa: S608 -- the pieces are this module's own
