"""Whether a call may be tried again, and when. Pure; `call.py` asks after every try.

A try is repeated only when that cannot do twice what was asked once: the method says so
(RFC 9110, 9.2.2), nothing had left, or the service said that it refused.
"""

from openchair.platform.backoff import doubled, spread
from openchair.platform.outbound.answer import Answer
from openchair.platform.outbound.errors import (
    AddressRefused,
    BreakerOpen,
    NoAnswer,
    NotSent,
    OutboundFailed,
)

MOST_RETRIES = 3
LONGEST_WAIT_SECONDS = 30.0
IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


def may_repeat(came_of: Answer | OutboundFailed, *, repeatable: bool) -> bool:
    """Whether another try is safe and has a chance. `repeatable`: doing it twice does no harm."""
    match came_of:
        case BreakerOpen() | AddressRefused():
            return False
        case NotSent():
            return True
        case NoAnswer():
            return repeatable
        case Answer() if came_of.status_code == 429:
            return True
        case Answer() if came_of.status_code == 503 and came_of.retry_after is not None:
            return True
        case Answer():
            return repeatable and came_of.status_code in PASSING
        case _:
            return False


def wait_before(retry: int, *, came_of: Answer | OutboundFailed) -> float | None:
    """Seconds before the `retry`th retry (from 1): 1, 2, 4, or longer when the service says so,
    and up to a quarter on top by chance. None when it asks for more than half a minute: nobody
    waits here so long; the caller tries again later.
    """
    asked = came_of.retry_after if isinstance(came_of, Answer) else None
    wait = max(doubled(retry - 1, longest=LONGEST_WAIT_SECONDS), asked or 0.0)
    if wait > LONGEST_WAIT_SECONDS:
        return None
    return spread(wait)


def failed(came_of: Answer | OutboundFailed) -> bool:
    """Whether the service did not do its part, as its breaker counts. A 429 is no failure: who
    says "later" is alive.
    """
    if isinstance(came_of, Answer):
        return came_of.status_code >= 500
    return not isinstance(came_of, AddressRefused | BreakerOpen)
