"""`openchair webhooks endpoints`: where a salon's own software is told what happens."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.cli.agree import agreed
from openchair.cli.webhook_shown import endpoints_table
from openchair.cli.work import Result, err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.operations.webhooks import endpoints
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.salons.queries import get_salon
from openchair.webhooks.outgoing.create import Created
from openchair.webhooks.outgoing.delete import plan_delete
from openchair.webhooks.outgoing.queries import (
    Endpoint,
    get_endpoint,
    get_message,
    list_endpoints,
)
from openchair.webhooks.outgoing.rules import EVENT_TYPES

commands = typer.Typer(help="Where a salon's own software is told.", no_args_is_help=True)

IdArgument = Annotated[UUID, typer.Argument(metavar="ID", help="the endpoint's id")]
SalonOption = Annotated[str, typer.Option(help="the salon's address")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")]
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@commands.command(
    "list", epilog="Example: openchair webhooks endpoints list --salon schnittwerk --json"
)
def list_(salon: SalonOption, as_json: JsonOption = False) -> None:
    """The endpoints of a salon; never a secret."""

    async def read(session: AsyncSession) -> list[Endpoint]:
        salon_id = (await get_salon(session, slug=salon)).id
        return await list_endpoints(session, salon_id=salon_id)

    found = _in_transaction(read)
    if as_json:
        print_json([asdict(each) for each in found])
    elif not found:
        out.print("No endpoints. Make one with: openchair webhooks endpoints create")
    else:
        print_table(endpoints_table(found))


@commands.command(
    epilog="Example: openchair webhooks endpoints create --salon schnittwerk"
    " --url https://example.com/hooks --event booking.confirmed"
)
def create(
    salon: SalonOption,
    url: Annotated[str, typer.Option(help="https address that takes the webhooks")],
    description: Annotated[str, typer.Option(help="what the team calls it")] = "",
    event: Annotated[
        list[str] | None, typer.Option(help=f"all, or some of: {', '.join(EVENT_TYPES)}")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """A new endpoint. Its secret is printed now and never again."""

    async def do(session: AsyncSession) -> Created:
        return await endpoints.create(
            session,
            salon_id=(await get_salon(session, slug=salon)).id,
            url=url,
            description=description,
            event_types=event or (),
            by=SYSTEM,
        )

    _show_secret(_in_transaction(do), as_json=as_json)


@commands.command(
    epilog="Example: openchair webhooks endpoints rotate 01a201f0-0fc6-7315-8932-13dff2417045"
)
def rotate(name: IdArgument, yes: YesOption = False, as_json: JsonOption = False) -> None:
    """A new secret, printed now and never again. The one before signs for 24 hours more."""
    _ask("The secret changes; for 24 hours both sign.", "Rotate it?", name, yes=yes)

    async def do(session: AsyncSession) -> Created:
        found = await get_endpoint(session, endpoint_id=name)
        secret = await endpoints.rotate(
            session, salon_id=found.salon_id, endpoint_id=name, by=SYSTEM, now=utc_now()
        )
        return Created(name, secret)

    _show_secret(_in_transaction(do), as_json=as_json)


@commands.command(
    epilog="Example: openchair webhooks endpoints disable 01a201f0-0fc6-7315-8932-13dff2417045"
)
def disable(name: IdArgument, yes: YesOption = False) -> None:
    """Send nothing there any more; what waits is cancelled and can be replayed."""
    _ask("Nothing is sent there; what waits is cancelled.", "Disable it?", name, yes=yes)

    async def do(session: AsyncSession) -> bool:
        found = await get_endpoint(session, endpoint_id=name)
        return await endpoints.disable(
            session, salon_id=found.salon_id, endpoint_id=name, by=SYSTEM
        )

    out.print("Done." if _in_transaction(do) else "It was disabled already; nothing was changed.")


@commands.command(
    epilog="Example: openchair webhooks endpoints enable 01a201f0-0fc6-7315-8932-13dff2417045"
)
def enable(name: IdArgument) -> None:
    """Send there again what happens from now on."""

    async def do(session: AsyncSession) -> bool:
        found = await get_endpoint(session, endpoint_id=name)
        return await endpoints.enable(session, salon_id=found.salon_id, endpoint_id=name, by=SYSTEM)

    out.print("Done." if _in_transaction(do) else "It was enabled already; nothing was changed.")


@commands.command(
    epilog="Example: openchair webhooks endpoints delete 01a201f0-0fc6-7315-8932-13dff2417045"
)
def delete(name: IdArgument, yes: YesOption = False) -> None:
    """Delete an endpoint with its history. The plan is shown first."""

    async def plan(session: AsyncSession) -> str:
        found = await get_endpoint(session, endpoint_id=name)
        going = await plan_delete(session, salon_id=found.salon_id, endpoint_id=name)
        return (
            f"{going.url} goes with {going.messages} message(s), {going.waiting} of them not yet"
            " delivered."
        )

    async def do(session: AsyncSession) -> None:
        found = await get_endpoint(session, endpoint_id=name)
        await endpoints.delete(session, salon_id=found.salon_id, endpoint_id=name, by=SYSTEM)

    err.print(_in_transaction(plan), markup=False)
    if not agreed("Delete it for ever?", yes=yes):
        err.print("Nothing was changed.")
        return
    _in_transaction(do)
    out.print("Deleted.")


@commands.command(
    epilog="Example: openchair webhooks endpoints test 01a201f0-0fc6-7315-8932-13dff2417045"
)
def test(name: IdArgument) -> None:
    """Send a test event; `openchair explain webhook` tells what came of it."""

    async def do(session: AsyncSession) -> UUID:
        found = await get_endpoint(session, endpoint_id=name)
        return await endpoints.send_test(
            session, salon_id=found.salon_id, endpoint_id=name, by=SYSTEM, now=utc_now()
        )

    out.print(f"On its way. See: openchair explain webhook {_in_transaction(do)}", soft_wrap=True)


@commands.command(
    epilog="Example: openchair webhooks endpoints replay 01a201f0-0fc6-7315-8932-13dff2417045"
)
def replay(
    name: Annotated[UUID, typer.Argument(metavar="MESSAGE", help="the message's id")],
    yes: YesOption = False,
) -> None:
    """Send one message again, under the same `webhook-id`."""

    async def plan(session: AsyncSession) -> str:
        found = await get_message(session, message_id=name)
        return f"{found.event_type}, {found.status}, would be sent again."

    async def do(session: AsyncSession) -> None:
        found = await get_message(session, message_id=name)
        await endpoints.replay(session, salon_id=found.salon_id, message_id=name, by=SYSTEM)

    err.print(_in_transaction(plan), markup=False)
    if not agreed("Send it again?", yes=yes):
        err.print("Nothing was changed.")
        return
    _in_transaction(do)
    out.print("It is sent in a moment.")


def _in_transaction(work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    async def run(database: Database) -> Result:
        async with database.transaction() as session:
            return await work(session)

    return on_database(run)


def _ask(plan: str, question: str, endpoint_id: UUID, *, yes: bool) -> None:
    async def read(session: AsyncSession) -> Endpoint:
        return await get_endpoint(session, endpoint_id=endpoint_id)

    err.print(f"{_in_transaction(read).url}: {plan}", markup=False)
    if not agreed(question, yes=yes):
        err.print("Nothing was changed.")
        raise typer.Exit(0)


def _show_secret(made: Created, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": made.id, "secret": made.secret})
        return
    print(made.secret)
    err.print(f"Endpoint {made.id}. Keep the secret; it is not shown again.", style="dim")
