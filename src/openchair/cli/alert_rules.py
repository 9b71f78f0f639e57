"""The rules' verbs of `openchair alerts`: create, disable, enable, reset, configure-performance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from openchair.cli.agree import agreed
from openchair.cli.work import err, on_database, out, print_json, print_table
from openchair.identity.audit.record import SYSTEM
from openchair.operations.alerts.conditions import duration_seconds, parse
from openchair.operations.alerts.names import checked_name
from openchair.operations.alerts.performance import Change, plan_performance, set_performance
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.rules import enable_rule, list_rules, reset_rule, set_rule, told
from openchair.operations.alerts.severity import read_severity
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="do it without asking")]
JsonOption = Annotated[bool, typer.Option("--json", help="answer with one JSON document")]
NameArgument = Annotated[str, typer.Argument(help="the rule's name")]


@dataclass(frozen=True, slots=True)
class _Wanted:
    name: str
    condition: str
    seconds: int
    severity: str
    component: str


def add_to(commands: typer.Typer) -> None:
    """Make these verbs of `openchair alerts`."""
    commands.command(epilog=CREATE_EXAMPLE)(create)
    commands.command(epilog="Example: openchair alerts disable SmtpQueueHigh --yes")(disable)
    commands.command(epilog="Example: openchair alerts enable SmtpQueueHigh")(enable)
    commands.command(epilog="Example: openchair alerts reset SmtpQueueHigh --yes")(reset)
    commands.command(
        "configure-performance", epilog="Example: openchair alerts configure-performance --yes"
    )(configure_performance)


CREATE_EXAMPLE = (
    "Example: openchair alerts create --name high-response-time --condition"
    " 'response-time > 2000ms' --duration 5m --severity warning"
)


def create(
    *,
    name: Annotated[str, typer.Option(help="letters, digits, -, _ and .")],
    condition: Annotated[str, typer.Option(help="such as 'response-time > 2000ms'")],
    severity: Annotated[str, typer.Option(help="critical, high, medium (warning) or low")],
    duration: Annotated[str, typer.Option(help="how long it has to hold, such as 5m")] = "0",
    component: Annotated[str, typer.Option(help="what it is about")] = "",
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Make a rule. One of this name that exists, also a built-in one, is changed after asking."""
    wanted = _Wanted(
        checked_name(name),
        str(parse(condition)),
        duration_seconds(duration),
        read_severity(severity),
        component,
    )
    before = _rules().get(name)
    if before is not None:
        err.print(f"{name} exists: {_line(before)}", markup=False, soft_wrap=True)
        err.print(f"It would be: {_said(wanted)}", markup=False, soft_wrap=True)
        if not agreed("Change it?", yes=yes):
            err.print("Nothing was changed.")
            return

    async def do(database: Database) -> Rule:
        async with database.transaction() as session:
            return await set_rule(
                session,
                name=wanted.name,
                condition=wanted.condition,
                duration=timedelta(seconds=wanted.seconds),
                severity=wanted.severity,
                component=wanted.component,
                by=SYSTEM,
                now=utc_now(),
            )

    rule = on_database(do)
    if as_json:
        print_json({"name": rule.name, **told(rule)})
    else:
        out.print(f"{rule.name}: {_line(rule)}", markup=False, soft_wrap=True)
        out.print(f"To see who would be told: openchair alerts explain {rule.name}")


def disable(name: NameArgument, yes: YesOption = False, as_json: JsonOption = False) -> None:
    """Keep a rule from firing; what fires of it now ends."""
    err.print(f"{name} would fire no more. A silence ends by itself; this does not.", markup=False)
    if agreed("Disable it?", yes=yes):
        _switch(name, enabled=False, as_json=as_json)
    else:
        err.print("Nothing was changed.")


def enable(name: NameArgument, as_json: JsonOption = False) -> None:
    """Let a rule fire again."""
    _switch(name, enabled=True, as_json=as_json)


def reset(name: NameArgument, yes: YesOption = False, as_json: JsonOption = False) -> None:
    """Take back what was changed of a built-in rule, or remove an own one."""
    rule = _rules().get(name)
    what = "be as it came" if rule is None or rule.is_builtin else "be removed"
    err.print(f"{name} would {what}.", markup=False)
    if not agreed("Do it?", yes=yes):
        err.print("Nothing was changed.")
        return

    async def do(database: Database) -> None:
        async with database.transaction() as session:
            await reset_rule(session, name=name, by=SYSTEM)

    on_database(do)
    if as_json:
        print_json({"name": name, "reset": True})
    else:
        out.print("Done.")


