"""`openchair explain`: what happened to one thing, every attempt, and why."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import typer
from babel.numbers import get_currency_precision
from rich.text import Text

from openchair.cli.explain_shown import message_as_json, show_job, show_message
from openchair.cli.story_shown import tell_correlation
from openchair.cli.webhook_shown import tell_webhook
from openchair.cli.work import on_database, out, print_json
from openchair.operations.diagnostics.explain_booking import Explanation, explain_booking
from openchair.operations.diagnostics.explain_job import JobStory, explain_job
from openchair.operations.diagnostics.explain_message import MessageStory, explain_message
from openchair.platform.db.engine import Database

commands = typer.Typer(help="What happened to one thing, in order.", no_args_is_help=True)


@commands.callback()
def _noun() -> None:
    """What happened to one thing, in order."""


@commands.command(epilog="Example: openchair explain booking 01a201f0-0fc6-7315-8932-13dff2417045")
def booking(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="the booking's id, or the token of its link")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """Tell a booking's whole story: events, audit, mails with every try, and what it takes."""

    async def read(database: Database) -> Explanation:
        async with database.transaction() as session:
            return await explain_booking(session, name=name)

    explanation = on_database(read)
    if as_json:
        print_json(_as_json(explanation))
    else:
        _show(explanation)


@commands.command(epilog="Example: openchair explain message 01a201f0-0fc6-7315-8932-13dff2417045")
def message(
    name: Annotated[UUID, typer.Argument(metavar="ID", help="the message's id")],
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """Tell a message's whole story: every try, why, its cost, and what comes next."""

    async def read(database: Database) -> MessageStory:
        async with database.transaction() as session:
            return await explain_message(session, database=database, message_id=name)

    story = on_database(read)
    if as_json:
        print_json(message_as_json(story))
    else:
        show_message(story)


@commands.command(epilog="Example: openchair explain job 4711")
def job(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, help="the job's number")],
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """Tell a job's whole story: its tries, what was raised, and whether it is held."""

    async def read(database: Database) -> JobStory:
        async with database.transaction() as session:
            return await explain_job(session, job_id=number)

    story = on_database(read)
    if as_json:
        print_json(asdict(story))
    else:
        show_job(story)


@commands.command(epilog="Example: openchair explain webhook webhook_123")
def webhook(
    name: Annotated[
        str, typer.Argument(metavar="ID", help="its id, the service's own, or a `webhook-id`")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """Tell a webhook's whole story, in or out: every try, why, and what comes next."""
    tell_webhook(name=name, as_json=as_json)


@commands.command(epilog="Example: openchair explain correlation 01a201f00fc671589321")
def correlation(
    name: Annotated[str, typer.Argument(metavar="ID", help="the value of X-Correlation-Id")],
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """Tell all that one request set in motion, from log and rows; ends with 1 if it is nothing."""
    tell_correlation(correlation_id=name, as_json=as_json)


def _show(explanation: Explanation) -> None:
    found = explanation.booking
    zone = ZoneInfo(found.time_zone)
    out.print(Text(f"Booking {found.id}", style="bold") + Text(f"  {found.status}"))
    when = f"{found.start:%a %d %b %Y %H:%M}-{found.end:%H:%M}"
    out.print(Text(f"  {when} {found.time_zone}, /{found.salon_slug}"))
    for each in found.appointments:
        name = each.service_name.get("en") or next(iter(each.service_name.values()), "")
        price = _money(each.price_minor, found.currency)
        out.print(Text(f"  {each.start:%H:%M}  {name}, {each.staff_name}, {price}"))
    reached = ", ".join(filter(None, (found.customer_email, found.customer_phone)))
    out.print(Text(f"  {found.customer_name} ({reached}), {found.language}, by {found.source}"))
    out.print(Text("\nIt takes", style="bold"))
    for taken in explanation.taken:
        times = f"{taken.start.astimezone(zone):%H:%M}-{taken.end.astimezone(zone):%H:%M}"
        out.print(Text(f"  {times}  {taken.kind} {taken.name} {taken.state}"))
    if not explanation.taken:
        out.print("  nothing: its time is free for others")
    out.print(Text(f"\nWhat happened ({found.time_zone})", style="bold"))
    correlation_id = None
    for happening in explanation.happenings:
        if happening.correlation_id != correlation_id:
            correlation_id = happening.correlation_id
            out.print(Text(f"  correlation {correlation_id}", style="dim"), soft_wrap=True)
        line = Text(f"  {happening.at.astimezone(zone):%Y-%m-%d %H:%M:%S}  ")
        line.append(f"{happening.source:<6} ", style="dim").append(happening.what)
        out.print(line, soft_wrap=True)


def _money(minor: int, currency: str) -> str:
    digits = get_currency_precision(currency)
    return f"{minor / 10**digits:.{digits}f} {currency}"


def _as_json(explanation: Explanation) -> dict[str, object]:
    booking = asdict(explanation.booking)
    del booking["manage_token"]
    return {
        "booking": booking,
        "takes": [asdict(each) for each in explanation.taken],
        "happenings": [asdict(each) for each in explanation.happenings],
    }
