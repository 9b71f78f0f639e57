"""The correlation id: one name for everything that one request sets in motion.

Adopted from the caller when well formed, else made; read by logs, jobs, messages and events.
"""

import re
from contextvars import ContextVar, Token

from openchair.platform.ids import new_id

HEADER = "X-Correlation-Id"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str | None] = ContextVar("correlation_id", default=None)


def adopt(offered: str | None) -> Token[str | None]:
    """Make `offered` the current id if it is well formed, else a new one."""
    well_formed = offered is not None and _WELL_FORMED.fullmatch(offered) is not None
    return _current.set(offered if well_formed else new_id().hex)


def release(token: Token[str | None]) -> None:
    """Go back to the id that was current before `adopt`."""
    _current.reset(token)


def adopted() -> str | None:
    """The id of what is going on, or None; for logs, which never make one."""
    return _current.get()


def current() -> str:
    """The id of what is going on; made here when nobody has adopted one."""
    found = _current.get()
    if found is None:
        found = new_id().hex
        _current.set(found)
    return found