def configure_performance(
    *,
    response_time_warning: Annotated[
        str | None, typer.Option(help="such as 1500ms; default: the setting")
    ] = None,
    response_time_critical: Annotated[str | None, typer.Option(help="such as 4s")] = None,
    error_rate_warning: Annotated[str | None, typer.Option(help="such as 1%")] = None,
    error_rate_critical: Annotated[str | None, typer.Option(help="such as 5%")] = None,
    memory_warning: Annotated[str | None, typer.Option(help="such as 80%")] = None,
    memory_critical: Annotated[str | None, typer.Option(help="such as 95%")] = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Set the rules about speed, errors and memory, to the settings' thresholds or to others. It
    shows first what would change.
    """
    given = {
        "ResponseTimeHigh": response_time_warning,
        "ResponseTimeCritical": response_time_critical,
        "ErrorRateHigh": error_rate_warning,
        "ErrorRateCritical": error_rate_critical,
        "MemoryHigh": memory_warning,
        "MemoryCritical": memory_critical,
    }
    thresholds = {name: value for name, value in given.items() if value is not None}

    async def plan(database: Database) -> list[Change]:
        async with database.transaction() as session:
            return await plan_performance(session, thresholds=thresholds)

    async def do(database: Database) -> list[Change]:
        async with database.transaction() as session:
            return await set_performance(session, thresholds=thresholds, by=SYSTEM, now=utc_now())

    changes = on_database(plan)
    if not as_json:
        _show_changes(changes)
    # With --json nothing is asked: without --yes it only plans.
    differ = any(each.differs for each in changes)
    wanted = differ and (yes or (not as_json and agreed("Set them?", yes=False)))
    if wanted:
        changes = on_database(do)
    if as_json:
        print_json({"changes": [_change(each) for each in changes], "set": wanted})
    elif differ:
        out.print("Set. The watcher knows it at its next look." if wanted else "Nothing changed.")
    else:
        out.print("Every rule is already so.")


def show_rules(rules: Mapping[str, Rule]) -> None:
    """One line a rule."""
    table = Table("name", "severity", "condition", "for", "component", "", box=None)
    table.header_style = "dim"
    for name, rule in rules.items():
        table.add_row(
            Text(name, style="bold" if rule.is_enabled else "dim"),
            rule.severity,
            Text(rule.condition or "raised by events", style="" if rule.condition else "dim"),
            _lasting(int(rule.duration.total_seconds())),
            Text(rule.component),
            _marks(rule),
        )
    print_table(table)


def _rules() -> Mapping[str, Rule]:
    async def read(database: Database) -> Mapping[str, Rule]:
        async with database.transaction() as session:
            return await list_rules(session)

    return on_database(read)


def _switch(name: str, *, enabled: bool, as_json: bool) -> None:
    async def do(database: Database) -> Rule:
        async with database.transaction() as session:
            return await enable_rule(session, name=name, enabled=enabled, by=SYSTEM, now=utc_now())

    rule = on_database(do)
    if as_json:
        print_json({"name": rule.name, **told(rule)})
    else:
        out.print(f"{rule.name} is {'enabled' if enabled else 'disabled'}.", markup=False)


def _show_changes(changes: list[Change]) -> None:
    table = Table("rule", "now", "would be", box=None)
    table.header_style = "dim"
    for each in changes:
        after = Text(each.after, style="yellow") if each.differs else Text("the same", style="dim")
        table.add_row(Text(each.name, style="bold"), Text(each.before), after)
    print_table(table)


def _change(each: Change) -> dict[str, Any]:
    return {"name": each.name, "before": each.before, "after": each.after, "differs": each.differs}


def _line(rule: Rule) -> str:
    condition = rule.condition or "raised by events"
    seconds = int(rule.duration.total_seconds())
    lasting = f" for {_lasting(seconds)}" if seconds else ""
    return f"{condition}{lasting}, {rule.severity}, about {rule.component}"


def _said(wanted: _Wanted) -> str:
    lasting = f" for {_lasting(wanted.seconds)}" if wanted.seconds else ""
    return f"{wanted.condition}{lasting}, {wanted.severity}"


def _lasting(seconds: int) -> str:
    for size, unit in ((3600, "h"), (60, "min"), (1, "s")):
        if seconds and seconds % size == 0:
            return f"{seconds // size} {unit}"
    return "at once"


def _marks(rule: Rule) -> Text:
    told_as = [] if rule.is_enabled else ["disabled"]
    told_as += [] if rule.is_builtin else ["own"]
    return Text(", ".join(told_as), style="dim")
