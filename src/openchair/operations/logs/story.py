"""The whole story of one correlation id, in order: what the log says and what the rows say, from
the request to the last message. `openchair explain correlation`, `logs --correlation` and the
operations console call it. Reads only; without the database it tells what the log knows.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from openchair.operations.logs.filters import is_kind
from openchair.operations.logs.story_rows import Happening, happenings_of_rows
from openchair.operations.logs.window import Heard, Window
from openchair.platform.db.engine import Database
from openchair.platform.errors import Invalid, Unavailable
from openchair.platform.logging.read import Line

MOST = 2000
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")
NOT_TOLD = frozenset(
    {"event", "level", "timestamp", "process", "logger", "exception", "correlation_id"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happened under one correlation id, the first first. `missing` says why rows are not
    among it; `log_begins` how far back the log goes; `is_whole` is False beyond 2,000 entries.
    """

    correlation_id: str
    happenings: tuple[Happening, ...]
    missing: str | None
    log_begins: datetime | None
    is_whole: bool


async def tell_story(
    database: Database,
    *,
    folder: Path,
    correlation_id: str,
    hear: Heard | None = None,
) -> Story:
    """From the log in `folder`, and from the database where it can be reached. Raises `Invalid`
    for what cannot be a correlation id.
    """
    if not WELL_FORMED.fullmatch(correlation_id):
        raise Invalid(
            "A correlation id has at most 64 letters, digits, dots, dashes and underscores.",
            field="correlation_id",
        )
    rows, missing = list[Happening](), None
    try:
        async with database.transaction() as session:
            rows = await happenings_of_rows(session, correlation_id=correlation_id)
    except Unavailable as away:
        missing = away.message
    said, begins = lines_under(folder, correlation_id=correlation_id, hear=hear)
    told = sorted([*said, *rows], key=lambda each: (each.at, each.kind != "request"))
    return Story(
        correlation_id=correlation_id,
        happenings=tuple(told[:MOST]),
        missing=missing,
        log_begins=begins,
        is_whole=len(told) <= MOST and len(said) < MOST,
    )


def lines_under(
    folder: Path, *, correlation_id: str, hear: Heard | None = None
) -> tuple[list[Happening], datetime | None]:
    """What every process said under this id, the newest 2,000 lines; and how far back it goes."""
    window = Window(folder, hear=hear)
    found = []
    for line in window:
        if line.fields.get("correlation_id") == correlation_id:
            found.append(_of_line(line))
            if len(found) >= MOST:
                break
    return found, window.reached


def _of_line(line: Line) -> Happening:
    fields = line.fields
    if fields.get("logger") == "openchair.requests":
        words = f"{fields.get('method')} {fields.get('path')} → {fields.get('status')}"
        if fields.get("status") == 0:
            words = f"{fields.get('method')} {fields.get('path')}: the caller left"
        took = fields.get("milliseconds")
        words += f" after {took} ms"
        # Its line is written at its end; what it set in motion comes behind its beginning.
        began = line.at - timedelta(milliseconds=took if isinstance(took, int | float) else 0)
        return Happening(at=began, kind="request", words=words, source=line.file)
    told = [f"{name} {value}" for name, value in fields.items() if _is_told(name, value)]
    words = str(fields.get("event", ""))
    words += f" ({', '.join(told)})" if told else ""
    if exception := fields.get("exception"):
        words += f": {str(exception).strip().splitlines()[-1]}"
    kind = "error" if is_kind(line, "error") else "job" if "job" in fields else "log"
    return Happening(at=line.at, kind=kind, words=words, source=line.file)


def _is_told(name: str, value: object) -> bool:
    return name not in NOT_TOLD and value is not None
