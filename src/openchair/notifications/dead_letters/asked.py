"""Letters that a person, or the runbook's UPDATE, set to `pending`; and letters left behind.

Called by the sweep and by a job. Whatever becomes of its message, a letter does not stay
`pending`.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.dead_letters.let_out import AND_DO, VERDICT, WITH_MESSAGE
from openchair.platform.logging.setup import logger

log = logger(__name__)


async def redrive_asked(session: AsyncSession, *, limit: int) -> int:
    """Let out the letters whose next try was asked for, answers how many; and close those whose
    message has ended meanwhile.
    """
    verdicts = list(await session.scalars(ASKED, {"limit": limit}))
    if too_late := verdicts.count("too_late"):
        log.warning("dead letters not sent again: their use-by time has passed", count=too_late)
    await session.execute(CLOSE_REDRIVEN, {"limit": limit})
    return verdicts.count("redriven")


async def close_left_behind(session: AsyncSession, *, limit: int) -> int:
    """Close waiting letters whose message was sent anew behind their back (the runbook's UPDATE
    of the queue) and has ended; answers how many.
    """
    return len((await session.execute(CLOSE_WAITING, {"limit": limit})).all())


ASKED = text(f"""
    WITH asked AS (
        SELECT letter.salon_id, letter.id, letter.notification_id,
            message.status AS message_status, {VERDICT} AS verdict
        FROM {WITH_MESSAGE}
        WHERE letter.status = 'pending' AND coalesce(letter.retry_scheduled_at, now()) <= now()
        ORDER BY letter.retry_scheduled_at LIMIT :limit
        FOR UPDATE OF letter SKIP LOCKED
    ) {AND_DO}
""")  # noqa: S608 -- the pieces are this slice's own

CLOSE = """
    WITH ended AS (
        SELECT letter.salon_id, letter.id, coalesce(message.status, 'gone') AS reason
        FROM {letters}
        WHERE ({which})
            AND (message.id IS NULL
                OR message.status IN ('sent', 'cancelled', 'expired', 'suppressed'))
        LIMIT :limit FOR UPDATE OF letter SKIP LOCKED
    )
    UPDATE dead_letter_queue AS letter
    SET status = 'closed', closed_reason = ended.reason, closed_at = now()
    FROM ended WHERE letter.salon_id = ended.salon_id AND letter.id = ended.id
    RETURNING letter.id
"""

REDRIVEN = "letter.status = 'redriven' OR (letter.status = 'closed' AND letter.closed_at IS NULL)"
CLOSE_REDRIVEN = text(CLOSE.format(letters=WITH_MESSAGE, which=REDRIVEN))
CLOSE_WAITING = text(CLOSE.format(letters=WITH_MESSAGE, which="letter.status = 'waiting'"))
