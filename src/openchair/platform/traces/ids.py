"""Names of traces: `traceparent` of W3C Trace Context, level 1.

A correlation id of ours is 16 bytes in hex, just what a trace id is. So everything that one
request sets in motion is one trace, and either name finds it.
"""

import re
import secrets
from hashlib import sha256

from openchair.platform import correlation

HEADER = "traceparent"
SAMPLED = "01"
_TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?P<trace>(?!0{32})[0-9a-f]{32})-(?P<span>(?!0{16})[0-9a-f]{16})"
    r"-(?P<flags>[0-9a-f]{2})"
)


def trace_id() -> str:
    """The current correlation id where it can be one, else always the same one made of it: 32 hex
    digits.
    """
    known = correlation.current()
    if _TRACE_ID.fullmatch(known):
        return known
    return sha256(known.encode()).hexdigest()[:32]


def traceparent(of: str, *, span: str | None = None) -> str:
    """The header's value: `span`, or a new one, of trace `of`; sampled."""
    return f"00-{of}-{span or secrets.token_hex(8)}-{SAMPLED}"


def read(header: str | None) -> tuple[str, str, bool] | None:
    """Trace id, span id and whether it is sampled; None for what is no `traceparent`."""
    found = _TRACEPARENT.fullmatch(header) if header else None
    if found is None:
        return None
    return found["trace"], found["span"], bool(int(found["flags"], 16) & 1)


def trace_of(header: str | None) -> str | None:
    """The trace a caller says it is part of, to be adopted as correlation id."""
    found = read(header)
    return found[0] if found else None
