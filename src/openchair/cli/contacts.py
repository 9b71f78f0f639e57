"""`openchair contacts`: who is called when something breaks, and that they can be."""

import sys
from typing import Annotated, Any, Literal

import typer

from openchair.cli.agree import agreed
from openchair.cli.contacts_shown import contacts_table, missing_lines, plan_lines, state_of
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.notifications.errors import DeliveryFailed
from openchair.operations.oncall.contact import Contact
from openchair.operations.oncall.contacts import (
    Changes,
    add_contact,
    change_contact,
    remove_contact,
)
from openchair.operations.oncall.queries import get_contact, list_contacts, missing_roles
from openchair.operations.oncall.send_code import send_code
from openchair.operations.oncall.verify import Confirmed, confirm_code, make_codes
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import Invalid, TooMany
from openchair.platform.outbound.clients import close_clients

commands = typer.Typer(help="Who is called when something breaks.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")]
NameArgument = Annotated[str, typer.Argument(help="the name, as `list` shows it")]
TierOption = Annotated[
    Literal["technical", "business", "vendor"] | None, typer.Option(help="else the role's own")
]
RankOption = Annotated[
    int | None, typer.Option(min=1, max=100, help="1 is called first; else the role's own")
]
EmailOption = Annotated[str | None, typer.Option(help="mail address; empty to take it away")]
PhoneOption = Annotated[str | None, typer.Option(help="number, E.164; empty to take it away")]
UrlOption = Annotated[str | None, typer.Option(help="page, for vendors; empty to take it away")]


@commands.command("list", epilog="Example: openchair contacts list")
def list_(as_json: JsonOption = False) -> None:
    """Everybody in the order in which they are called, and the roles that nobody has."""
    contacts = _read()
    if as_json:
        missing = [
            {"role": role.name, "tier": role.tier, "duty": role.duty}
            for role in missing_roles(contacts)
        ]
        print_json({"contacts": contacts, "missing_roles": missing})
        return
    if contacts:
        print_table(contacts_table(contacts))
    for line in missing_lines(contacts):
        out.print(line, soft_wrap=True, markup=False)


