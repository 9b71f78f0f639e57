"""How `logs analyze` and `monitoring analyze-errors` show what they counted."""

from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from openchair.cli.plot import bars
from openchair.cli.work import out, print_table
from openchair.operations.logs.analyze import Analysis
from openchair.operations.logs.errors import ErrorGroup, Errors

MOST_SHOWN = 10


def show_analysis(found: Analysis) -> None:
    """The whole analysis, the sentence first."""
    errors = found.errors.total
    since = f"{found.since:%Y-%m-%d %H:%M} UTC"
    words = f"{found.lines:,} lines since {since}, {errors:,} of them errors."
    out.print(Text(words, style="red" if errors else "green"))
    if not found.is_whole and found.reached is not None:
        out.print(Text(f"  There are more: read back to {found.reached:%H:%M:%S}.", style="yellow"))
    _head("Levels")
    out.print(Text("  " + ", ".join(f"{name} {count:,}" for name, count in found.levels.items())))
    _head("Processes")
    out.print(
        Text("  " + ", ".join(f"{name} {count:,}" for name, count in found.processes.items()))
    )
    _head(f"Lines by {'minute' if found.bin_seconds == 60 else 'hour'}")
    out.print(Text("  " + bars([each.lines for each in found.bins])))
    _head("Events")
    for event, count in found.events:
        out.print(Text(f"  {count:>8,}  {event}"), soft_wrap=True)
    if found.slow:
        _head("Slowest requests")
        for each in found.slow:
            line = Text(f"  {each.milliseconds:>8,.0f} ms  {each.method} {each.path} {each.status}")
            out.print(line.append(f"  {each.correlation_id}", style="dim"), soft_wrap=True)
    if found.errors.groups:
        _head("Errors")
        show_groups(found.errors, limit=MOST_SHOWN)


def show_errors(found: Errors, *, limit: int) -> None:
    """The sentence, then each group with one of it."""
    if not found.total:
        out.print(Text(f"No errors in {found.lines:,} lines.", style="green"))
        return
    new = sum(each.is_new for each in found.groups)
    words = f"{found.total:,} errors of {len(found.groups)} kinds in {found.lines:,} lines"
    words += f", {new} of them new." if found.knows_new else "."
    out.print(Text(words, style="red"))
    if not found.knows_new and found.log_begins:
        begins = f"{found.log_begins:%Y-%m-%d %H:%M}"
        out.print(Text(f"  Which are new is not known: the log begins at {begins}.", style="dim"))
    show_groups(found, limit=limit)
    for each in found.groups[:limit]:
        _show_sample(each)


def show_groups(found: Errors, *, limit: int) -> None:
    """One row a group."""
    table = Table("fingerprint", "count", "first (UTC)", "last", "what", "where", box=None)
    table.header_style = "dim"
    for each in found.groups[:limit]:
        name = Text(each.mark.fingerprint)
        if each.is_new:
            name.append(" new", style="bold yellow")
        table.add_row(
            name,
            f"{each.count:,}",
            f"{each.first:%m-%d %H:%M:%S}",
            f"{each.last:%H:%M:%S}",
            Text(f"{each.mark.kind}: {each.mark.message}"[:100]),
            Text(each.mark.place),
        )
    print_table(table)
    if (left := len(found.groups) - limit) > 0:
        out.print(Text(f"  and {left} more kinds; --limit shows them", style="dim"))


def analysis_as_json(found: Analysis) -> dict[str, Any]:
    """The same as one document."""
    return {**asdict(found), "errors": errors_as_json(found.errors)}


def errors_as_json(found: Errors) -> dict[str, Any]:
    """The same as one document."""
    return {
        **asdict(found),
        "total": found.total,
        "groups": [{**asdict(each.mark), **_plain(each)} for each in found.groups],
    }


def _plain(each: ErrorGroup) -> dict[str, Any]:
    told = {**asdict(each), "processes": sorted(each.processes)}
    del told["mark"]
    return told


def _show_sample(each: ErrorGroup) -> None:
    head = Text(f"\n{each.mark.fingerprint}", style="bold")
    head.append(f"  in {', '.join(sorted(each.processes))}", style="dim")
    if each.correlation_id:
        head.append(f"  openchair explain correlation {each.correlation_id}", style="dim")
    out.print(head, soft_wrap=True)
    out.print(Text(each.sample), soft_wrap=True)


def _head(words: str) -> None:
    out.print(Text(f"\n{words}", style="bold"))
