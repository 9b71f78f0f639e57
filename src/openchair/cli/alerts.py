"""`openchair alerts`: what is wrong, who is told, and why not; rules, silences, heartbeats."""

import getpass
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import typer

from openchair.cli import alert_heartbeats, alert_rules
from openchair.cli.agree import agreed
from openchair.cli.alerts_shown import (
    show_alerts,
    show_attempts,
    show_explanation,
    show_silences,
)
from openchair.cli.since import read_since
from openchair.cli.work import err, on_database, out, print_json
from openchair.identity.audit.record import SYSTEM
from openchair.operations.alerts.acknowledge import acknowledge
from openchair.operations.alerts.conditions import duration_seconds
from openchair.operations.alerts.explain import Explanation, explain
from openchair.operations.alerts.queries import list_alerts
from openchair.operations.alerts.rules import get_rule, list_rules, told
from openchair.operations.alerts.severity import read_severity
from openchair.operations.alerts.silence import Silence
from openchair.operations.alerts.silences import LONGEST, list_silences, silence, unsilence
from openchair.operations.alerts.store import row_of
from openchair.operations.alerts.trial import Tested, keep_test, send_test
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database

commands = typer.Typer(help="What is wrong, who is told, and why not.", no_args_is_help=True)
commands.add_typer(alert_heartbeats.commands, name="heartbeats")
alert_rules.add_to(commands)

MOST_LISTED = 1000
FOUND = 1
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")]
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]
LimitOption = Annotated[int, typer.Option(min=1, max=MOST_LISTED, help="at most so many")]


@commands.command("list", epilog="Example: openchair alerts list --history --limit 20")
def list_(
    *,
    history: Annotated[bool, typer.Option("--history", help="all that fired, also ended")] = False,
    held: Annotated[bool, typer.Option("--held", help="what alert storms held back")] = False,
    name: Annotated[str | None, typer.Option(help="of this name")] = None,
    severity: Annotated[str | None, typer.Option(help="of this severity")] = None,
    limit: LimitOption = 100,
    as_json: JsonOption = False,
) -> None:
    """What is wrong now, the newest first. Ends with 1 when something fires."""
    which: Literal["open", "history", "held"] = "open"
    if held or history:
        which = "held" if held else "history"
    wanted = read_severity(severity) if severity else None

    async def read(database: Database) -> list[Any]:
        found: list[Any] = []
        async with database.transaction() as session:
            while len(found) < limit and (
                page := await list_alerts(
                    session,
                    which=which,
                    name=name,
                    severity=wanted,
                    before=found[-1].id if found else None,
                    limit=limit - len(found),
                )
            ):
                found += page
        return found

    found = on_database(read)
    if as_json:
        print_json([row_of(each) for each in found])
    elif found:
        show_alerts(found, now=utc_now())
    else:
        out.print("Nothing fires." if which == "open" else "There is nothing of that kind.")
    if which == "open" and any(each.is_firing for each in found):
        raise typer.Exit(FOUND)


@commands.command("test", epilog="Example: openchair alerts test --name high-response-time")
def try_(
    *,
    name: Annotated[str | None, typer.Option(help="as this alert would be told")] = None,
    severity: Annotated[str | None, typer.Option(help="as one of this severity")] = None,
    as_json: JsonOption = False,
) -> None:
    """Send a notice marked as a test by the real route. Ends with 1 when nobody was reached."""
    if (name is None) == (severity is None):
        raise typer.BadParameter("Please choose one of --name and --severity.")

    async def do(database: Database) -> Tested:
        rule = None
        if name is not None:
            async with database.transaction() as session:
                rule = await get_rule(session, name=name)
        meant = rule.severity if rule else read_severity(severity or "")
        tested = await send_test(severity=meant, rule=rule, now=utc_now())
        async with database.transaction() as session:
            await keep_test(session, tested, by=SYSTEM, named=_named())
        return tested

    tested = on_database(do)
    if as_json:
        print_json(
            {
                "notice_id": tested.notice.id,
                "severity": tested.notice.severity,
                "delivered": tested.has_arrived,
                "attempts": [asdict(each) for each in tested.attempts],
            }
        )
    else:
        show_attempts(tested.attempts)
        out.print("It arrived." if tested.has_arrived else "Nobody was reached.")
    if not tested.has_arrived:
        raise typer.Exit(FOUND)


