"""How `openchair explain` shows messages and jobs at the terminal and as JSON."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.text import Text

from openchair.cli.work import out
from openchair.notifications.queries import Message, Try
from openchair.operations.diagnostics.explain_job import JobStory
from openchair.operations.diagnostics.explain_message import MessageStory
from openchair.platform.jobs.queries import LogEntry

MICROS = 1_000_000
OUTCOMES = {
    "sent": "accepted",
    "temporary": "put off",
    "permanent": "refused for good",
    "doubtful": "the answer was lost",
    "lease_lost": "the worker died before it left",
    "not_handed_over": "not handed over",
    "found": "found out: it arrived",
    "not_found": "found out: it did not arrive",
    None: "still running",
}


def show_message(story: MessageStory) -> None:
    """A message's whole story."""
    message = story.message
    title = Text(f"Message {message.id}", style="bold").append(f"  {message.status}")
    out.print(title.append("  was doubtful", style="yellow") if message.was_doubtful else title)
    for name, value in _facts(message):
        out.print(Text(f"  {name:<12}", style="dim").append(value), soft_wrap=True)
    out.print(Text("\nTries (UTC)", style="bold"))
    for each in message.tries:
        _show_try(each)
    if not message.tries:
        out.print("  none yet")
    if story.calls:
        out.print(Text("\nCalls of services under its correlation id", style="bold"))
        for call in story.calls:
            answer = str(call.status_code or call.error or "no answer")
            line = f"  {_time(call.at)}  {call.service_name} {call.method} {call.path} → {answer}"
            trace = f"  {call.duration_ms} ms, trace {call.trace_id or 'none'}"
            out.print(Text(line).append(trace, style="dim"), soft_wrap=True)
    if story.letter is not None:
        letter = story.letter
        words = f"{letter.status}, {letter.failure_type}, failed {letter.failure_count} time(s)"
        out.print(Text("\nDead letter ", style="bold").append(f"{letter.id}: {words}"))
    _show_next(story.next)


def show_job(story: JobStory) -> None:
    """A job's whole story."""
    job = story.job
    title = Text(f"Job {job.id}  {job.name}", style="bold").append(f"  {job.status}")
    out.print(title.append("  held", style="yellow") if story.is_held else title)
    for name, value in (
        ("queued", _time(job.created_at)),
        ("runs at", _time(job.run_at) if job.run_at else ""),
        ("attempts", str(job.attempts) if job.attempts is not None else ""),
        ("dedupe key", job.dedupe_key or ""),
        ("payload", str(job.payload) if job.payload is not None else ""),
        ("correlation", job.correlation_id or ""),
    ):
        if value:
            out.print(Text(f"  {name:<12}", style="dim").append(value), soft_wrap=True)
    out.print(Text("\nWhat happened (UTC)", style="bold"))
    for entry in job.log:
        _show_entry(entry)
    if not job.log:
        out.print("  nothing yet")
    _show_next(story.next)


def message_as_json(story: MessageStory) -> dict[str, Any]:
    """The same as one document."""
    return asdict(story)


def _facts(message: Message) -> list[tuple[str, str]]:
    facts = [
        ("kind", f"{message.kind} ({message.category}) in {message.language}"),
        ("to", f"{message.recipient} by {message.channel}"),
        ("about", message.reference),
        ("written", _time(message.created_at)),
        ("words", message.error_message or ""),
        ("provider", " ".join(filter(None, (message.provider, message.provider_reference)))),
        ("delivery", message.delivery_status or ""),
        ("cost", _cost(message)),
        (
            "budget",
            f"{message.budget_units} unit(s) of {message.budget_month:%Y-%m}"
            if message.budget_month
            else "",
        ),
        ("message id", message.message_id),
        ("correlation", message.correlation_id or ""),
    ]
    return [(name, value) for name, value in facts if value]


def _cost(message: Message) -> str:
    segments = f"{message.segments} segment(s)" if message.segments else ""
    if message.cost_micros is None:
        return segments
    money = f"{message.cost_micros / MICROS:.4f} {message.cost_currency}"
    return ", ".join(filter(None, (money, segments)))


def _show_try(each: Try) -> None:
    line = Text(f"  {_time(each.at)}  {each.number:>2}. ")
    line.append(OUTCOMES.get(each.outcome, str(each.outcome)), style="bold")
    if each.provider:
        line.append(f" by {each.provider}")
    if each.finished_at is not None:
        line.append(f" after {(each.finished_at - each.at).total_seconds():.1f} s", style="dim")
    line.append(f"  {each.worker}", style="dim")
    out.print(line, soft_wrap=True)
    code = str(each.status_code or "")
    if code and (each.error_message or "").startswith(code):
        code = ""  # a mail server's words begin with it
    told = [each.failure_type, code, each.error_message]
    if any(told):
        out.print(Text(f"        {' '.join(filter(None, told))}"), soft_wrap=True)


def _show_entry(entry: LogEntry) -> None:
    out.print(Text(f"  {_time(entry.at)}  {entry.status}"))
    if entry.traceback is None:
        return
    kind = entry.traceback.get("exception_type", "")
    said = entry.traceback.get("exception_message", "")
    out.print(Text(f"      {kind}: {said}"), soft_wrap=True)
    for line in str(entry.traceback.get("traceback", "")).strip().splitlines():
        out.print(Text(f"      {line}", style="dim"), soft_wrap=True)


def _show_next(sentences: tuple[str, ...]) -> None:
    out.print(Text("\nWhat comes next", style="bold"))
    for sentence in sentences:
        out.print(Text(f"  {sentence}"), soft_wrap=True)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
