"""`openchair salon`: a whole salon from a file, into a file, and the list of them."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from openchair.booking.salon_file.apply import Applied, apply_plan
from openchair.booking.salon_file.export import export_salon
from openchair.booking.salon_file.plan import Plan, plan_import
from openchair.booking.salon_file.read import FaultyFile, read_salon_file
from openchair.booking.salon_file.schema import SalonFile
from openchair.booking.salon_file.write import write_salon_file
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.platform.db.engine import Database
from openchair.salons.queries import SalonSummary, list_salons

commands = typer.Typer(help="Salons: from a file, into a file, the list.", no_args_is_help=True)

_MARKS = {"add": ("+", "green"), "change": ("~", "yellow"), "remove": ("-", "red")}
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]


@commands.command("import", epilog="Example: openchair salon import my-salon.yaml")
def import_(
    file: Annotated[
        Path, typer.Argument(help="the salon as YAML", exists=True, dir_okay=False, readable=True)
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="apply without asking")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what a salon file would change, ask, and apply it in one step.

    With --json nothing is asked: without --yes it only plans. A second import of the same file
    has nothing to do. docs/salon-file.md explains the file.
    """
    wanted = _read(file, as_json=as_json)

    async def plan_and_apply(database: Database) -> tuple[Plan, Applied | None]:
        async with database.transaction() as session:
            plan = await plan_import(session, file=wanted)
        if not as_json:
            _show(plan)
        if not plan.changes or not (yes or (not as_json and _agreed())):
            return plan, None
        async with database.transaction() as session:
            return plan, await apply_plan(session, plan=plan, by=SYSTEM)

    plan, applied = on_database(plan_and_apply, migrate=True)
    if as_json:
        print_json(_as_json(plan, applied))
    elif applied is not None:
        _show_applied(plan, applied)
    elif plan.changes:
        out.print("Nothing was changed.")


@commands.command(epilog="Example: openchair salon export schnittwerk > schnittwerk.yaml")
def export(slug: Annotated[str, typer.Argument(help="the salon's address")]) -> None:
    """Print a salon as the file that would make it. Passwords are never in it."""

    async def read(database: Database) -> SalonFile:
        async with database.transaction() as session:
            return await export_salon(session, slug=slug)

    sys.stdout.write(write_salon_file(on_database(read)))


@commands.command("list", epilog="Example: openchair salon list --json")
def list_(as_json: JsonOption = False) -> None:
    """Every salon of this installation."""

    async def read(database: Database) -> list[SalonSummary]:
        found: list[SalonSummary] = []
        async with database.transaction() as session:
            while page := await list_salons(session, after=found[-1].slug if found else None):
                found += page
        return found

    salons = on_database(read)
    if as_json:
        print_json(
            [
                {"id": each.id, "slug": each.slug, "name": each.name, "city": each.city}
                for each in salons
            ]
        )
    elif not salons:
        out.print("There is no salon yet. Begin with: openchair salon import FILE.yaml")
    else:
        table = Table("address", "name", "place", "languages", box=None, header_style="dim")
        for each in salons:
            table.add_row(
                Text(each.slug), Text(each.name), Text(each.city), ", ".join(each.languages)
            )
        print_table(table)


# ------------------------------------------------------------------------- reading


def _read(file: Path, *, as_json: bool) -> SalonFile:
    try:
        return read_salon_file(file.read_bytes())
    except FaultyFile as problem:
        if as_json:
            print_json({"error": problem.code, "message": problem.message, **problem.details})
        else:
            err.print(problem.message, style="bold")
            for fault in problem.faults:
                err.print(Text(f"{file}:{fault.line}  {fault.message}"), soft_wrap=True)
                if fault.where:
                    err.print(Text(f"    {fault.where}", style="dim"), soft_wrap=True)
        raise typer.Exit(1) from None


def _agreed() -> bool:
    if not sys.stdin.isatty():
        err.print("Nobody can be asked here; add --yes to apply this plan.")
        raise typer.Exit(2)
    return typer.confirm("Apply this plan?")


# ------------------------------------------------------------------------- showing


def _show(plan: Plan) -> None:
    title = Text(plan.file.name, style="bold") + Text(f"  /{plan.file.slug}", style="dim")
    out.print(title)
    if not plan.changes:
        out.print("There is nothing to do: the salon is exactly so already.")
    if plan.is_new:
        out.print("A new salon:")
        _show_new(plan)
    else:
        for change in plan.changes:
            mark, colour = _MARKS[change.action]
            line = Text(f"  {mark} {change.kind} {change.name}", style=colour)
            about = ", ".join(change.about)
            line.append(f"  {about}{change.note}", style="dim")
            out.print(line)
    for language, count in plan.missing_texts.items():
        out.print(f"  {count} texts have no {language} yet; clients see them in another language.")
    if plan.changes:
        out.print(
            f"{plan.count('add')} to add, {plan.count('change')} to change, "
            f"{plan.count('remove')} to remove."
        )


def _show_new(plan: Plan) -> None:
    """A whole salon is told by counts and names, not line by line."""
    names: dict[str, list[str]] = {}
    for change in plan.changes:
        if change.kind not in {"salon", "setting"}:
            names.setdefault(change.kind, []).append(change.name)
    for kind, found in names.items():
        shown = ", ".join(found[:8]) + (" …" if len(found) > 8 else "")
        line = Text(f"  + {len(found)} × {kind}  ", style="green")
        out.print(line + Text(shown, style="dim"))


def _show_applied(plan: Plan, applied: Applied) -> None:
    out.print(f"Done. The salon is at /{plan.file.slug}")
    if applied.passwords:
        out.print("\nNew log-ins. These passwords are shown this once and kept nowhere:")
        table = Table(box=None, show_header=False, padding=(0, 2))
        for email, password in applied.passwords.items():
            table.add_row(Text(email), Text(password, style="bold"))
        print_table(table)


def _as_json(plan: Plan, applied: Applied | None) -> dict[str, Any]:
    return {
        "slug": plan.file.slug,
        "new": plan.is_new,
        "applied": applied is not None,
        "counts": {
            "add": plan.count("add"),
            "change": plan.count("change"),
            "remove": plan.count("remove"),
        },
        "changes": [
            {
                "action": each.action,
                "kind": each.kind,
                "name": each.name,
                "about": list(each.about),
                "note": each.note,
            }
            for each in plan.changes
        ],
        "missing_texts": plan.missing_texts,
        "state": plan.state,
        "passwords": applied.passwords if applied is not None else {},
    }