@commands.command("explain", epilog="Example: openchair alerts explain DatabaseDown --at 2h")
def explain_(
    name: Annotated[str, typer.Argument(help="the alert's name")],
    at: Annotated[
        str | None, typer.Option(help="at a moment: 2h (ago), or 2026-11-22T03:10 in UTC")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Who would be told of an alert, who not, and why; with what was really tried."""
    now = utc_now()
    moment = read_since(at, now=now, field="at") if at else now

    async def read(database: Database) -> Explanation:
        async with database.transaction() as session:
            return await explain(session, name=name, at=moment, is_now=at is None)

    found = on_database(read)
    if as_json:
        print_json(_explained(found))
    else:
        show_explanation(found)


@commands.command(epilog="Example: openchair alerts ack DatabaseDown --for 2h")
def ack(
    alert: Annotated[str, typer.Argument(metavar="NAME", help="the alert's name or id")],
    lasts: Annotated[
        str | None, typer.Option("--for", help="how long, such as 2h; default: the setting")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Take an alert on: nobody is told again until that expires. It is written to the audit log."""

    async def do(database: Database) -> list[UUID]:
        async with database.transaction() as session:
            return await acknowledge(
                session,
                alert=_id_or_name(alert),
                author=_who(),
                by=SYSTEM,
                now=utc_now(),
                lasts=timedelta(seconds=duration_seconds(lasts, longest=LONGEST))
                if lasts
                else None,
            )

    found = on_database(do)
    if as_json:
        print_json({"acknowledged": found})
    else:
        count = "One alert is" if len(found) == 1 else f"{len(found)} alerts are"
        out.print(f"{count} yours. The watcher knows it at its next look.")


@commands.command(
    "silence",
    epilog="Example: openchair alerts silence --name StorageHigh --for 2h --reason 'new disk'",
)
def silence_(
    *,
    name: Annotated[str | None, typer.Option(help="alerts of this name")] = None,
    component: Annotated[str | None, typer.Option(help="alerts of this component")] = None,
    severity: Annotated[str | None, typer.Option(help="alerts of this severity")] = None,
    lasts: Annotated[str, typer.Option("--for", help="how long, such as 30m, 2h or 1d")],
    reason: Annotated[str, typer.Option(help="why; it stands in the audit log")],
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Tell nobody of what fits all that is given, for a while. It warns ten minutes before its end
    when something would fire.
    """
    now = utc_now()
    ends_at = now + timedelta(seconds=duration_seconds(lasts, longest=LONGEST))
    meant = [each for each in (name, component, severity) if each]
    err.print(
        f"Nobody would be told of {', '.join(meant) or 'anything'} until {ends_at:%Y-%m-%d %H:%M}"
        " UTC.",
        markup=False,
    )
    if not agreed("Silence it?", yes=yes):
        err.print("Nothing was changed.")
        return

    async def do(database: Database) -> Silence:
        async with database.transaction() as session:
            return await silence(
                session,
                name=name,
                component=component,
                severity=severity,
                reason=reason,
                ends_at=ends_at,
                author=_who(),
                by=SYSTEM,
                now=now,
            )

    found = on_database(do)
    if as_json:
        print_json(asdict(found))
    else:
        out.print(f"Done. To end it before: openchair alerts unsilence {found.id}", soft_wrap=True)


@commands.command(
    "unsilence", epilog="Example: openchair alerts unsilence 01a201f0-0fc6-7315-8932-13dff2417045"
)
def unsilence_(
    silence_id: Annotated[UUID, typer.Argument(metavar="ID", help="the silence's id")],
    as_json: JsonOption = False,
) -> None:
    """End a silence now: what still fires is told at the next look."""

    async def do(database: Database) -> Silence:
        async with database.transaction() as session:
            return await unsilence(session, silence_id=silence_id, by=SYSTEM, now=utc_now())

    found = on_database(do)
    if as_json:
        print_json(asdict(found))
    else:
        out.print("It has ended.")


@commands.command(epilog="Example: openchair alerts silences --ended")
def silences(
    *,
    ended: Annotated[bool, typer.Option("--ended", help="also those that are over")] = False,
    limit: Annotated[int, typer.Option(min=1, max=200, help="at most so many")] = 100,
    as_json: JsonOption = False,
) -> None:
    """The silences, the newest first."""

    async def read(database: Database) -> list[Silence]:
        async with database.transaction() as session:
            return await list_silences(session, ended=ended, limit=limit)

    found = on_database(read)
    if as_json:
        print_json([asdict(each) for each in found])
    elif found:
        show_silences(found, now=utc_now())
    else:
        out.print("Nothing is silent.")


@commands.command(epilog="Example: openchair alerts rules --json")
def rules(*, as_json: JsonOption = False) -> None:
    """Every rule as it holds now: condition, duration, severity."""

    async def read(database: Database) -> Any:
        async with database.transaction() as session:
            return await list_rules(session)

    found = on_database(read)
    if as_json:
        print_json([{"name": name, **told(rule)} for name, rule in found.items()])
    else:
        alert_rules.show_rules(found)


def _explained(found: Explanation) -> dict[str, Any]:
    return {
        "name": found.rule.name,
        **told(found.rule),
        "at": found.at,
        "fires": found.fires,
        "reason": found.reason,
        "why": found.why,
        "channels": [asdict(each) for each in found.channels],
        "attempts": [asdict(each) for each in found.attempts],
        "alert": row_of(found.alert) if found.alert else None,
    }


def _id_or_name(said: str) -> UUID | str:
    try:
        return UUID(said)
    except ValueError:
        return said


def _who() -> str:
    """Who sits at this terminal, for others to see."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "somebody at the terminal"


def _named() -> dict[str, str]:
    return {"terminal": _who()}
