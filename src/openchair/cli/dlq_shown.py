"""How `openchair dlq` shows letters, causes and redrives at the terminal; changes nothing."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from openchair.cli.work import out, print_table
from openchair.notifications.dead_letters.let_out import Redriven
from openchair.notifications.dead_letters.purge import PurgePlan
from openchair.notifications.dead_letters.queries import Cause, Letter, Redrive
from openchair.notifications.dead_letters.redrive import WHY_NOT
from openchair.operations.messages.redrive_next import what_next

WORDS = 80
IN_REDRIVE = "A redrive that is under way has it."


def show_causes(causes: list[Cause]) -> None:
    """One line a cause and channel, with the provider's latest words below."""
    table = Table("cause", "channel", "letters", "can go", "too late", "first", "last", box=None)
    table.header_style = "dim"
    for each in causes:
        table.add_row(
            Text(each.failure_type, style="bold"),
            each.channel,
            str(each.count),
            str(each.sendable),
            str(each.too_late),
            _minute(each.first_at),
            _minute(each.last_at),
        )
    print_table(table)
    for each in causes:
        if each.sample:
            line = Text(f"  {each.failure_type} ({each.channel}): ", style="dim")
            out.print(line.append(each.sample[:300]), soft_wrap=True)


def show_letters(letters: list[Letter]) -> None:
    """One line a letter."""
    table = Table("id", "salon", "to", "cause", "times", "state", "since", "words", box=None)
    table.header_style = "dim"
    for each in letters:
        table.add_row(
            str(each.id),
            each.salon_slug,
            Text(each.recipient),
            each.failure_type,
            str(each.failure_count),
            "too late" if each.too_late else each.status,
            _minute(each.created_at),
            Text((each.error_message or "")[:WORDS]),
        )
    print_table(table)


def show_letter(letter: Letter) -> None:
    """Everything about one, and what can be done next."""
    title = Text(f"Dead letter {letter.id}", style="bold").append(f"  {letter.status}")
    out.print(title)
    times = "once" if letter.failure_count == 1 else f"{letter.failure_count} times"
    for name, value in (
        ("message", f"{letter.kind} by {letter.channel} to {letter.recipient}"),
        ("salon", f"/{letter.salon_slug}"),
        ("cause", letter.failure_type),
        ("words", letter.error_message or "none"),
        ("failed", f"{times}, first {_second(letter.created_at)}"),
        ("last", _second(letter.last_failed_at)),
        ("now", f"the message is {letter.message_status or 'gone'}"),
        (
            "closed",
            f"{letter.closed_reason} {_second(letter.closed_at)}" if letter.closed_at else "",
        ),
        ("correlation", letter.correlation_id or ""),
    ):
        if value:
            out.print(Text(f"  {name:<12}", style="dim").append(value), soft_wrap=True)
    if letter.too_late:
        out.print(Text(f"  {WHY_NOT['too_late']}"), soft_wrap=True)
    elif letter.status == "waiting":
        out.print(f"  Send it again: openchair dlq redrive --one {letter.id}", soft_wrap=True)
    if letter.notification_id:
        out.print(
            f"  Every try: openchair explain message {letter.notification_id}", soft_wrap=True
        )


def show_skipped(outcome: Redriven) -> None:
    """How many go, and why the others do not."""
    if not outcome.requested:
        out.print("There is nothing to send again.")
    for reason, count in outcome.reasons.items():
        why = WHY_NOT.get(reason, IN_REDRIVE)
        out.print(Text(f"{count} not sent again. {why}", style="yellow"), soft_wrap=True)


def show_redrive(redrive: Redrive) -> None:
    """Where a redrive stands, in one line, and why it stopped."""
    style = {"stopped": "yellow", "done": "green"}.get(redrive.state, "bold")
    line = Text(f"Redrive {redrive.state}", style=style)
    line.append(
        f": {redrive.sent} sent, {redrive.failed} failed again,"
        f" {redrive.ended_otherwise} no longer wanted, of {redrive.total}."
    )
    out.print(line)
    if redrive.stopped_reason:
        out.print(Text(f"  {redrive.stopped_reason}"), soft_wrap=True)
    if redrive.state != "done" or redrive.failed:
        for sentence in what_next(redrive):
            out.print(Text(f"  {sentence}"), soft_wrap=True)


def show_purge(plan: PurgePlan) -> None:
    """What would go."""
    if not plan.count:
        out.print("There is nothing that may be removed.")
        return
    out.print(f"{plan.invalid} with an address that can never work, older than 7 days.")
    out.print(f"{plan.closed} closed for more than 30 days.")
    out.print("For example:", style="dim")
    show_letters(list(plan.sample))


def as_told(redrive: Redrive) -> dict[str, Any]:
    """A redrive as JSON."""
    return {**asdict(redrive), "next": what_next(redrive)}


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _second(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
