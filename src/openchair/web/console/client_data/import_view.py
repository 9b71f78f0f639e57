"""A list of clients as its pages show it: how it stands, its columns, what is wrong with a row.
Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from openchair.customers.imports.columns import FIELDS
from openchair.customers.imports.preview import Preview
from openchair.customers.imports.queries import BadRow, ClientImport
from openchair.web.console.door import Desk
from openchair.web.console.forms import Typed
from openchair.web.console.phones import readable_phone

MOST_SAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """One list; `tone` is of its badge, `percent` how far it is."""

    url: str
    filename: str
    when: str
    status: str
    status_words: str
    tone: str
    total: int
    read: int
    created: int
    updated: int
    refused: int
    percent: int
    fills: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: what it seems to be, and a few of its cells."""

    number: int
    heading: str
    samples: str
    options: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row and what would come of it."""

    line: int
    name: str
    ways: str
    tone: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class BadRowView:
    """A row that was not taken over."""

    line: int
    who: str
    column: str
    cell: str
    why: str


def view_import(desk: Desk, found: ClientImport) -> ListView:
    """How it stands."""
    say = desk.words.text
    words = {
        "uploaded": say("Not taken over yet"),
        "mapped": say("Not taken over yet"),
        "running": say("Being taken over"),
        "done": say("Taken over"),
        "failed": say("Not finished"),
        "undone": say("Taken back"),
    }
    return ListView(
        url=desk.url(f"/clients/import/{found.id}"),
        filename=found.filename,
        when=desk.formats.date_and_time(found.created_at),
        status=found.status,
        status_words=words[found.status],
        tone={"done": "good", "running": "arrived", "failed": "bad"}.get(found.status, "quiet"),
        total=found.rows_total,
        read=found.rows_read,
        created=found.rows_created,
        updated=found.rows_updated,
        refused=found.rows_refused,
        percent=100 * found.rows_read // max(1, found.rows_total),
        fills=found.mapping.duplicates == "fill",
    )


def view_columns(
    desk: Desk, found: ClientImport, rows: Sequence[Preview], typed: Typed | None
) -> list[Column]:
    """Each column with what was chosen for it."""
    columns = []
    for number, heading in enumerate(found.mapping.header):
        chosen = typed[f"column-{number}"] if typed else found.mapping.fields[number]
        fields = [(field, field_words(desk, field), field == chosen) for field in FIELDS]
        options = (("", desk.words.text("leave out"), not chosen), *fields)
        cells = [row.cells[number].strip() for row in rows if number < len(row.cells)]
        samples = [cell[:60] for cell in dict.fromkeys(cells) if cell][:MOST_SAMPLES]
        columns.append(Column(number, heading or f"{number + 1}", ", ".join(samples), options))
    return columns


def view_preview(desk: Desk, row: Preview) -> PreviewRow:
    """What would come of it, in words."""
    say = desk.words.text
    tone, words = {
        "new": ("good", say("new")),
        "filled": ("arrived", say("completed")),
        "known": ("quiet", say("known already")),
        "refused": ("bad", say("left out")),
    }[row.outcome]
    if row.client is None:
        bad = BadRow(row.line, row.cells, row.field, row.reason)
        cells = " ".join(cell.strip() for cell in row.cells[:3] if cell.strip())
        return PreviewRow(row.line, cells[:80], "", tone, words, reason_words(desk, bad))
    ways = [readable_phone(row.client.phone) if row.client.phone else "", row.client.email or ""]
    known = row.known_as if row.known_as != row.client.name else ""
    why = say("as {name}", name=known) if known else ""
    return PreviewRow(row.line, row.client.name, " · ".join(filter(None, ways)), tone, words, why)


def view_bad_row(desk: Desk, found: ClientImport, row: BadRow) -> BadRowView:
    """Which row, which column (none when it is the row itself), what is wrong."""
    fields = found.mapping.fields
    number = fields.index(row.field) if row.field and row.field in fields else None
    cell = row.cells[number] if number is not None and number < len(row.cells) else ""
    return BadRowView(
        line=row.line,
        who=" ".join(each.strip() for each in row.cells[:2] if each.strip())[:80],
        column=_column(desk, found, row, number),
        cell=cell[:120],
        why=reason_words(desk, row),
    )


def _column(desk: Desk, found: ClientImport, row: BadRow, number: int | None) -> str:
    """The heading; of a name that is missing from the list the field's own word."""
    if number is not None:
        return found.mapping.header[number]
    return field_words(desk, "name") if row.field else ""


def field_words(desk: Desk, field: str) -> str:
    """What a column may be."""
    say = desk.words.text
    return {
        "name": say("Name (all of it)"),
        "first_name": say("First name"),
        "last_name": say("Last name"),
        "email": say("Mail address"),
        "phone": say("Phone number"),
        "language": say("Language of the client"),
        "allergies": say("Allergies (warning)"),
        "note": say("Note about the client"),
        "marketing": say("Agreed to news (yes or no)"),
    }[field]


def reason_words(desk: Desk, row: BadRow) -> str:
    """What is wrong with the row."""
    say = desk.words.text
    return {
        "name_missing": say("The name is missing."),
        "name_invalid": say("The name holds signs that cannot be printed."),
        "name_too_long": say("The name is longer than 200 letters."),
        "email_invalid": say("This is no complete mail address."),
        "phone_invalid": say("This is no phone number that exists."),
        "too_long": say("The text is longer than 2,000 letters."),
        "too_many_cells": say(
            "The row has more cells than the heading: quotation marks around a separator may be"
            " missing."
        ),
    }.get(row.reason, row.reason)


def encoding_words(desk: Desk, encoding: str) -> str:
    """Which program writes so."""
    say = desk.words.text
    return {
        "utf-8": "UTF-8",
        "utf-16": "UTF-16",
        "cp1252": say("Windows, Western Europe"),
        "cp1250": say("Windows, Poland and neighbours"),
        "cp1251": say("Windows, Cyrillic"),
    }[encoding]
