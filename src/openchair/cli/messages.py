"""`openchair messages`: what was to be sent, and what a person decides about one message."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from openchair.cli.agree import agreed
from openchair.cli.explain_shown import message_as_json, show_message
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.notifications.queries import STATES, Message, list_messages
from openchair.operations.diagnostics.explain_message import explain_message
from openchair.operations.messages.decide import Decision, decide, require_open
from openchair.platform.db.engine import Database
from openchair.platform.errors import Invalid
from openchair.salons.queries import get_salon

commands = typer.Typer(help="Mails and SMS to clients.", no_args_is_help=True)

PAGE = 50
MOST_LISTED = 1000
AskedWords = {
    "arrived": "Call it sent?",
    "send_again": "Send it again? If it did arrive, the client gets it twice.",
    "withdraw": "Not send it?",
}
IdArgument = Annotated[UUID, typer.Argument(metavar="ID", help="the message's id")]
ReasonOption = Annotated[str, typer.Option(help="why, for the audit log")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")]
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@commands.command("list", epilog="Example: openchair messages list --state doubtful --state failed")
def list_(
    *,
    state: Annotated[
        list[str] | None, typer.Option(help=f"in this state; repeat it: {', '.join(STATES)}")
    ] = None,
    salon: Annotated[str | None, typer.Option(help="one salon's, by its address")] = None,
    channel: Annotated[Literal["email", "sms"] | None, typer.Option(help="one channel")] = None,
    kind: Annotated[str | None, typer.Option(help="one kind, e.g. booking.reminder")] = None,
    recipient: Annotated[str, typer.Option(help="how the address or number begins")] = "",
    limit: Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="at most so many")] = PAGE,
    after: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="the next page: what this page ended with")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Messages, the youngest first, a page at a time."""
    for each in state or ():
        if each not in STATES:
            raise Invalid(f"There is no state {each}. The states are {', '.join(STATES)}.")
    begins_after = _read_cursor(after) if after else None

    async def read(database: Database) -> list[Message]:
        found: list[Message] = []
        async with database.transaction() as session:
            salon_id = (await get_salon(session, slug=salon)).id if salon else None
            while len(found) < limit and (
                page := await list_messages(
                    session,
                    salon_id=salon_id,
                    states=state or (),
                    channel=channel,
                    kind=kind,
                    recipient=recipient,
                    limit=limit - len(found),
                    after=(found[-1].created_at, found[-1].id) if found else begins_after,
                )
            ):
                found += page
        return found

    found = on_database(read)
    following = _cursor(found[-1]) if len(found) == limit else None
    if as_json:
        print_json({"messages": [asdict(each) for each in found], "next": following})
    elif not found:
        out.print("There is no such message.")
    else:
        _show(found)
        if following:
            err.print(f"More: --after {following}", style="dim", soft_wrap=True)


@commands.command(epilog="Example: openchair messages show 01a201f0-0fc6-7315-8932-13dff2417045")
def show(message: IdArgument, as_json: JsonOption = False) -> None:
    """One message with every try; the same as `openchair explain message`."""

    async def read(database: Database) -> None:
        async with database.transaction() as session:
            explanation = await explain_message(session, database=database, message_id=message)
        if as_json:
            print_json(message_as_json(explanation))
        else:
            show_message(explanation)

    on_database(read)


@commands.command(
    epilog="Example: openchair messages settle 01a201f0-0fc6-7315-8932-13dff2417045 --arrived"
    " --reason 'the client says so'"
)
def settle(
    message: IdArgument,
    reason: ReasonOption,
    *,
    arrived: Annotated[bool, typer.Option("--arrived", help="the provider has it: sent")] = False,
    send_again: Annotated[
        bool, typer.Option("--send-again", help="the provider does not have it: send it")
    ] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Decide about a doubtful message, after asking whoever can know."""
    if arrived == send_again:
        raise typer.BadParameter("Please say --arrived or --send-again.")
    decision: Decision = "arrived" if arrived else "send_again"
    _decide(message, decision=decision, reason=reason, yes=yes, as_json=as_json)


@commands.command(
    epilog="Example: openchair messages withdraw 01a201f0-0fc6-7315-8932-13dff2417045 --reason"
    " 'written by mistake'"
)
def withdraw(
    message: IdArgument,
    reason: ReasonOption,
    *,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Do not send a message that still waits."""
    _decide(message, decision="withdraw", reason=reason, yes=yes, as_json=as_json)


def _decide(message_id: UUID, *, decision: Decision, reason: str, yes: bool, as_json: bool) -> None:
    async def plan(database: Database) -> None:
        async with database.transaction() as session:
            explanation = await explain_message(session, database=database, message_id=message_id)
        if not as_json:
            show_message(explanation)
        require_open(message=explanation.message, decision=decision)

    async def do(database: Database) -> Message:
        async with database.transaction() as session:
            return await decide(
                session, message_id=message_id, decision=decision, reason=reason, by=SYSTEM
            )

    on_database(plan)
    if not agreed(AskedWords[decision], yes=yes):
        err.print("Nothing was changed.")
        return
    after = on_database(do)
    if as_json:
        print_json(asdict(after))
    else:
        out.print(f"Done: the message is {after.status}.")


def _show(found: list[Message]) -> None:
    table = Table("id", "written", "kind", "by", "to", "state", "words", box=None)
    table.header_style = "dim"
    for each in found:
        table.add_row(
            str(each.id),
            f"{each.created_at:%Y-%m-%d %H:%M}",
            each.kind,
            each.channel,
            Text(each.recipient),
            each.status,
            Text((each.error_message or "")[:60]),
        )
    print_table(table)


def _cursor(message: Message) -> str:
    return f"{message.created_at.isoformat()}~{message.id}"


def _read_cursor(text: str) -> tuple[datetime, UUID]:
    moment, _, message_id = text.partition("~")
    try:
        return datetime.fromisoformat(moment), UUID(message_id)
    except ValueError:
        raise Invalid("--after takes what the page before ended with.", field="after") from None
