"""What providers call the states of an SMS, in our words, and which of two is the later. Pure.

Ours: queued, sent (a carrier has it), delivered, undelivered (a carrier gave up), failed (the
provider gave up). Callbacks come twice and in any order, so a state only ever gives way to one of
a higher rank.
"""

QUEUED, SENT, DELIVERED, UNDELIVERED, FAILED = (
    "queued",
    "sent",
    "delivered",
    "undelivered",
    "failed",
)
LOST = frozenset({UNDELIVERED, FAILED})
# A carrier that gave up and then delivered has delivered.
_RANKS = {QUEUED: 1, SENT: 2, FAILED: 3, UNDELIVERED: 3, DELIVERED: 4}

TWILIO = {
    "accepted": QUEUED,
    "scheduled": QUEUED,
    "queued": QUEUED,
    "sending": QUEUED,
    "sent": SENT,
    "delivered": DELIVERED,
    "read": DELIVERED,
    "undelivered": UNDELIVERED,
    "failed": FAILED,
    "canceled": FAILED,
}
VONAGE = {
    "submitted": QUEUED,
    "accepted": SENT,
    "buffered": SENT,
    "unknown": SENT,
    "delivered": DELIVERED,
    "expired": UNDELIVERED,
    "failed": UNDELIVERED,
    "deleted": UNDELIVERED,
    "rejected": FAILED,
}
"""After Twilio's "Message status values" and Vonage's "Delivery receipts"."""


def rank(status: str | None) -> int:
    """0 for none yet; what is final is higher than what is under way."""
    return _RANKS.get(status or "", 0)
