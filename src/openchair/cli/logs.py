"""`openchair logs`: what the processes of the house say, from the files in the data folder."""

import re
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path
from typing import Annotated, Literal

import orjson
import typer
from rich.text import Text

from openchair.cli.logs_shown import analysis_as_json, show_analysis
from openchair.cli.reading import reading
from openchair.cli.story_shown import tell_correlation
from openchair.cli.work import err, out, print_json
from openchair.operations.logs.analyze import analyze
from openchair.operations.logs.filters import is_kind, is_named
from openchair.platform.clock import utc_now
from openchair.platform.logging.read import Line, Tail, newest_first
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

EPILOG = "Example: openchair logs --filter error --since 1h"
commands = typer.Typer(help="What the processes say.", epilog=EPILOG, invoke_without_command=True)

POLL_SECONDS = 0.5
MOST = 10_000
LEVELS = {"warning": "yellow", "error": "red", "critical": "bold red"}
SHOWN_APART = {"event", "level", "timestamp", "process", "logger", "exception", "correlation_id"}
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
Kind = Literal["error", "function", "security", "webhook", "email"]

NameOption = Annotated[
    str | None, typer.Option(help="one process, logger, job or address: `worker`, `health`")
]
LimitOption = Annotated[int, typer.Option(min=1, max=MOST, help="at most so many, the newest")]
SinceOption = Annotated[
    str | None, typer.Option(help="not older than: `30s`, `15m`, `1h`, `2d`, or a time in ISO 8601")
]
CorrelationOption = Annotated[
    str | None, typer.Option(help="one request with all that came of it: its X-Correlation-Id")
]
FollowOption = Annotated[bool, typer.Option("--follow", "-f", help="go on until Ctrl-C")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="one JSON document; with --follow one a line")
]
AnalyzeSince = Annotated[str, typer.Option("--since", help="not older than: `15m`, `1h`, `2d` …")]
AnalyzeJson = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]
Wanted = Callable[[Line], bool]


@commands.callback(epilog=EPILOG)
def show(
    context: typer.Context,
    *,
    name: NameOption = None,
    limit: LimitOption = 100,
    since: SinceOption = None,
    kind: Annotated[Kind | None, typer.Option("--filter", help="one kind of lines")] = None,
    correlation: CorrelationOption = None,
    follow: FollowOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the newest lines, the oldest of them first; with --correlation alone the whole story of
    that id, from log and rows.
    """
    if context.invoked_subcommand is not None:
        return
    if correlation is not None and not (name or kind or since or follow):
        tell_correlation(correlation_id=correlation, as_json=as_json)
    else:
        wanted = _wanted(name=name, kind=kind, correlation=correlation)
        _answer(wanted, limit=limit, since=since, follow=follow, as_json=as_json)


@commands.command("email-service", epilog="Example: openchair logs email-service --since 1h")
def email_service(
    *,
    limit: LimitOption = 100,
    since: SinceOption = None,
    correlation: CorrelationOption = None,
    follow: FollowOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what concerns mail: every try, its end, breakers, bounces."""
    wanted = _wanted(name=None, kind="email", correlation=correlation)
    _answer(wanted, limit=limit, since=since, follow=follow, as_json=as_json)


@commands.command("analyze", epilog="Example: openchair logs analyze --since 1h")
def analyze_lines(*, since: AnalyzeSince = "24h", as_json: AnalyzeJson = False) -> None:
    """Count levels, events, errors and slow requests, by process and by minute; ends with 1 if the
    log has errors of that time.
    """
    folder = load(InstallationSettings).home / "logs"
    if not folder.is_dir():
        err.print(f"There are no logs in {folder} yet. They begin with: openchair up")
        raise typer.Exit(2)
    with reading(shown=not as_json) as hear:
        found = analyze(folder, since=_moment(since), now=utc_now(), hear=hear)
    if as_json:
        print_json(analysis_as_json(found))
    else:
        show_analysis(found)
    raise typer.Exit(int(found.errors.total > 0))


def _wanted(*, name: str | None, kind: str | None, correlation: str | None) -> Wanted:
    def wanted(line: Line) -> bool:
        return (
            (name is None or is_named(line, name))
            and (kind is None or is_kind(line, kind))
            and (correlation is None or line.fields.get("correlation_id") == correlation)
        )

    return wanted


def _answer(wanted: Wanted, *, limit: int, since: str | None, follow: bool, as_json: bool) -> None:
    folder = load(InstallationSettings).home / "logs"
    if not folder.is_dir():
        err.print(f"There are no logs in {folder} yet. They begin with: openchair up")
        raise typer.Exit(2)
    tail = Tail(folder) if follow else None
    first = _moment(since) if since else None
    lines: Iterable[Line] = newest_first(folder)
    if first is not None:
        lines = takewhile(lambda line: line.at >= first, lines)
    found = [*islice(filter(wanted, lines), limit)][::-1]
    if tail is not None:
        _follow(folder, tail, found, wanted, as_json=as_json)
    elif as_json:
        print_json([_as_json(line) for line in found])
    else:
        for line in found:
            out.print(_shown(line), soft_wrap=True)
        if not found:
            err.print("No line fits.", style="dim")


def _follow(folder: Path, tail: Tail, found: list[Line], wanted: Wanted, *, as_json: bool) -> None:
    try:
        while folder.is_dir():
            for line in found:
                if as_json:
                    print(orjson.dumps(_as_json(line), default=str).decode(), flush=True)
                else:
                    out.print(_shown(line), soft_wrap=True)
            time.sleep(POLL_SECONDS)
            found = [line for line in tail.read() if wanted(line)]
    except KeyboardInterrupt:
        return


def _moment(since: str) -> datetime:
    if match := re.fullmatch(r"(\d{1,6})([smhd])", since.strip()):
        return utc_now() - timedelta(**{UNITS[match[2]]: int(match[1])})
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        raise typer.BadParameter(
            "--since is a length such as 15m or 2d, or a time such as 2026-11-22T09:00."
        ) from None
    return moment if moment.tzinfo is not None else moment.astimezone()


def _shown(line: Line) -> Text:
    fields = line.fields
    level = str(fields.get("level", ""))
    text = Text(f"{line.at.astimezone():%Y-%m-%d %H:%M:%S} ", style="dim")
    text.append(f"{line.file:<8} ", style="dim")
    text.append(f"{fields.get('event', '')}", style=LEVELS.get(level, ""))
    for name, value in fields.items():
        if name not in SHOWN_APART and value is not None:
            text.append(f"  {name}=", style="dim").append(str(value))
    if correlation := fields.get("correlation_id"):
        text.append(f"  {correlation}", style="dim")
    if exception := fields.get("exception"):
        text.append(f"\n{exception}", style="dim")
    return text


def _as_json(line: Line) -> dict[str, object]:
    return {"file": line.file, "at": line.at, **line.fields}
