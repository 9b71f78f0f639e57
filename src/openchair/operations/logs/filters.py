"""Which lines of the log belong to what an operator asks for. Pure; `openchair logs` calls it.

The kinds are the runbooks' (`--filter error|function|security|webhook|email`).
"""

from collections.abc import Callable, Mapping
from typing import Any

from openchair.platform.logging.read import Line

Fields = Mapping[str, Any]
BAD_LEVELS = {"error", "critical"}
REFUSED = {401, 403, 429}
SECURITY_WORDS = ("signature", "log-in", "log in", "blocked", "password", "forged")
_SEPARATORS = str.maketrans("/.:", "   ")


def is_kind(line: Line, kind: str) -> bool:
    """Whether the line is of this kind. Raises `KeyError` for one that does not exist."""
    return KINDS[kind](line.fields)


def is_named(line: Line, name: str) -> bool:
    """Whether it is of this process, logger, job, loop or address (`health` is `/api/health`)."""
    wanted = name.lower().replace("_", "-").removesuffix(".log")
    told = [line.file, *(str(line.fields.get(key, "")) for key in NAMES)]
    plain = [each.lower().replace("_", "-") for each in told]
    return any(wanted == each or wanted in each.translate(_SEPARATORS).split() for each in plain)


NAMES = ("process", "logger", "path", "job", "loop", "provider", "service")


def _is_error(fields: Fields) -> bool:
    return (
        fields.get("level") in BAD_LEVELS
        or "exception" in fields
        or _status(fields) >= 500
        or "level" not in fields  # not ours: what an interpreter prints when it ends
    )


def _is_function(fields: Fields) -> bool:
    return _logger(fields) == "openchair.requests" or bool({"job", "loop"} & fields.keys())


def _is_security(fields: Fields) -> bool:
    return (
        _logger(fields).startswith("openchair.identity")
        or _status(fields) in REFUSED
        or "/log-in" in str(fields.get("path", ""))
        or any(word in _event(fields) for word in SECURITY_WORDS)
    )


def _is_webhook(fields: Fields) -> bool:
    return (
        ".webhooks" in _logger(fields)
        or "webhook" in _event(fields)
        or "webhook" in str(fields.get("path", ""))
    )


def _is_email(fields: Fields) -> bool:
    if str(fields.get("provider", "")).startswith("smtp"):
        return True
    mail = fields.get("channel", "email") == "email"
    ours = _logger(fields).startswith(("openchair.notifications", "openchair_sandbox.smtp"))
    return (mail and ours) or "/email-webhook" in str(fields.get("path", ""))


KINDS: dict[str, Callable[[Fields], bool]] = {
    "error": _is_error,
    "function": _is_function,
    "security": _is_security,
    "webhook": _is_webhook,
    "email": _is_email,
}


def _logger(fields: Fields) -> str:
    return str(fields.get("logger", ""))


def _event(fields: Fields) -> str:
    return str(fields.get("event", "")).lower()


def _status(fields: Fields) -> int:
    status = fields.get("status")
    return status if isinstance(status, int) else 0
