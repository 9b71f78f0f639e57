"""What two error lines have in common: the exception's type, its place, and its message without
what differs from one time to the next. Pure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from openchair.operations.logs.filters import is_kind
from openchair.platform.logging.read import Line

MOST_MESSAGE = 300
MOST_EXCEPTION = 20_000
DIGITS = 12
RAISED = re.compile(r"^([A-Za-z_][\w.]*)(?:: ?(.*))?$")
FRAME = re.compile(r'^\s+File "([^"]+)", line \d+, in (\S+)')
OURS = ("openchair_sandbox/", "openchair/")
FOREIGN = "site-packages/"
VARYING = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "<id>"),
        (r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", "<address>"),
        (r"\b0x[0-9a-f]+\b", "<id>"),
        (r"\b(?=[0-9a-f]*\d)[0-9a-f]{12,}\b", "<id>"),
        (r"(?<![a-z])\d+(?:\.\d+)*", "<n>"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What an error is known by. `kind` is the exception's type, or `HTTP 5xx`, or the level."""

    fingerprint: str
    kind: str
    place: str
    message: str


def is_fault(line: Line) -> bool:
    """Whether the line tells of something that went wrong by the log's own word."""
    return is_kind(line, "error")


def mark_of(line: Line) -> Mark:
    """The mark of a line that `is_fault`."""
    fields = line.fields
    event = str(fields.get("event", ""))
    exception = str(fields.get("exception") or "")[-MOST_EXCEPTION:]
    if not exception and event.startswith("Traceback (most recent call last)"):
        exception, event = event[-MOST_EXCEPTION:], "interpreter"
    if exception:
        kind, message = _raised(exception)
        return _mark(kind, _place(exception) or _logger(fields, line), f"{event}: {message}")
    status = fields.get("status")
    if isinstance(status, int) and status >= 500:
        path = str(fields.get("path", ""))
        return _mark(f"HTTP {status}", normalised(path), f"{fields.get('method', '')} {path}")
    told = fields.get("error") or fields.get("reason") or ""
    words = f"{event}: {told}" if told else event
    return _mark(str(fields.get("level", "unstructured")), _logger(fields, line), words)


def normalised(text: str) -> str:
    """Without numbers, ids and addresses, on one line, at most 300 characters."""
    text = " ".join(text.split())[: MOST_MESSAGE * 4]
    for pattern, instead in VARYING:
        text = pattern.sub(instead, text)
    return text[:MOST_MESSAGE]


def _mark(kind: str, place: str, message: str) -> Mark:
    message = normalised(message.strip().removesuffix(":"))
    digest = sha256(f"{kind}|{place}|{message}".encode()).hexdigest()[:DIGITS]
    return Mark(fingerprint=digest, kind=kind, place=place, message=message)


def _raised(exception: str) -> tuple[str, str]:
    """Type and message of the exception that came out: the last line that begins at the margin
    and is no heading of a chain.
    """
    for each in reversed(exception.splitlines()):
        found = RAISED.match(each)
        if found and not each.startswith(("The above exception", "During handling")):
            return found[1].rsplit(".", 1)[-1], found[2] or ""
    return "exception", exception.splitlines()[-1]


def _place(exception: str) -> str:
    """The last frame of ours, else the last of all, without its line number."""
    frames = [found.groups() for each in exception.splitlines() if (found := FRAME.match(each))]
    ours = [(path, name) for path, name in frames if _is_ours(path)]
    if not frames:
        return ""
    path, name = (ours or frames)[-1]
    return f"{_shortened(path)} in {name}"


def _is_ours(path: str) -> bool:
    return FOREIGN not in path and any(f"/{each}" in path for each in OURS)


def _shortened(path: str) -> str:
    if FOREIGN in path:
        return path.rpartition(FOREIGN)[2]
    for each in OURS:
        if f"/{each}" in path:
            return path.rpartition(f"/{each}")[2]
    return path.rpartition("/")[2]


def _logger(fields: Mapping[str, Any], line: Line) -> str:
    return str(fields.get("logger") or line.file)
