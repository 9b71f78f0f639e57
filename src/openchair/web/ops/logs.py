"""Search of the structured log, the story of one correlation id, and errors grouped. Files are read
in a thread, the newest lines first, and never more than so many.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.operations.logs.errors import find_errors
from openchair.operations.logs.filters import KINDS, is_kind, is_named
from openchair.operations.logs.story import NOT_TOLD, tell_story
from openchair.platform.errors import Invalid
from openchair.platform.logging.read import Line, newest_first
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.web.caller import database_of
from openchair.web.cursor import NO_SUCH_PAGE
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.lists import PAGE_ROWS, chosen
from openchair.web.ops.pages import render, url

LEVELS = ("debug", "info", "warning", "error", "critical")
MOST_SCANNED = 50_000
MOST_WORD = 80
MOST_GROUPS = 50
SPANS = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "7d": timedelta(days=7)}
router = APIRouter()
Reads = Annotated[Operator, Depends(Operates("logs.read"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One line as the page shows it."""

    at: datetime
    level: str
    process: str
    logger: str
    event: str
    fields: str
    exception: str
    correlation_id: str


@router.get("/ops/logs")
async def show_logs(request: Request, operator: Reads) -> Response:
    """The newest lines that fit, a page at a time."""
    level, kind = chosen(request, "level", LEVELS), chosen(request, "kind", KINDS)
    name = request.query_params.get("name", "")[:MOST_WORD].strip()
    words = request.query_params.get("words", "")[:MOST_WORD].strip()
    before = _moment(request.query_params.get("before", ""))
    fits = _wanted(level=level, kind=kind, name=name, words=words)
    folder = load(InstallationSettings).home / "logs"
    found = await asyncio.to_thread(_search, folder, fits, before)
    here = {"level": level, "kind": kind, "name": name, "words": words}
    more = found[-1].at.isoformat() if len(found) == PAGE_ROWS else ""
    return render(
        request,
        "logs.html",
        operator=operator,
        lines=found,
        levels=LEVELS,
        kinds=sorted(KINDS),
        chosen=here,
        scanned=MOST_SCANNED,
        first_url=url("/ops/logs", **here) if before else "",
        more_url=url("/ops/logs", **here, before=more) if more else "",
    )


@router.get("/ops/logs/story")
async def show_story(request: Request, operator: Reads) -> Response:
    """Everything that happened under one correlation id, the first first."""
    wanted = request.query_params.get("id", "").strip()
    if not wanted:
        return render(request, "story.html", operator=operator, story=None)
    story = await tell_story(
        database_of(request),
        folder=load(InstallationSettings).home / "logs",
        correlation_id=wanted,
    )
    return render(request, "story.html", operator=operator, story=story)


@router.get("/ops/logs/errors")
async def show_errors(request: Request, operator: Reads) -> Response:
    """Errors by fingerprint: how often, since when, and the newest sample."""
    length = chosen(request, "since", SPANS) or "1d"
    folder = load(InstallationSettings).home / "logs"
    found = await asyncio.to_thread(find_errors, folder, since=operator.now - SPANS[length])
    return render(
        request,
        "errors.html",
        operator=operator,
        length=length,
        spans=tuple(SPANS),
        groups=found.groups[:MOST_GROUPS],
        more=max(0, len(found.groups) - MOST_GROUPS),
    )


def _search(folder: Path, fits: Callable[[Line], bool], before: datetime | None) -> list[Shown]:
    lines = islice(newest_first(folder), MOST_SCANNED)
    older = (each for each in lines if before is None or each.at < before)
    return [_shown(each) for each in islice(filter(fits, older), PAGE_ROWS)]


def _wanted(*, level: str, kind: str, name: str, words: str) -> Callable[[Line], bool]:
    least = LEVELS.index(level) if level else 0
    sought = words.lower()

    def fits(line: Line) -> bool:
        said = str(line.fields.get("level", "error"))
        return (
            (LEVELS.index(said) if said in LEVELS else len(LEVELS)) >= least
            and (not kind or is_kind(line, kind))
            and (not name or is_named(line, name))
            and (not sought or sought in str(line.fields).lower())
        )

    return fits


def _shown(line: Line) -> Shown:
    fields = line.fields
    told = [f"{key}={value}" for key, value in fields.items() if key not in NOT_TOLD]
    return Shown(
        at=line.at,
        level=str(fields.get("level", "error")),
        process=line.file,
        logger=str(fields.get("logger", "")).removeprefix("openchair."),
        event=str(fields.get("event", "")),
        fields="  ".join(told),
        exception=str(fields.get("exception", "")),
        correlation_id=str(fields.get("correlation_id") or ""),
    )


def _moment(said: str) -> datetime | None:
    if not said:
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise Invalid(NO_SUCH_PAGE, field="before") from None
    if found.tzinfo is None:
        raise Invalid(NO_SUCH_PAGE, field="before")
    return found
