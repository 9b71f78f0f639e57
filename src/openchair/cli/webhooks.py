"""`openchair webhooks`: what other services told us, and (endpoints) whom a salon tells."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from openchair.cli import webhook_endpoints
from openchair.cli.agree import agreed
from openchair.cli.webhook_shown import tell_webhook, webhooks_table
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.operations.webhooks.inbox import replay as _replay
from openchair.platform.db.engine import Database
from openchair.webhooks.queries import MOST, StoredWebhook, get_webhook, list_webhooks
from openchair.webhooks.replay import Replayed

commands = typer.Typer(help="Webhooks, in and out.", no_args_is_help=True)
commands.add_typer(
    webhook_endpoints.commands,
    name="endpoints",
    epilog="Example: openchair webhooks endpoints list --salon schnittwerk",
)

NameArgument = Annotated[
    str, typer.Argument(metavar="ID", help="our id, or the one the service gave it")
]
DONE = ("processed", "ignored")
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@commands.command("list", epilog="Example: openchair webhooks list --status failed --limit 20")
def list_(
    status: Annotated[
        str | None, typer.Option(help="received, processing, processed, ignored or failed")
    ] = None,
    source: Annotated[str | None, typer.Option(help="email, twilio, vonage")] = None,
    before: Annotated[
        UUID | None, typer.Option(help="the page behind this one: the last id of it")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="at most so many")] = 50,
    as_json: JsonOption = False,
) -> None:
    """What other services told us, the newest first."""

    async def read(database: Database) -> list[StoredWebhook]:
        async with database.transaction() as session:
            return await list_webhooks(
                session, status=status, source=source, before=before, limit=limit
            )

    found = on_database(read)
    if as_json:
        print_json([asdict(each) for each in found])
        return
    if not found:
        out.print("No webhooks.")
        return
    print_table(webhooks_table(found))
    if len(found) == limit:
        err.print(f"More: --before {found[-1].id}", style="dim")


@commands.command(epilog="Example: openchair webhooks show webhook_123")
def show(name: NameArgument, as_json: JsonOption = False) -> None:
    """One webhook with its payload, every try, and what comes next."""
    tell_webhook(name=name, as_json=as_json)


@commands.command(epilog="Example: openchair webhooks replay webhook_123 --yes")
def replay(
    name: NameArgument,
    force: Annotated[
        bool, typer.Option("--force", help="also when it was processed or ignored")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")] = False,
    as_json: JsonOption = False,
) -> None:
    """Handle a stored webhook again. It is written to the audit log."""

    async def read(database: Database) -> StoredWebhook:
        async with database.transaction() as session:
            return await get_webhook(session, name=name)

    async def do(database: Database) -> Replayed:
        async with database.transaction() as session:
            return await _replay(session, name=name, force=force, by=SYSTEM)

    found = on_database(read)
    changes = found.status == "failed" or (force and found.status in DONE)
    stays = "stays as it is unless you add --force" if found.status in DONE else "waits already"
    then = "would be handled again" if changes else stays
    err.print(f"{found.event_type} of {found.source}, {found.status}, {then}.", markup=False)
    if changes and not agreed("Handle it again?", yes=yes):
        err.print("Nothing was changed.")
        return
    done = on_database(do)
    if as_json:
        print_json({**asdict(done), "status": done.status})
    elif done.queued:
        out.print("It is handled again in a moment.")
    else:
        out.print(f"It is {done.before}; nothing was changed.")