@commands.command(
    epilog="Example: openchair contacts add 'Anna Nowak' --role 'Technical Lead' --email"
    " anna@example.org --phone +4915112345678"
)
def add(
    name: Annotated[str, typer.Argument(help="a name that only one contact has")],
    *,
    role: Annotated[str, typer.Option(help="one of the runbooks' (`list` shows them) or another")],
    email: EmailOption = None,
    phone: PhoneOption = None,
    url: UrlOption = None,
    tier: TierOption = None,
    rank: RankOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add somebody. Their addresses count once they are confirmed: `openchair contacts verify`."""

    async def do(database: Database) -> Contact:
        async with database.transaction() as session:
            return await add_contact(
                session,
                name=name,
                role=role,
                tier=tier,
                rank=rank,
                email=email,
                phone=phone,
                url=url,
                by=SYSTEM,
            )

    _tell(on_database(do), as_json=as_json, done="Added.")


@commands.command(epilog="Example: openchair contacts change 'Anna Nowak' --away")
def change(
    name: NameArgument,
    *,
    new_name: Annotated[str | None, typer.Option("--name", help="another name")] = None,
    role: Annotated[str | None, typer.Option(help="another role")] = None,
    email: EmailOption = None,
    phone: PhoneOption = None,
    url: UrlOption = None,
    tier: TierOption = None,
    rank: RankOption = None,
    away: Annotated[
        bool | None, typer.Option("--away/--back", help="not to be called, or again")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Change what is named; an address that becomes another has to be confirmed anew."""
    given: dict[str, Any] = {
        "name": new_name,
        "role": role,
        "email": email,
        "phone": phone,
        "url": url,
        "tier": tier,
        "rank": rank,
        "is_active": None if away is None else not away,
    }
    changes = Changes(**{key: value for key, value in given.items() if value is not None})  # type: ignore[typeddict-item]
    if not changes:
        raise Invalid("Please say what to change; --help shows what can be.")

    async def do(database: Database) -> Contact:
        async with database.transaction() as session:
            return await change_contact(session, name=name, changes=changes, by=SYSTEM)

    _tell(on_database(do), as_json=as_json, done="Changed.")


@commands.command(epilog="Example: openchair contacts remove 'Anna Nowak'")
def remove(name: NameArgument, yes: YesOption = False, as_json: JsonOption = False) -> None:
    """Forget somebody; for a holiday, `openchair contacts change NAME --away` is enough."""

    async def find(database: Database) -> Contact:
        async with database.transaction() as session:
            return await get_contact(session, name=name)

    async def do(database: Database) -> Contact:
        async with database.transaction() as session:
            return await remove_contact(session, name=name, by=SYSTEM)

    found = on_database(find)
    err.print(f"{found.name}, {found.role}, would no longer be called.", markup=False)
    if not agreed("Remove the contact?", yes=yes):
        err.print("Nothing was changed.")
        return
    on_database(do)
    if as_json:
        print_json({"removed": found.name})
    else:
        out.print("Removed.")


@commands.command(epilog="Example: openchair contacts verify 'Anna Nowak' --code 123456")
def verify(
    name: Annotated[str | None, typer.Argument(help="one contact; else all of them")] = None,
    code: Annotated[str | None, typer.Option(help="the code that this contact got")] = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show whose addresses are confirmed, and send a code to those that are not.

    With a name and --code it confirms the address that got the code. Ends with 0 when every address
    is confirmed, with 1 when one is not, or nobody would be called.
    """
    if code is not None:
        _confirm(name, code, as_json=as_json)
        return
    contacts = [each for each in _read() if each.tier != "vendor"]
    if name is not None:
        contacts = [_named(name)]
    waiting = [each for each in contacts if each.unverified]
    if not as_json:
        for contact in contacts:
            out.print(state_of(contact), soft_wrap=True)
        if not contacts:
            out.print("Nobody would be called. openchair contacts list says how to add somebody.")
    sent: list[dict[str, Any]] = []
    if waiting and (yes or (sys.stdin.isatty() and not as_json)):
        for line in plan_lines(waiting):
            err.print(line, markup=False)
        if agreed("Send the codes?", yes=yes):
            sent = _send([each.name for each in waiting], shown=not as_json)
    elif waiting and not as_json:
        err.print("--yes sends a code to each address that is not confirmed.")
    if as_json:
        print_json({"contacts": contacts, "sent": sent})
    raise typer.Exit(int(bool(waiting) or not contacts))


def _confirm(name: str | None, code: str, *, as_json: bool) -> None:
    if name is None:
        raise Invalid("Please name the contact whose code it is.", field="name")

    async def do(database: Database) -> Confirmed:
        async with database.transaction() as session:
            return await confirm_code(session, name=name, code=code, by=SYSTEM, now=utc_now())

    came = on_database(do)
    if as_json:
        print_json(came)
    elif came.kind is None:
        out.print(f"This is not the code; {came.tries_left} tries are left.")
    else:
        out.print(f"Confirmed: the {'mail address' if came.kind == 'email' else 'number'}.")
    raise typer.Exit(int(came.kind is None))


def _send(names: list[str], *, shown: bool) -> list[dict[str, Any]]:
    """Codes to all of them: made and kept first, then sent, so that none is sent and not kept."""

    async def do(database: Database) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []
        for name in names:
            told += await _send_to(database, name)
        await close_clients()
        return told

    with err.status("sending"):
        told = on_database(do)
    for each in told if shown else ():
        out.print(f"{each['name']}, {each['kind']}: {each['words']}", markup=False, soft_wrap=True)
    if shown and any(each["sent"] for each in told):
        out.print("Whoever got one: openchair contacts verify NAME --code CODE, within 30 minutes.")
    return told


async def _send_to(database: Database, name: str) -> list[dict[str, Any]]:
    try:
        async with database.transaction() as session:
            codes = await make_codes(session, name=name, by=SYSTEM, now=utc_now())
    except TooMany as problem:
        return [{"name": name, "kind": "code", "sent": False, "words": problem.message}]
    told: list[dict[str, Any]] = []
    for each in codes:
        try:
            words, sent = f"sent by {(await send_code(each)).provider}", True
        except DeliveryFailed as failure:
            words, sent = f"not sent: {failure.message}", False
        told.append({"name": name, "kind": each.kind, "sent": sent, "words": words})
    return told


def _read() -> list[Contact]:
    async def read(database: Database) -> list[Contact]:
        async with database.transaction() as session:
            return await list_contacts(session)

    return on_database(read)


def _named(name: str) -> Contact:
    async def read(database: Database) -> Contact:
        async with database.transaction() as session:
            return await get_contact(session, name=name)

    return on_database(read)


def _tell(contact: Contact, *, as_json: bool, done: str) -> None:
    if as_json:
        print_json(contact)
        return
    out.print(f"{done} ", end="")
    out.print(state_of(contact), soft_wrap=True)
    if contact.unverified:
        err.print(f'Next: openchair contacts verify "{contact.name}" --yes', markup=False)
