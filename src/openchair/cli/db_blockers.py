"""`openchair db blockers`: who holds up others by a lock, and ending that."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from openchair.cli.agree import agreed
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.operations.diagnostics.blockers import (
    Blocker,
    How,
    cancel_blocker,
    find_blockers,
)
from openchair.platform.db.engine import Database

SHOWN_QUERY = 60
DONE = {
    "cancelled": "Its statement was cancelled; nobody waits for it any more.",
    "terminated": "Its session was ended; what it had not committed is undone.",
    "gone": "It had ended by itself.",
}


def blockers(
    *,
    cancel: Annotated[
        int | None, typer.Option(metavar="PID", min=1, help="end what this session blocks with")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="answer with one JSON document")] = False,
) -> None:
    """Who blocks others by a lock, the longest queue first; ends with 1 when there is somebody.

    --cancel shows what would be done, asks, and writes it to the audit log: a running statement is
    cancelled, a session that goes on blocking after three seconds, or idles, is ended.
    """
    found = on_database(_find)
    if cancel is None:
        _show(found, as_json=as_json)
        raise typer.Exit(int(bool(found)))
    chosen = [each for each in found if each.pid == cancel]
    if not as_json:
        _show(chosen, as_json=False)
    for each in chosen:
        what = "cancel its statement" if each.act == "cancel" else "end its session"
        err.print(f"Would {what}: {each.waiting} sessions wait for {each.pid}.", markup=False)
    if chosen and not agreed("Do it?", yes=yes):
        err.print("Nothing was changed.")
        return
    how = on_database(lambda database: _cancel(database, cancel))
    if as_json:
        print_json({"pid": cancel, "how": how})
    else:
        out.print(DONE[how])


async def _find(database: Database) -> list[Blocker]:
    async with database.transaction() as session:
        return await find_blockers(session)


async def _cancel(database: Database, pid: int) -> How:
    async with database.transaction() as session:
        return await cancel_blocker(session, pid=pid, by=SYSTEM)


def _show(found: list[Blocker], *, as_json: bool) -> None:
    if as_json:
        print_json([{**_plain(each)} for each in found])
        return
    if not found:
        out.print("Nobody blocks anybody.")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("pid", "waiting", "for", "state", "application", "last statement"):
        table.add_column(heading, justify="right" if heading in {"pid", "waiting"} else "left")
    for each in found:
        table.add_row(
            str(each.pid),
            str(each.waiting),
            f"{each.longest_wait_seconds:.0f} s",
            each.state,
            Text(each.application),
            Text(each.query[:SHOWN_QUERY]),
        )
    print_table(table)


def _plain(each: Blocker) -> dict[str, object]:
    return {name: getattr(each, name) for name in each.__slots__} | {"act": each.act}
