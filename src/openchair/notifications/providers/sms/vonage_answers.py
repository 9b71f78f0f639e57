"""What Vonage's answers mean: whether to try again, and which category it is. Pure.

Source: Vonage, "SMS API errors" and "Delivery receipts". Refusals come with status 200 and a
number in the body. The categories are the runbook contract's.
"""

from typing import Any

from openchair.notifications.errors import DeliveryFailed, Doubtful, Permanent, Temporary
from openchair.notifications.providers.sms.refusals import refused_at_the_door
from openchair.platform.outbound.answer import Answer

MAX_WORDS = 500
MILLION = 1_000_000
PRICED_IN = "EUR"  # Vonage names no currency where it names a price: prices are in euros
ACCEPTED = "0"

TOO_FAST = frozenset({"1", "10"})
# Our key, credit, sender or callback address: every message waits until that is mended.
OURS = frozenset({"4", "8", "9", "11", "14", "15", "23", "32"})
INTERNAL = "5"
REFUSALS = {
    "2": "validation_error",
    "3": "validation_error",
    "6": "hard_bounce",
    "7": "hard_bounce",
    "12": "content_rejected",
    "13": "content_rejected",
    "22": "hard_bounce",
    "29": "auth_error",
    "33": "hard_bounce",
}
DELIVERY = {
    "1": "provider_error",
    "2": "soft_bounce",
    "3": "hard_bounce",
    "4": "content_rejected",
    "5": "hard_bounce",
    "6": "content_rejected",
    "7": "soft_bounce",
    "8": "provider_error",
    "9": "hard_bounce",
    "10": "validation_error",
    "11": "provider_error",
    "12": "soft_bounce",
    "13": "content_rejected",
    "14": "content_rejected",
    "15": "soft_bounce",
    "39": "auth_error",
    "41": "auth_error",
    "50": "hard_bounce",
    "51": "content_rejected",
}
"""Why a message was not delivered, by the `err-code` of a delivery receipt."""


def parts_of(answer: Answer) -> list[dict[str, Any]]:
    """The parts of an answer, each with its status; none when it cannot be read."""
    try:
        found = answer.json()
    except ValueError:
        return []
    parts = found.get("messages") if isinstance(found, dict) else None
    if not isinstance(parts, list):
        return []
    return [part for part in parts if isinstance(part, dict)]


def refused(answer: Answer) -> DeliveryFailed:
    """The failure to raise for an answer of which no part was taken."""
    status = answer.status_code
    part = next(iter(parts_of(answer)), {})
    number = str(part.get("status", ""))
    words = f"{number or status} {part.get('error-text') or ''}".strip()[:MAX_WORDS]
    at_the_door = refused_at_the_door(
        answer,
        words=words,
        too_fast=number in TOO_FAST,
        ours=number in OURS,
        internal=number == INTERNAL,
    )
    if at_the_door is not None:
        return at_the_door
    if answer.is_success and not number:
        return Doubtful(
            f"Vonage answered {status} without a status of the message",
            failure_type="provider_error",
            status_code=status,
        )
    if status < 400 and not number:
        return Temporary(
            words, failure_type="provider_error", status_code=status, provider_down=True
        )
    return Permanent(
        words, failure_type=REFUSALS.get(number, "validation_error"), status_code=status
    )
