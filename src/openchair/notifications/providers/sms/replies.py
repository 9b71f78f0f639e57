"""What people answer to an SMS: STOP ends all SMS to their number, START allows them again.

Called by `handle.py`. Any other answer is kept in the inbox alone. Source of the words: Twilio,
"Support for opt-out keywords", which Twilio obeys too, and the same in the salons' languages.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.suppressions.lift import lift
from openchair.notifications.suppressions.suppress import suppress
from openchair.platform.logging.setup import logger

MOST_SALONS = 1000
REASON = "stop"

log = logger(__name__)


class Wish(StrEnum):
    """What somebody wants with an answer."""

    STOP = "stop"
    START = "start"


_WORDS = {
    **dict.fromkeys(
        ("stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"), Wish.STOP
    ),
    **dict.fromkeys(("stopp", "abmelden", "стоп", "відписатися", "rezygnuję"), Wish.STOP),
    **dict.fromkeys(("start", "unstop", "yes"), Wish.START),
}


def wish_of(body: str) -> Wish | None:
    """The wish of an answer that is nothing but its word, whatever stands around it."""
    return _WORDS.get(body.strip(" \t\r\n.!\"'").casefold())


async def obey(session: AsyncSession, *, number: str, wish: Wish, body: str, now: datetime) -> int:
    """Do as the owner of `number` (E.164) says, in every salon that ever sent an SMS there: they
    share the number that was answered. Answers in how many.
    """
    if wish is Wish.STOP:
        salons = (await session.execute(SALONS, {"number": number, "limit": MOST_SALONS})).all()
        for row in salons:
            await suppress(
                session,
                salon_id=row.salon_id,
                channel="sms",
                recipient=number,
                reason=REASON,
                note=f"answered {body.strip()[:40]}",
                now=now,
            )
    else:
        salons = (await session.execute(STOPPED, {"number": number, "limit": MOST_SALONS})).all()
        for row in salons:
            await lift(session, salon_id=row.salon_id, suppression_id=row.id)
    log.info("answer to an sms obeyed", wish=wish.value, salons=len(salons))
    return len(salons)


SALONS = text("""
    SELECT DISTINCT salon_id FROM notifications
    WHERE channel = 'sms' AND recipient = :number LIMIT :limit
""")
# Those that STOP listed, and those that Twilio refused with 21610 since it had heard STOP itself.
STOPPED = text("""
    SELECT salon_id, id FROM notification_suppressions
    WHERE channel = 'sms' AND recipient = :number
        AND (reason = 'stop' OR (reason = 'hard_bounce' AND note LIKE '21610 %')) LIMIT :limit
""")
