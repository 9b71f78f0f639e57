"""What another service answered: status, headers and a body of bounded size. Made by `call.py`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import orjson

LONGEST_RETRY_AFTER = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer with any status. `cut_off` tells that the body is only the beginning: it was too
    large, or the connection ended within it. `tries` counts from 1.
    """

    status_code: int
    headers: httpx.Headers
    content: bytes
    cut_off: bool
    tries: int
    duration_ms: int
    received_at: datetime

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status_code < 300

    @property
    def text(self) -> str:
        """The body as UTF-8; what is none is replaced."""
        return self.content.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body read as JSON. Raises ValueError when it is none."""
        return orjson.loads(self.content)

    @property
    def retry_after(self) -> float | None:
        """Seconds that the service asks to wait, at most a day."""
        return retry_after(self.headers.get("retry-after"), now=self.received_at)


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds to wait from `now`, of a Retry-After header (RFC 9110, 10.2.3: seconds or a date).

    At most a day; None when there is no header, or it cannot be read.
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return min(max((at - now).total_seconds(), 0.0), LONGEST_RETRY_AFTER)
