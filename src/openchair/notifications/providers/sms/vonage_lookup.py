"""Finds a doubtful message at Vonage by our reference, in the records of its Reports API.

Source: Vonage, "Reports API", synchronous: at most a day, to one recipient here.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from openchair.notifications.providers.provider import Doubted, Finding, Known
from openchair.notifications.providers.sms.accounts import VonageAccount
from openchair.notifications.providers.sms.settings import VONAGE
from openchair.notifications.providers.sms.vonage_answers import MILLION
from openchair.platform.db.engine import Database
from openchair.platform.outbound.answer import Answer
from openchair.platform.outbound.call import call
from openchair.platform.outbound.errors import OutboundFailed

LOOK_UP_SECONDS = 10
# Its own: whether questions are answered says nothing about whether messages are taken.
LOOK_UP_BREAKER = f"{VONAGE}:look-up"
EARLIER, LATER = timedelta(minutes=2), timedelta(minutes=30)


async def look_up(database: Database, *, account: VonageAccount, doubted: Doubted) -> Finding:
    """What Vonage knows. Never raises."""
    since, until = doubted.handed_over_at - EARLIER, doubted.handed_over_at + LATER
    try:
        answer = await call(
            database,
            service=VONAGE,
            method="GET",
            url=f"{account.reports_address}/v2/reports/records",
            params={
                "account_id": account.key,
                "product": "SMS",
                "direction": "outbound",
                "to": doubted.recipient.removeprefix("+"),
                "date_start": _instant(since),
                "date_end": _instant(until),
            },
            auth=(account.key, account.secret.get_secret_value()),
            retries=0,
            breaker=LOOK_UP_BREAKER,
            salon_id=doubted.salon_id,
            timeout_seconds=LOOK_UP_SECONDS,
        )
    except OutboundFailed as failure:
        return _unknown(f"the look-up failed: {failure}")
    records = _records(answer)
    if records is None:
        return _unknown(f"Vonage answered {answer.status_code} to the look-up")
    reference = doubted.notification_id.hex
    parts = [record for record in records if record.get("client_ref") == reference]
    if not parts:
        return Finding(known=Known.NOT_TAKEN, words="Vonage has no such message")
    micros, currency = _price(parts)
    return Finding(
        known=Known.TAKEN,
        words=f"Vonage has {parts[0].get('message_id')}, {parts[0].get('status')}",
        reference=reference,
        cost_micros=micros,
        cost_currency=currency,
    )


def _price(parts: Sequence[Mapping[str, Any]]) -> tuple[int | None, str | None]:
    """The sum of the parts' prices; nothing when one of them names none."""
    currencies = {part.get("currency") for part in parts}
    try:
        total = sum((Decimal(str(part["total_price"])) for part in parts), Decimal())
    except (KeyError, InvalidOperation):
        return None, None
    currency = currencies.pop()
    if currencies or not isinstance(currency, str) or not total.is_finite():
        return None, None
    return round(total * MILLION), currency.upper()


def _records(answer: Answer) -> list[dict[str, Any]] | None:
    """All records; None when the answer cannot be read, or is only the first page."""
    if not answer.is_success or answer.cut_off:
        return None
    try:
        found = answer.json()
        if found["_links"].get("next"):
            return None
        return [record for record in found["records"] if isinstance(record, dict)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def _unknown(words: str) -> Finding:
    return Finding(known=Known.UNKNOWN, words=words)
