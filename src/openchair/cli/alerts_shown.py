"""How `openchair alerts` shows what it found."""

from collections.abc import Sequence
from datetime import datetime

from rich.table import Table
from rich.text import Text

from openchair.cli.work import out, print_table
from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.explain import Explanation
from openchair.operations.alerts.notice import Attempt
from openchair.operations.alerts.queries import AttemptView
from openchair.operations.alerts.silence import Silence

STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "dim"}
WORDS = 100


def show_alerts(alerts: Sequence[Alert], *, now: datetime) -> None:
    """One line an alert, its summary below the name."""
    table = Table("severity", "alert", "since (UTC)", "state", "what", box=None)
    table.header_style = "dim"
    for each in alerts:
        table.add_row(
            Text(each.severity, style=STYLES[each.severity]),
            Text(each.name, style="bold"),
            _minute(each.fired_at or each.started_at),
            _state(each, now),
            Text(each.summary[:WORDS]),
        )
    print_table(table)


def show_attempts(attempts: Sequence[Attempt | AttemptView]) -> None:
    """One line an attempt."""
    if not attempts:
        out.print("No address is set for any channel.")
        return
    table = Table("channel", "to", "outcome", "ms", "words", box=None)
    table.header_style = "dim"
    for each in attempts:
        instead = f" instead of {each.instead_of}" if each.instead_of else ""
        table.add_row(
            f"{each.channel}{instead}",
            Text(each.target),
            Text(each.outcome, style="green" if each.outcome == "sent" else "red"),
            str(each.duration_ms),
            Text((each.error or "")[:WORDS]),
        )
    print_table(table)


def show_silences(silences: Sequence[Silence], *, now: datetime) -> None:
    """One line a silence."""
    table = Table("id", "silences", "until (UTC)", "by", "reason", box=None)
    table.header_style = "dim"
    for each in silences:
        meant = [part for part in (each.name, each.component, each.severity) if part]
        until = _minute(each.ended_at or each.ends_at)
        table.add_row(
            str(each.id),
            Text(", ".join(meant)),
            until if each.is_active(now) else f"{until}, over",
            Text(each.created_by),
            Text(each.reason),
        )
    print_table(table)


def show_explanation(found: Explanation) -> None:
    """Who is told, who not, and why."""
    rule = found.rule
    title = Text(rule.name, style="bold").append(f"  {rule.severity}", STYLES[rule.severity])
    title.append(f"  at {_minute(found.at)} UTC", style="dim")
    out.print(title)
    for name, value in (
        ("means", rule.meaning),
        ("condition", rule.condition or "raised by events"),
        ("do", rule.advice),
        ("fires", _fires(found)),
        ("therefore", found.why),
    ):
        if value:
            out.print(Text(f"  {name:<10}", style="dim").append(value), soft_wrap=True)
    for channel in found.channels:
        mark = Text("  told  ", style="green") if channel.is_told else Text("  not   ", style="dim")
        to = f" ({', '.join(channel.targets)})" if channel.targets else ""
        out.print(mark.append(f"{channel.channel:<8}{channel.why}{to}"), soft_wrap=True)
    if found.attempts:
        out.print("What was tried:", style="dim")
        show_attempts(found.attempts)


def _fires(found: Explanation) -> str:
    if found.alert is None:
        return "no; what follows would hold if it did"
    return f"since {_minute(found.alert.fired_at or found.alert.started_at)} UTC"


def _state(alert: Alert, now: datetime) -> Text:
    if alert.status == "resolved":
        return Text(f"ended {_minute(alert.resolved_at or alert.seen_at)}", style="dim")
    if alert.is_acknowledged(now):
        return Text(f"taken on by {alert.acknowledged_by}", style="green")
    return Text(f"held: {alert.held_by}" if alert.held_by else alert.status)


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
