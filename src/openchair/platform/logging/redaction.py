"""Keeps secrets and clients' data out of the logs, by the name of the field that holds them, and by
where an address or a failure of the database quotes them.
"""

import re
from typing import Any

from structlog.types import EventDict, WrappedLogger

HIDDEN = "[hidden]"
DEPTH = 6
# Names of secrets, and of what identifies a client. A correlation id finds the person when needed.
_HIDDEN_NAMES = re.compile(
    r"passw|secret|token|authori[sz]ation|cookie|api_?key|session_?key|card|iban|cvc"
    r"|e?mail(?!_?(id|kind|count))|phone|(customer|client|full|first|last)_?name|note$|recipient",
    re.IGNORECASE,
)
# The password in `scheme://user:password@host`, wherever a library prints an address.
_URL_PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):[^@/\s]+@")
# Tokens stand in paths: /…/booking/TOKEN, /feeds/TOKEN.ics. What the console shows has a UUID.
_PATH_TOKEN = re.compile(
    r"(/(?:bookings?|unsubscribe|waitlist|feeds|invitation|confirm)/)"
    r"(?!\w{8}-\w{4}-\w{4}-\w{4}-\w{12}\b)[A-Za-z0-9_.-]{16,}"
)
# What PostgreSQL and its driver quote of a row or a value that they refuse.
_REFUSED_ROW = re.compile(
    r"(DETAIL:  ).*?(?=\n[ |]*\[SQL|\n[ |]*\n[ |]*(?:The above|During handling)|\Z)", re.DOTALL
)
_REFUSED_VALUE = re.compile(r"(invalid input (?:for query argument \$\d+|syntax for [^:\n]+): ).*")


def redact(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """A structlog processor: hides by field name, also within, and passwords inside addresses."""
    return {name: _clean(name, value, DEPTH) for name, value in line.items()}


def _clean(name: str, value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if _HIDDEN_NAMES.search(name):
        return HIDDEN
    if isinstance(value, str):
        return _clean_text(value)
    if depth == 0:
        return HIDDEN
    if isinstance(value, dict):
        return {key: _clean(str(key), inner, depth - 1) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(name, inner, depth - 1) for inner in value]
    return value


def _clean_text(text: str) -> str:
    if "://" in text:
        text = _URL_PASSWORD.sub(rf"\1:{HIDDEN}@", text)
    if "DETAIL:  " in text:
        text = _REFUSED_ROW.sub(rf"\1{HIDDEN}", text)
    if "invalid input " in text:
        text = _REFUSED_VALUE.sub(rf"\1{HIDDEN}", text)
    return _PATH_TOKEN.sub(rf"\1{HIDDEN}", text) if "/" in text else text
