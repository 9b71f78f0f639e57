"""What Twilio's refusals mean: whether to try again, and which category it is. Pure.

Source: Twilio, "Error and warning dictionary". The categories are the runbook contract's. Twilio
adds codes every year, so an unknown one is judged by its status.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from openchair.notifications.errors import DeliveryFailed, Permanent, Temporary
from openchair.notifications.providers.sms.refusals import refused_at_the_door
from openchair.platform.outbound.answer import Answer

MAX_WORDS = 500
MILLION = 1_000_000
OPTED_OUT = 21610

# No such mobile number, or none that takes SMS.
NO_SUCH_NUMBER = frozenset({21211, 21217, 21265, 21614, 21635, 63033})
CONTENT = frozenset({21602, 21605, 21617, 21619, 21623, 21654, 21655, 21656})
# Our sender, our callback address or our account: every message waits until that is mended.
OURS = frozenset(
    {21212, 21603, 21606, 21607, 21609, 21615, 21618, 21659, 21660, 21661}
    | {21701, 21702, 21703, 21704, 21705, 20003, 20005, 20006, 20404}
)
# Our account may not send there: somebody has to allow it, then the dead letter is redriven.
NOT_ALLOWED = frozenset({21408, 21608, 21612})
TOO_FAST = frozenset({14107, 20429, 21611, 63038})

DELIVERY = {
    30001: "rate_limit",
    30002: "auth_error",
    30003: "soft_bounce",
    30004: "content_rejected",
    30005: "hard_bounce",
    30006: "hard_bounce",
    30007: "content_rejected",
    30008: "provider_error",
    30010: "other",
    30022: "rate_limit",
    30023: "rate_limit",
    30024: "soft_bounce",
    30034: "auth_error",
    30036: "timeout",
    30410: "timeout",
    30500: "provider_error",
    OPTED_OUT: "hard_bounce",
}
"""Why a message was not delivered, by the `ErrorCode` of a status callback."""


def refused(answer: Answer) -> DeliveryFailed:
    """The failure to raise for an answer that is no acceptance."""
    code, words = _told(answer)
    status = answer.status_code
    at_the_door = refused_at_the_door(
        answer, words=words, too_fast=code in TOO_FAST, ours=code in OURS
    )
    if at_the_door is not None:
        return at_the_door
    if status < 400:
        return Temporary(
            words, failure_type="provider_error", status_code=status, provider_down=True
        )
    return Permanent(words, failure_type=_category(code), status_code=status)


def price_of(found: Mapping[str, Any]) -> tuple[int, str] | None:
    """What a message cost: millionths of the unit of a currency. None while Twilio does not say,
    which is for the first seconds.
    """
    price, currency = found.get("price"), found.get("price_unit")
    if not isinstance(price, str) or not isinstance(currency, str):
        return None
    try:
        amount = Decimal(price)
    except InvalidOperation:
        return None
    return (round(abs(amount) * MILLION), currency.upper()) if amount.is_finite() else None


def _category(code: int) -> str:
    if code in NO_SUCH_NUMBER or code == OPTED_OUT:
        return "hard_bounce"
    if code in CONTENT:
        return "content_rejected"
    return "auth_error" if code in NOT_ALLOWED else "validation_error"


def _told(answer: Answer) -> tuple[int, str]:
    """Twilio's code (0 without one) and its words."""
    try:
        found = answer.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return 0, f"Twilio answered {answer.status_code}"
    code = found.get("code")
    words = f"{code or answer.status_code} {found.get('message') or ''}".strip()[:MAX_WORDS]
    return code if isinstance(code, int) else 0, words
