"""How `openchair monitoring` shows what was found at the terminal."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from openchair.cli.work import err, out, print_table
from openchair.operations.diagnostics.anomalies import Anomaly
from openchair.operations.diagnostics.bottlenecks import Cause
from openchair.operations.diagnostics.floods import Floods
from openchair.operations.diagnostics.memory_trend import FEWEST_POINTS, Growth
from openchair.operations.diagnostics.memory_use import ProcessMemory
from openchair.operations.diagnostics.overview import Overview
from openchair.operations.diagnostics.sentence import Sentence
from openchair.operations.diagnostics.verify import Check
from openchair.operations.metrics.baseline import Comparison
from openchair.platform.probes import Reading, State

MARKS = {State.HEALTHY: ("✓", "green"), State.WARNING: ("!", "yellow"), State.ERROR: ("✗", "red")}
MEGABYTE = 1_000_000
MOST_ALERTS = 10
HEAVY = 5.0
"""Seconds lost a minute from which on a cause is worth an exit code."""


def is_watched() -> bool:
    """Whether somebody sits at the terminal."""
    return sys.stdout.isatty()


def sentence_of(sentence: Sentence) -> Text:
    """The sentence with its mark, and what goes with it."""
    mark, style = MARKS[sentence.state]
    text = Text(f"{mark} {sentence.words.rstrip('.')}.", style=f"bold {style}")
    if sentence.since is not None:
        text.append(f" Since {sentence.since:%Y-%m-%d %H:%M} UTC.", style=style)
    if sentence.others:
        text.append(f" And {sentence.others} more.", style=style)
    if sentence.waiting:
        text.append(f" {sentence.waiting} messages are due.")
    if sentence.safe and sentence.state is not State.HEALTHY:
        text.append(f" {sentence.safe}")
    return text


def show_overview(found: Overview) -> None:
    """One screen."""
    out.print(sentence_of(found.sentence), soft_wrap=True)
    if found.sentence.advice:
        out.print(Text(f"  {found.sentence.advice}"), soft_wrap=True)
    if found.told.missing:
        err.print(Text(f"  Alerts and incidents: {found.told.missing}", style="yellow"))
    print_table(readings_table(found.readings))
    firing = [each for each in found.told.alerts if each.is_firing]
    for each in firing[:MOST_ALERTS]:
        line = Text("  ").append(f"{each.severity:<9}", style="red").append(f"{each.name}  ")
        since = f"since {each.fired_at or each.started_at:%m-%d %H:%M}"
        out.print(line.append(each.title).append(f"  {since}", style="dim"), soft_wrap=True)
    if not firing and not found.told.missing:
        out.print(Text("  No alert fires.", style="dim"))
    for incident in found.told.incidents[:MOST_ALERTS]:
        out.print(Text(f"  {incident.name}: {incident.title} ({incident.phase})"), soft_wrap=True)


def readings_table(readings: Mapping[str, Reading]) -> Table:
    """A row a part, the worst first."""
    table = Table(box=None, pad_edge=False, show_header=False)
    order = [*State][::-1]
    for each in sorted(readings.values(), key=lambda one: (order.index(one.state), one.name)):
        mark, style = MARKS[each.state]
        table.add_row(
            Text(f"  {mark}", style=style),
            each.name,
            Text(f"{each.response_time_ms:,.0f} ms", style="dim", justify="right"),
            Text(each.message),
        )
    return table


def overview_as_json(found: Overview) -> dict[str, Any]:
    """The same as one document."""
    return {
        "at": found.at,
        "ok": found.is_well,
        "state": found.sentence.state.value,
        "sentence": sentence_of(found.sentence).plain,
        "checks": {name: asdict(each) for name, each in sorted(found.readings.items())},
        "alerts": [asdict(each) for each in found.told.alerts if each.is_firing],
        "incidents": [asdict(each) for each in found.told.incidents],
        "missing": found.told.missing,
    }


def show_anomalies(found: Sequence[Anomaly], *, missing: str | None) -> None:
    """A line each with what to do, or that there is none."""
    if missing:
        err.print(Text(f"From the log only. {missing}", style="yellow"), soft_wrap=True)
    if not found:
        out.print(Text("Nothing is unlike before in the last 15 minutes.", style="green"))
        return
    out.print(Text(f"{len(found)} things are not as usual in the last 15 minutes.", style="bold"))
    for each in found:
        style = "red" if each.weight == "error" else "yellow"
        line = Text(f"  {each.kind:<11}", style=style).append(each.words, style="default")
        out.print(line, soft_wrap=True)
        out.print(Text(f"             {each.next_step}", style="dim"), soft_wrap=True)


def show_checks(checks: Sequence[Check]) -> None:
    """What failed first."""
    failed = [each for each in checks if not each.ok]
    words = f"{len(failed)} of {len(checks)} checks failed." if failed else "All is well."
    out.print(Text(words, style="bold red" if failed else "bold green"))
    for each in sorted(checks, key=lambda one: one.ok):
        mark, style = ("✓", "green") if each.ok else ("✗", "red")
        line = Text(f"  {mark} ", style=style).append(f"{each.name:<24}", style="default")
        out.print(line.append(each.words, style="default"), soft_wrap=True)


def show_comparisons(found: Sequence[Comparison]) -> None:
    """A row a measure."""
    unusual = [each.measure for each in found if each.unusual]
    known = any(each.usual for each in found)
    words = "As usual." if known else "There is no past of this hour to compare with yet."
    if unusual:
        words = f"Unusual: {', '.join(unusual)}."
    out.print(Text(words, style="bold yellow" if unusual or not known else "bold green"))
    table = Table(
        "measure", "now", "usual", "difference", "significance", "a week ago", "days", box=None
    )
    table.header_style = "dim"
    for each in found:
        usual = each.usual
        table.add_row(
            Text(each.measure, style="yellow" if each.unusual else ""),
            _number(each.now, each.unit),
            _number(usual.median, each.unit) if usual else "–",
            "–" if each.difference_percent is None else f"{each.difference_percent:+.0f} %",
            "–" if each.significance is None else f"{each.significance:+.1f} spreads",
            _number(usual.last_week, each.unit) if usual else "–",
            str(usual.hours) if usual else "0",
        )
    print_table(table)


def show_memory(found: Sequence[ProcessMemory], *, available: int, total: int) -> None:
    """A row a process, the largest first."""
    if not found:
        out.print("No process of the house runs on this machine. Start it with: openchair up")
        return
    together = sum(each.resident for each in found)
    words = f"{_mb(together)} in {sum(each.processes for each in found)} processes;"
    words += f" {_mb(available)} of {_mb(total)} are available on this machine."
    out.print(Text(words, style="bold"))
    table = Table("process", "pid", "in RAM", "its own", "swapped", "threads", "up", box=None)
    table.header_style = "dim"
    for each in found:
        name = f"{each.name} ({each.processes})" if each.processes > 1 else each.name
        table.add_row(
            name,
            str(each.pid),
            _mb(each.resident),
            "–" if each.own is None else _mb(each.own),
            _mb(each.swapped),
            str(each.threads),
            f"{each.running_seconds / 3600:.1f} h",
        )
    print_table(table)


def show_growth(found: Sequence[Growth]) -> None:
    """A row a process with the verdict."""
    grows = [f"{each.process} {each.instance}" for each in found if each.verdict == "grows"]
    if not found:
        out.print("No process has written figures in this time. Start them with: openchair up")
        return
    words = f"Growing: {', '.join(grows)}." if grows else "No process surely grows."
    out.print(Text(words, style="bold red" if grows else "bold green"))
    table = Table("process", "instance", "now", "an hour", "grown", "sure", "verdict", box=None)
    table.header_style = "dim"
    for each in found:
        verdict = each.verdict
        if verdict == "too few points":
            words = f"{each.points} of {FEWEST_POINTS} minutes after its first ten: not known yet"
            table.add_row(each.process, each.instance, _mb(each.bytes_now), "–", "–", "–", words)
            continue
        table.add_row(
            each.process,
            each.instance,
            _mb(each.bytes_now),
            f"{(each.slope or 0) / MEGABYTE:+.1f} MB",
            f"{each.grown_percent or 0:+.1f} %",
            f"{(each.confidence or 0) * 100:.0f} %",
            Text(verdict, style="red" if verdict == "grows" else ""),
        )
    print_table(table)


def show_causes(found: Sequence[Cause]) -> None:
    """Ranked, each with its next step."""
    heavy = [each for each in found if each.weight >= HEAVY]
    if not found:
        out.print(Text("Nothing took time that we know of.", style="green"))
        return
    words = f"{len(heavy)} causes cost {HEAVY:g} s a minute or more." if heavy else "None is heavy."
    out.print(Text(words, style="bold yellow" if heavy else "bold green"))
    for place, each in enumerate(found, 1):
        line = Text(f"{place:>3}. ", style="dim")
        line.append(f"{each.weight:>7.2f} s/min  ", style="bold" if each.weight >= HEAVY else "")
        line.append(f"{each.kind:<11}", style="cyan").append(f"{each.name}  ")
        out.print(line.append(each.words, style="dim"), soft_wrap=True)
        out.print(Text(f"                     → {each.next_step}", style="dim"), soft_wrap=True)


def show_floods(found: Floods) -> None:
    """The busiest with what is usual, and the command against a flood."""
    floods = found.floods
    rate = found.requests / found.minutes
    words = f"{rate:,.0f} requests a minute in the last {found.minutes:g} minutes."
    words += f" {len(floods)} floods." if floods else " No flood."
    out.print(Text(words, style="bold red" if floods else "bold green"))
    if not found.baseline_minutes:
        out.print(Text("  The log has nothing before that to compare with.", style="dim"))
    table = Table("by", "name", "a minute", "usually", "refused", "", box=None)
    table.header_style = "dim"
    for each in found.spikes:
        table.add_row(
            each.by,
            Text(each.name),
            f"{each.now:,.1f}",
            f"{each.usual:,.1f}",
            str(each.refused),
            Text("flood" if each.is_flood else "", style="red"),
        )
    print_table(table)
    for each in floods:
        if each.by == "address":
            command = f"openchair security block-ip {each.name} --reason flood"
            out.print(Text(f"  → {command}", style="dim"), soft_wrap=True)


def show_flood_line(found: Floods) -> None:
    """One look of `ddos-monitoring`."""
    line = Text(f"{found.at:%H:%M:%S}  {found.requests / found.minutes:>8,.0f}/min")
    for by in ("address", "path"):
        top = next((each for each in found.spikes if each.by == by), None)
        if top is not None:
            line.append(f"  {by} {top.name} {top.now:,.0f}", style="red" if top.is_flood else "dim")
    everything = next(each for each in found.spikes if each.by == "all")
    line.append(f"  refused {everything.refused}", style="dim")
    out.print(line, soft_wrap=True)


def _number(value: float | None, unit: str) -> str:
    return "–" if value is None else f"{value:.4g} {unit}"


def _mb(size: float) -> str:
    return f"{size / MEGABYTE:,.0f} MB"
