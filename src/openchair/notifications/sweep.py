"""The round of the post office: takes back what dead workers left, ends what is too late, and lets
out what somebody asked to be sent again. A loop of every worker; each step is one bounded
statement, so that a round costs the same whether the queue is empty or a million long.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications import leases
from openchair.notifications.budgets.release import release
from openchair.notifications.dead_letters.asked import redrive_asked
from openchair.notifications.dead_letters.bury import bury

ROUND = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one round did: leases taken back, messages expired, dead letters redriven."""

    recovered: int
    expired: int
    redriven: int

    @property
    def full(self) -> bool:
        """Whether another round has more to do."""
        return ROUND in {self.recovered, self.expired, self.redriven}


async def sweep(session: AsyncSession, *, limit: int = ROUND) -> Swept:
    """Do one round."""
    recovered = await leases.recover(session, limit=limit)
    given_up = [(each.salon_id, each.id) for each in recovered if each.status == "failed"]
    if given_up:
        await bury(session, messages=given_up)
    expired = (await session.execute(EXPIRE, {"limit": limit})).all()
    ended = [*given_up, *((row.salon_id, row.id) for row in expired)]
    await release(session, messages=ended)
    redriven = await redrive_asked(session, limit=limit)
    return Swept(recovered=len(recovered), expired=len(expired), redriven=redriven)


EXPIRE = text("""
    UPDATE notifications AS queue
    SET status = 'expired', finished_at = now(),
        error_message = 'its use-by time passed before it could be sent'
    FROM (
        SELECT salon_id, id FROM notifications
        WHERE status = 'pending' AND expires_at <= now()
        LIMIT :limit FOR UPDATE SKIP LOCKED
    ) AS late
    WHERE queue.salon_id = late.salon_id AND queue.id = late.id
    RETURNING queue.salon_id, queue.id
""")
