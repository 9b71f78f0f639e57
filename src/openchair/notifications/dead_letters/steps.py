"""One step of every redrive that is under way: judge what is out, then go on, wait or stop.

Called by the worker's loop (`jobs.py`) about once a second. All state is in the database: any
worker may take the next step, and a restart loses nothing.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.dead_letters.let_out import WITH_MESSAGE, let_out
from openchair.notifications.dead_letters.rules import (
    TRIES_THAT_TELL,
    WINDOW,
    Step,
    Tally,
    allowance,
    longest_burst,
    next_step,
)
from openchair.platform.logging.setup import logger

MOST_AT_ONCE = 20
WORDS_KEPT = 300

log = logger(__name__)


async def step_redrives(session: AsyncSession, *, most_failures: int) -> int:
    """Take one step of every redrive that no other worker steps right now; answers how many."""
    redrives = (await session.execute(UNDER_WAY, {"limit": MOST_AT_ONCE})).mappings().all()
    for redrive in redrives:
        await _step(session, dict(redrive), most_failures=most_failures)
    return len(redrives)


async def _step(session: AsyncSession, redrive: dict[str, Any], *, most_failures: int) -> None:
    tally, words = await _judge(session, redrive_id=redrive["id"])
    step = next_step(
        state=redrive["state"],
        tally=tally,
        allowance=allowance(
            rate_per_minute=redrive["rate_per_minute"],
            seconds_since_last=redrive["seconds_since_last"],
        ),
        most_failures=most_failures,
    )
    if step.release:
        await _release(session, redrive_id=redrive["id"], count=step.release)
    reason = f"{step.reason} again: {words}"[:WORDS_KEPT] if step.reason else None
    await session.execute(
        NOTE,
        {
            "id": redrive["id"],
            "state": step.state,
            "reason": reason,
            "release": step.release,
            "burst": longest_burst(redrive["rate_per_minute"]),
            "sent": tally.sent,
            "failed": tally.failed,
            "ended_otherwise": tally.ended_otherwise,
            "released": tally.released + step.release,
        },
    )
    _tell(redrive, step, tally)


async def _judge(session: AsyncSession, *, redrive_id: UUID) -> tuple[Tally, str]:
    """How its letters stand, and the provider's words about the last that failed."""
    row = (
        await session.execute(TALLY, {"id": redrive_id, "tries": TRIES_THAT_TELL, "window": WINDOW})
    ).one()
    tally = Tally(
        kept=row.kept,
        out=row.out,
        put_off=row.put_off,
        sent=row.sent,
        failed=row.failed,
        ended_otherwise=row.ended_otherwise,
        recent_failures=row.recent_failures,
    )
    return tally, row.words or "without a word of the provider"


async def _release(session: AsyncSession, *, redrive_id: UUID, count: int) -> None:
    rows = await session.execute(NEXT_OUT, {"id": redrive_id, "limit": count})
    await let_out(session, letters=[(row.salon_id, row.id) for row in rows])


def _tell(redrive: dict[str, Any], step: Step, tally: Tally) -> None:
    """Each change of state once; the provider's words stay in the row, as they may name people."""
    if step.state == redrive["state"]:
        return
    tell = log.warning if step.state == "stopped" else log.info
    tell(
        f"redrive {step.state}",
        redrive_id=str(redrive["id"]),
        reason=step.reason,
        sent=tally.sent,
        failed=tally.failed,
        kept=tally.kept,
    )


UNDER_WAY = text("""
    SELECT id, state, rate_per_minute,
        CAST(extract(epoch FROM now() - last_release_at) AS double precision)
            AS seconds_since_last
    FROM dead_letter_redrives
    WHERE state IN ('canary', 'running')
    ORDER BY created_at LIMIT :limit
    FOR UPDATE SKIP LOCKED
""")

IN_TIME = """
    letter.status = 'waiting' AND message.status = 'failed'
    AND (message.expires_at IS NULL OR message.expires_at > now())
"""

TALLY = text(f"""
    WITH judged AS (
        SELECT letter.redriven_at, message.error_message,
            CASE
                WHEN letter.redriven_at IS NULL OR letter.redriven_at < redrive.created_at
                    THEN CASE WHEN {IN_TIME} THEN 'kept' ELSE 'ended_otherwise' END
                WHEN message.status = 'sent' THEN 'sent'
                WHEN message.status IN ('failed', 'doubtful') THEN 'failed'
                WHEN message.status = 'pending' AND message.retry_count >= :tries THEN 'failed'
                WHEN message.status = 'pending' AND message.waits_for IS NOT NULL THEN 'put_off'
                WHEN message.status IN ('pending', 'sending') THEN 'out'
                ELSE 'ended_otherwise'
            END AS verdict
        FROM {WITH_MESSAGE}
        JOIN dead_letter_redrives AS redrive ON redrive.id = letter.redrive_id
        WHERE letter.redrive_id = :id
    ), latest AS (
        SELECT verdict, error_message, redriven_at FROM judged
        WHERE verdict IN ('sent', 'failed')
        ORDER BY redriven_at DESC LIMIT :window
    )
    SELECT count(*) FILTER (WHERE verdict = 'kept') AS kept,
        count(*) FILTER (WHERE verdict = 'out') AS out,
        count(*) FILTER (WHERE verdict = 'put_off') AS put_off,
        count(*) FILTER (WHERE verdict = 'sent') AS sent,
        count(*) FILTER (WHERE verdict = 'failed') AS failed,
        count(*) FILTER (WHERE verdict = 'ended_otherwise') AS ended_otherwise,
        (SELECT count(*) FROM latest WHERE verdict = 'failed') AS recent_failures,
        (SELECT error_message FROM latest WHERE verdict = 'failed'
            ORDER BY redriven_at DESC LIMIT 1) AS words
    FROM judged
""")  # noqa: S608 -- the pieces are this slice's own

NEXT_OUT = text(f"""
    SELECT letter.salon_id, letter.id
    FROM {WITH_MESSAGE}
    JOIN dead_letter_redrives AS redrive ON redrive.id = letter.redrive_id
    WHERE letter.redrive_id = :id AND {IN_TIME}
        AND (letter.redriven_at IS NULL OR letter.redriven_at < redrive.created_at)
    ORDER BY message.priority, letter.created_at, letter.id LIMIT :limit
    FOR UPDATE OF letter SKIP LOCKED
""")  # noqa: S608 -- as above

NOTE = text("""
    UPDATE dead_letter_redrives
    SET state = CAST(:state AS text), stopped_reason = CAST(:reason AS text), sent = :sent,
        failed = :failed, ended_otherwise = :ended_otherwise, released = :released,
        last_release_at = CASE
            WHEN :release = 0 THEN last_release_at
            WHEN last_release_at
                    > now() - make_interval(secs => CAST(:burst AS double precision))
                THEN last_release_at + make_interval(secs => 60.0 * :release / rate_per_minute)
            ELSE now() END,
        finished_at = CASE WHEN CAST(:state AS text) IN ('stopped', 'done') THEN now() END
    WHERE id = :id
""")
