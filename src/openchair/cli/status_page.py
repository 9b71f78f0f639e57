"""`openchair status-page`: what the public reads about us. Everything but `subscribers` works when
the app and the database are down: words are left for the watcher, which keeps and stores them.
"""

import asyncio
import getpass
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer
from rich.table import Table

from openchair.cli.agree import agreed
from openchair.cli.since import read_length
from openchair.cli.status_page_shown import as_known, components_table, plan_line, standing_lines
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.operations.status_page.inbox import leave, read_inbox
from openchair.operations.status_page.memory import PageMemory, read_memory
from openchair.operations.status_page.observe import observe
from openchair.operations.status_page.pages import STAMP
from openchair.operations.status_page.settings import StatusPageSettings
from openchair.operations.status_page.subscribers import (
    Subscriber,
    count_subscribers,
    list_subscribers,
)
from openchair.operations.status_page.updates import Clear, Update, key, new_update
from openchair.operations.status_page.watch import Page, with_letters
from openchair.operations.status_page.watch import show as show_page
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

commands = typer.Typer(help="What the public reads about us.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")]
ComponentOption = Annotated[
    str | None, typer.Option(help="booking, website, mail, sms or console; else all")
]
USUALLY = "4h"


@commands.command(
    epilog="Example: openchair status-page update --status degraded --message"
    " 'Reminders come late; we are on it.' --component mail"
)
def update(
    *,
    status: Annotated[
        str,
        typer.Option(
            help="operational, degraded, partial_outage, major_outage or maintenance; `operational`"
            " says that it is over"
        ),
    ],
    message: Annotated[str, typer.Option(help="what everybody may read")],
    component: ComponentOption = None,
    lasting: Annotated[
        str, typer.Option("--for", help="how long it holds, such as 90m or 4h")
    ] = USUALLY,
    until_cleared: Annotated[
        bool, typer.Option("--until-cleared", help="it holds until `status-page clear`")
    ] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say how something is, in public. What is measured can still be worse, and is then shown."""
    said = new_update(
        state=status,
        message=message,
        author=getpass.getuser(),
        now=utc_now(),
        component=component,
        lasting=None if until_cleared else read_length(lasting, field="for"),
    )
    err.print(plan_line(said), markup=False, soft_wrap=True)
    if not agreed("Put it on the page?", yes=yes):
        err.print("Nothing was changed.")
        return
    _leave(said)
    _tell({"id": said.id, "status": said.state, "until": said.ended_at}, as_json=as_json)


@commands.command(epilog="Example: openchair status-page clear --component mail")
def clear(
    component: ComponentOption = None, yes: YesOption = False, as_json: JsonOption = False
) -> None:
    """What was said holds no more; what is measured is shown again."""
    wanted, now = None if component is None else key(component), utc_now()
    standing = [
        each
        for each in _memory().updates
        if each.holds(now) and (wanted is None or each.component == wanted)
    ]
    for line in standing_lines(standing):
        err.print(line, markup=False, soft_wrap=True)
    if not standing:
        err.print("Nothing that we know of holds now; it is cleared all the same.")
    if not agreed("Clear it?", yes=yes):
        err.print("Nothing was changed.")
        return
    _leave(Clear(at=now, author=getpass.getuser(), component=wanted))
    _tell({"cleared": len(standing)}, as_json=as_json)


@commands.command(epilog="Example: openchair status-page show")
def show(as_json: JsonOption = False) -> None:
    """How everything is by the page. Ends with 1 when something is not operational, or when nobody
    looks any more.
    """
    folder = _folder_of_page()
    try:
        document = orjson.loads((folder / "status.json").read_bytes())
        stamp = orjson.loads((folder / STAMP).read_bytes())
    except FileNotFoundError as error:
        raise Unavailable(
            "No page was written yet. openchair status-page write does it now."
        ) from error
    now = utc_now()
    document = as_known(document, checked_at=stamp["checked_at"], now=now)
    standing = [each for each in _memory().updates if each.holds(now)]
    if as_json:
        print_json({**document, "standing": standing})
    else:
        out.print(f"{document['headline']}. {document['page']['url']}", markup=False)
        print_table(components_table(document))
        for line in standing_lines(standing):
            out.print(line, markup=False, soft_wrap=True)
        out.print(f"Last looked at {document['page']['checked_at'] or 'never'}.", markup=False)
    raise typer.Exit(int(document["status"] != "operational"))


@commands.command(epilog="Example: openchair status-page write")
def write(as_json: JsonOption = False) -> None:
    """Write the files now, from what the watcher knew last and what was said since."""
    changed = _write()
    if as_json:
        print_json({"folder": _folder_of_page(), "written": changed})
    else:
        out.print(f"{len(changed)} files in {_folder_of_page()}.", markup=False, soft_wrap=True)


@commands.command(epilog="Example: openchair status-page subscribers --limit 20")
def subscribers(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="how many at most")] = 100,
    after: Annotated[UUID | None, typer.Option(help="those behind this id")] = None,
    as_json: JsonOption = False,
) -> None:
    """Who is told by mail, and who has not confirmed yet."""

    async def read(database: Database) -> tuple[list[Subscriber], tuple[int, int]]:
        async with database.transaction() as session:
            found = await list_subscribers(session, after=after, limit=limit)
            return found, await count_subscribers(session)

    found, (confirmed, waiting) = on_database(read)
    if as_json:
        print_json({"confirmed": confirmed, "waiting": waiting, "subscribers": found})
        return
    if found:
        table = Table("Address", "Language", "Confirmed", "Id")
        for each in found:
            since = f"{each.confirmed_at:%Y-%m-%d %H:%M}" if each.confirmed_at else "not yet"
            table.add_row(each.email, each.language, since, str(each.id))
        print_table(table)
    out.print(f"{confirmed} are told, {waiting} have not confirmed yet.")


def _leave(said: Update | Clear) -> None:
    """For the watcher; and on the page at once, also when there is no watcher."""
    try:
        leave(load(InstallationSettings).watch_folder, said)
        _write()
    except (OSError, TimeoutError) as error:
        raise Unavailable(f"It could not be written: {error.strerror or error}") from error


def _write() -> list[str]:
    memory, now = _memory(), utc_now()
    looked_at = memory.looked_at
    observe(memory, {}, now=now)
    memory.looked_at = looked_at  # nobody looked
    page = Page(memory=memory)

    async def work() -> list[str]:
        changed = await show_page(page, now=now, publishes=False)
        await page.bucket.copy(page.drawing.files)
        return changed

    return asyncio.run(work())


def _memory() -> PageMemory:
    """What the watcher knew last, with what was said since."""
    folder = load(InstallationSettings).watch_folder
    memory = read_memory(folder)
    memory.updates = with_letters(memory.updates, read_inbox(folder))
    return memory


def _folder_of_page() -> Any:
    return load(StatusPageSettings).folder(load(InstallationSettings).home)


def _tell(answer: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        address = load(InstallationSettings).status_address
        out.print(f"It stands on the page: {address}", markup=False, soft_wrap=True)
