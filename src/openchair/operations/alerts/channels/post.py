"""Posts a notice to an address of ours and reads what the answer means. For `webhook.py` and
`slack.py`; raises only `Temporary` and `Permanent`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from openchair.notifications.errors import DeliveryFailed, Permanent, Temporary
from openchair.platform.outbound.answer import Answer
from openchair.platform.outbound.direct import call_directly
from openchair.platform.outbound.errors import NoAnswer, OutboundFailed

PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A channel took it. `words` are its own, `status_code` its answer where it has one;
    `reference` is its id for the message, of a mail the Message-ID.
    """

    words: str
    status_code: int | None = None
    reference: str | None = None


async def post(
    url: str, *, body: bytes, headers: Mapping[str, str], timeout_seconds: float
) -> Delivered:
    """A 2xx. Raises `Permanent` for what would be refused again, `Temporary` for all else."""
    try:
        answer = await call_directly(
            method="POST",
            url=url,
            content=body,
            headers={"content-type": "application/json", **headers},
            timeout_seconds=timeout_seconds,
        )
    except OutboundFailed as lost:
        late = lost.reason == "connect_timeout" or (isinstance(lost, NoAnswer) and lost.late)
        raise Temporary(
            f"{lost.reason}: {lost.words}",
            failure_type="timeout" if late else "provider_error",
            provider_down=True,
        ) from lost
    if answer.is_success:
        return Delivered(words=f"answered {answer.status_code}", status_code=answer.status_code)
    raise _refused(answer)


def _refused(answer: Answer) -> DeliveryFailed:
    status, words = answer.status_code, f"answered {answer.status_code}: {answer.text[:200]}"
    if status < 500 and status not in PASSING:
        kind = "auth_error" if status in {401, 403} else "validation_error"
        return Permanent(words, failure_type=kind, status_code=status)
    wait = answer.retry_after
    return Temporary(
        words,
        failure_type="rate_limit" if status == 429 else "provider_error",
        status_code=status,
        retry_after=None if wait is None else ceil(wait),
        provider_down=status >= 500,
    )
