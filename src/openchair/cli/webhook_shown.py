"""How webhooks, endpoints and their stories are shown at the terminal."""

from dataclasses import asdict
from datetime import datetime

import orjson
from rich.table import Table
from rich.text import Text

from openchair.cli.work import on_database, out, print_json
from openchair.operations.diagnostics.explain_webhook import (
    IncomingStory,
    OutgoingStory,
    explain_webhook,
)
from openchair.platform.db.engine import Database
from openchair.webhooks.outgoing.queries import Attempt, Endpoint
from openchair.webhooks.queries import StoredWebhook

MOST_SHOWN = 2000


def tell_webhook(*, name: str, as_json: bool) -> None:
    """Read everything known about one webhook and print it; raises `NotFound`. `explain webhook`
    and `webhooks show` are this.
    """

    async def read(database: Database) -> IncomingStory | OutgoingStory:
        async with database.transaction() as session:
            return await explain_webhook(session, name=name)

    story = on_database(read)
    if as_json:
        print_json(asdict(story))
    else:
        show_story(story)


def show_story(story: IncomingStory | OutgoingStory) -> None:
    """Every try, why, and what comes next."""
    if isinstance(story, IncomingStory):
        _show_incoming(story.webhook)
    else:
        _show_outgoing(story)
    out.print(Text("\nWhat comes next", style="bold"))
    for sentence in story.next:
        out.print(Text(f"  {sentence}"), soft_wrap=True)


def webhooks_table(found: list[StoredWebhook]) -> Table:
    """Stored webhooks, one a line."""
    table = Table("id", "came", "source", "event", "status", "tries", "again", box=None)
    table.header_style = "dim"
    for each in found:
        table.add_row(
            str(each.id),
            _time(each.created_at),
            each.source,
            Text(each.event_type),
            each.status,
            str(each.retry_count),
            str(each.duplicates or ""),
        )
    return table


def endpoints_table(found: list[Endpoint]) -> Table:
    """Endpoints of a salon, one a line."""
    table = Table("id", "state", "address", "events", "description", box=None)
    table.header_style = "dim"
    for each in found:
        failing = f"failing since {_time(each.failing_since)}" if each.failing_since else "on"
        table.add_row(
            str(each.id),
            failing if each.enabled else f"off: {each.disabled_reason}",
            Text(each.url),
            ", ".join(each.event_types) or "all",
            Text(each.description),
        )
    return table


def _show_incoming(webhook: StoredWebhook) -> None:
    title = Text(f"Webhook {webhook.id} from {webhook.source}", style="bold")
    out.print(title.append(f"  {webhook.status}"))
    _facts(
        ("its own id", webhook.provider_event_id),
        ("event", webhook.event_type),
        ("came", f"{_time(webhook.created_at)} UTC"),
        ("came again", f"{webhook.duplicates} time(s)" if webhook.duplicates else ""),
        ("failures", f"{webhook.retry_count}" if webhook.retry_count else ""),
        ("words", webhook.error_message or ""),
        ("done", f"{_time(webhook.processed_at)} UTC" if webhook.processed_at else ""),
        ("payload", _json(webhook.payload)),
        ("correlation", webhook.correlation_id or ""),
    )


def _show_outgoing(story: OutgoingStory) -> None:
    message = story.message
    out.print(
        Text(f"Webhook {message.id} to {story.endpoint.url}", style="bold").append(
            f"  {message.status}"
        ),
        soft_wrap=True,
    )
    _facts(
        ("webhook-id", f"msg_{message.id.hex}"),
        ("event", f"{message.event_type} ({message.event_id})"),
        ("queued", f"{_time(message.created_at)} UTC"),
        ("words", message.last_error or ""),
        ("endpoint", str(message.endpoint_id)),
        ("breaker", "open: the endpoint is left alone for a while" if story.breaker else ""),
        ("payload", _json(message.payload)),
        ("correlation", message.correlation_id or ""),
    )
    out.print(Text("\nTries (UTC)", style="bold"))
    for each in story.attempts:
        _show_attempt(each)
    if not story.attempts:
        out.print("  none yet")
    for call in story.calls:
        trace = f"  trace {call.trace_id or 'none'}, {call.duration_ms} ms, {call.host}"
        out.print(Text(trace, style="dim"), soft_wrap=True)


def _show_attempt(each: Attempt) -> None:
    came = f"answered {each.status_code}" if each.status_code else (each.error or "no answer")
    line = Text(f"  {_time(each.started_at)}  {each.number:>2}. ").append(came, style="bold")
    out.print(line.append(f" after {each.duration_ms} ms", style="dim"), soft_wrap=True)
    if each.answer:
        out.print(Text(f"        {' '.join(each.answer.split())}"), soft_wrap=True)


def _facts(*facts: tuple[str, str]) -> None:
    for name, value in facts:
        if value:
            out.print(Text(f"  {name:<12}", style="dim").append(value), soft_wrap=True)


def _json(payload: dict[str, object]) -> str:
    return orjson.dumps(payload, default=str).decode()[:MOST_SHOWN]


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
