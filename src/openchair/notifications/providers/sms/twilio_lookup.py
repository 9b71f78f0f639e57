"""Finds a doubtful message at Twilio by recipient and time, as Twilio takes no name of ours.

Every message that Twilio is known to have taken from us stands in our table by its id. So what
Twilio has beyond those, to this recipient and from that minute, is the message in doubt; unless
two are in doubt at once, and then only their status callbacks tell which is which.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.providers.provider import Doubted, Finding, Known
from openchair.notifications.providers.sms.accounts import TwilioAccount
from openchair.notifications.providers.sms.settings import TWILIO
from openchair.notifications.providers.sms.twilio_answers import price_of
from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable
from openchair.platform.outbound.answer import Answer
from openchair.platform.outbound.call import call
from openchair.platform.outbound.errors import OutboundFailed

LOOK_UP_SECONDS = 10
# Its own: whether questions are answered says nothing about whether messages are taken.
LOOK_UP_BREAKER = f"{TWILIO}:look-up"
PAGE = 200
# How far Twilio's clock and ours may be apart, and how long a request may have been under way.
EARLIER, LATER = timedelta(minutes=2), timedelta(minutes=10)


async def look_up(
    database: Database, *, account: TwilioAccount, messages: str, doubted: Doubted
) -> Finding:
    """What Twilio knows; `messages` is the address of its list. Never raises."""
    try:
        answer = await call(
            database,
            service=TWILIO,
            method="GET",
            url=messages,
            params={"To": doubted.recipient, "PageSize": str(PAGE)},
            auth=(account.sid, account.token.get_secret_value()),
            retries=0,
            breaker=LOOK_UP_BREAKER,
            salon_id=doubted.salon_id,
            timeout_seconds=LOOK_UP_SECONDS,
        )
        listed = _listed(answer)
        if listed is None:
            return _unknown(f"Twilio answered {answer.status_code} to the look-up")
        near = [each.sid for each in listed if _is_near(each.at, doubted.handed_over_at)]
        async with database.transaction() as session:
            others = await _known(session, doubted=doubted, sids=near)
            rivals = await _rivals(session, doubted=doubted)
    except (OutboundFailed, Unavailable) as failure:
        return _unknown(f"the look-up failed: {failure}")
    finding = conclude(
        [sid for sid in near if sid not in others],
        rivals=rivals,
        reached_back=len(listed) < PAGE or listed[-1].at < doubted.handed_over_at - EARLIER,
    )
    prices = {each.sid: each.price for each in listed if each.price is not None}
    if finding.reference not in prices:
        return finding
    micros, currency = prices[finding.reference]
    return replace(finding, cost_micros=micros, cost_currency=currency)


def conclude(strays: list[str], *, rivals: int, reached_back: bool) -> Finding:
    """From the messages that nobody else claims (newest first), and the number of others in doubt
    to the same recipient. `reached_back`: the list went back far enough to miss nothing.
    """
    if not strays:
        if not reached_back:
            return _unknown("Twilio has too many messages to this recipient to say")
        return Finding(known=Known.NOT_TAKEN, words="Twilio has no such message")
    if len(strays) > rivals:
        # As many messages as doubts, or more: each of the doubts was taken, this one too.
        reference = strays[0] if len(strays) == 1 else None
        return Finding(known=Known.TAKEN, words=f"Twilio has {strays[0]}", reference=reference)
    return _unknown(f"Twilio has {len(strays)} of {rivals + 1} messages in doubt")


@dataclass(frozen=True, slots=True)
class _Listed:
    """A message of ours as Twilio lists it."""

    sid: str
    at: datetime
    price: tuple[int, str] | None


def _listed(answer: Answer) -> list[_Listed] | None:
    """Our own messages, newest first; None when the answer cannot be read."""
    if not answer.is_success or answer.cut_off:
        return None
    try:
        found: Any = answer.json()["messages"]
        return [
            _Listed(each["sid"], parsedate_to_datetime(each["date_created"]), price_of(each))
            for each in found
            if str(each["direction"]).startswith("outbound")
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_near(at: datetime, handed_over_at: datetime) -> bool:
    return handed_over_at - EARLIER <= at <= handed_over_at + LATER


async def _known(session: AsyncSession, *, doubted: Doubted, sids: list[str]) -> set[str]:
    """Those that are known to be other messages of ours, of whichever salon."""
    rows = await session.execute(
        text("""
            SELECT provider_reference FROM notifications
            WHERE channel = 'sms' AND provider_reference = ANY(:sids) AND id <> :id
        """),
        {"sids": sids, "id": doubted.notification_id},
    )
    return set(rows.scalars())


async def _rivals(session: AsyncSession, *, doubted: Doubted) -> int:
    """How many others to this recipient may be among what Twilio has and we cannot name."""
    rows = await session.execute(
        text("""
            SELECT count(*) FROM notifications
            WHERE channel = 'sms' AND provider = :provider AND recipient = :recipient
                AND status IN ('doubtful', 'sending') AND id <> :id
                AND handed_over_at BETWEEN CAST(:at AS timestamptz) - CAST(:window AS interval)
                    AND CAST(:at AS timestamptz) + CAST(:window AS interval)
        """),
        {
            "provider": TWILIO,
            "recipient": doubted.recipient,
            "id": doubted.notification_id,
            "at": doubted.handed_over_at,
            "window": EARLIER + LATER,
        },
    )
    return int(rows.scalar_one())


def _unknown(words: str) -> Finding:
    return Finding(known=Known.UNKNOWN, words=words)
