"""Names a call for the service that is called: `traceparent` of W3C Trace Context, level 1.

A correlation id of ours is 16 bytes in hex, just what a trace id is. So everything that one
request sets in motion is one trace, and either name finds it.
"""

import re
import secrets

from openchair.platform import correlation

_TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")


def trace_id() -> str:
    """The current correlation id where it can be one, else a new id: 32 hex digits."""
    known = correlation.current()
    return known if _TRACE_ID.fullmatch(known) else secrets.token_hex(16)


def traceparent(of: str) -> str:
    """The header's value for one try: a new span of trace `of`, sampled."""
    return f"00-{of}-{secrets.token_hex(8)}-01"
