"""Turns the statements that one booking really ran into a pgbench script that books others.

The server's own log says what was run and with which values; those that name the booking (ids,
address, times) become expressions of pgbench's client and round, so that each run is new.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from openchair.platform.db.embedded import Cluster

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")
THIS_RUN = "concat_ws('-', :round::text, :client_id::text, :n::text)"
"""In SQL: the name of one booking among all that a script makes."""
PLACE = re.compile(r"\$(\d+)")
BESIDE = ("openchair live", "openchair operations")


@dataclass(frozen=True)
class Statement:
    """A statement of the log with its values as text, by number."""

    sql: str
    values: dict[int, str | None]


def logged_statements(cluster: Cluster, database: str) -> list[Statement]:
    """Every statement of this database in the server's JSON log, in order; but for those that no
    request waits for: calendars are told of a booking by a connection beside it, a few times a
    second for all bookings together.
    """
    lines = [
        json.loads(line)
        for path in sorted((cluster.data / "log").glob("*.json"))
        for line in path.read_text().splitlines()
    ]
    found = []
    for line in lines:
        said = line.get("message", "")
        if line.get("dbname") != database or not said.startswith(("execute ", "statement: ")):
            continue
        if line.get("application_name", "").startswith(BESIDE):
            continue
        sql = said.split(": ", 1)[1]
        given = PARAMETER.findall(line.get("detail", ""))
        found.append(Statement(sql, {int(number): _unquote(value) for number, value in given}))
    return found


async def parameter_types(url: str, statements: Sequence[Statement]) -> list[list[str]]:
    """The type of each parameter of each statement, as the server infers it."""
    connection = await asyncpg.connect(url)
    found = []
    for statement in statements:
        prepared = await connection.prepare(statement.sql)
        found.append(
            [
                f"{each.name.removesuffix('[]')}[]" if each.kind == "array" else each.name
                for each in prepared.get_parameters()
            ]
        )
    await connection.close()
    return found


@dataclass
class Script:
    """A pgbench script: `constants` it is started with, and what it computes for each booking
    beforehand (SQL expression → name), so that its statements get plain parameters like ours."""

    preamble: Sequence[str]
    statements: list[str] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    computed: dict[str, str] = field(default_factory=dict)

    def write(self, path: Path) -> list[str]:
        """Save the script; answers the `-D` options that go with it."""
        new = ", ".join(f"{expression} AS {name}" for expression, name in self.computed.items())
        lines = [*self.preamble, f"SELECT {new} \\gset", *self.statements]
        path.write_text("\n".join(lines) + "\n")
        return [f"-D{name}={value}" for value, name in self.constants.items()]

    def constant(self, value: str) -> str:
        """The value as pgbench's variable; an empty one cannot be."""
        if not value:
            return "''"
        return f":{self.constants.setdefault(value, f'value{len(self.constants)}')}"

    def new(self, expression: str) -> str:
        """The outcome of an expression, computed once for each booking."""
        return f":{self.computed.setdefault(expression, f'new{len(self.computed)}')}"


def booking_script(
    statements: Sequence[Statement],
    types: Sequence[Sequence[str]],
    *,
    replacements: dict[str, str],
    fixed: set[str],
    preamble: Sequence[str],
) -> Script:
    """The script. `replacements` maps texts to SQL expressions; ids that are not `fixed` become
    ids of their own for each client and round."""
    script = Script(preamble)
    for statement, kinds in zip(statements, types, strict=True):
        values = {
            number: f"{_value(script, value, replacements, fixed)}::{kinds[number - 1]}"
            for number, value in statement.values.items()
        }
        sql = _filled(" ".join(_bare(statement.sql)), values)
        script.statements.append(f"{sql.rstrip(';')};")
    return script


def _filled(sql: str, values: dict[int, str]) -> str:
    return PLACE.sub(lambda match: values[int(match[1])], sql)


def _bare(sql: str) -> list[str]:
    return [word for line in sql.splitlines() for word in line.partition("--")[0].split()]


def _value(script: Script, value: str | None, replacements: dict[str, str], fixed: set[str]) -> str:
    if value is None:
        return "NULL"
    told = [text for text in replacements if text in value]
    ids = {found: None for found in UUID_TEXT.findall(value) if found not in fixed}
    own = [found for found in ids if found not in replacements]
    if not told and not own:
        return script.constant(value)
    expression = f"{script.constant(value)}::text"
    for text in told:
        expression = f"replace({expression}, {script.constant(text)}::text, {replacements[text]})"
    for found in own:
        name = f"md5('{found[-12:]}-' || {THIS_RUN})::uuid::text"
        expression = f"replace({expression}, '{found}', {name})"
    return script.new(expression)


def _unquote(value: str) -> str | None:
    return None if value == "NULL" else value[1:-1].replace("''", "'")
