"""What a refusal means at every SMS provider alike. Pure; called by `twilio_answers.py` and
`vonage_answers.py`, which know their providers' own codes.
"""

from math import ceil

from openchair.notifications.errors import DeliveryFailed, Doubtful, Temporary
from openchair.platform.outbound.answer import Answer

NOT_LET_IN = frozenset({401, 402, 403, 404})


def refused_at_the_door(
    answer: Answer, *, words: str, too_fast: bool, ours: bool, internal: bool = False
) -> DeliveryFailed | None:
    """The failure that has nothing to do with this message; None when it has.

    The provider's code adds to the status: `internal` an error of its own, `too_fast` its limit,
    `ours` our account. A 5xx is in doubt, whatever stands in it: neither provider promises that
    such a message was not taken, and sending it again would be a second SMS. A look-up or a
    callback settles it in a minute.
    """
    status = answer.status_code
    if status >= 500 or status == 408 or internal:
        return Doubtful(
            words, failure_type="provider_error", status_code=status, provider_down=True
        )
    if status == 429 or too_fast:
        wait = answer.retry_after
        return Temporary(
            words,
            failure_type="rate_limit",
            status_code=status,
            retry_after=None if wait is None else ceil(wait),
        )
    if status in NOT_LET_IN or ours:
        return Temporary(words, failure_type="auth_error", status_code=status, provider_down=True)
    return None
