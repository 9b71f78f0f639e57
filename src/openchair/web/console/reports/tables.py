"""A report as a table: what the page shows, what the plot is drawn from, and what the CSV holds are
the same rows. Pure.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import get_currency_precision

from openchair.booking.clients.list_out import guarded
from openchair.web.console.door import Desk


@dataclass(frozen=True, slots=True)
class Cell:
    """What people read, and the plain value behind it."""

    shown: str
    value: str = ""
    share: float | None = None
    """How full a bar behind it is, 0 to 1; None for no bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure with how it was in the period before; `better` None where neither is."""

    name: str
    value: str
    before: str
    change: str
    better: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`columns` begin with the heading of the rows. `plot` is the number of columns that are drawn
    as lines over the rows, counted from the first after the heading.
    """

    key: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    plot: int = 0
    empty: str = ""


def words_cell(text: str) -> Cell:
    """A cell of words."""
    return Cell(text, text)


def number_cell(number: int, *, most: int = 0) -> Cell:
    """A count, with a bar of its share of `most`."""
    return Cell(str(number), str(number), number / most if most else None)


def money_cell(desk: Desk, minor: int, *, most: int = 0) -> Cell:
    """An amount; the value is in major units, as spreadsheets want it."""
    digits = get_currency_precision(desk.formats.currency)
    value = f"{minor / 10**digits:.{digits}f}"
    return Cell(desk.formats.money(minor), value, minor / most if most else None)


def percent_cell(part: int, whole: int) -> Cell:
    """A share in whole percent; nothing where there is no whole."""
    if not whole:
        return Cell("–")
    percent = round(100 * part / whole)
    return Cell(f"{percent} %", str(percent), min(1.0, part / whole))


def hours_cell(desk: Desk, minutes: int) -> Cell:
    """Minutes in words; the value is in hours."""
    return Cell(desk.formats.minutes(minutes), f"{minutes / 60:.2f}")


def write_csv(tables: Sequence[Table]) -> str:
    """The tables below one another, as RFC 4180 has it; cells that begin like a formula are
    guarded.
    """
    written = io.StringIO()
    writer = csv.writer(written)
    for number, table in enumerate(tables):
        if number:
            writer.writerow([])
        writer.writerow(table.columns)
        for row in (*table.rows, *((table.total,) if table.total else ())):
            writer.writerow(guarded(cell.value for cell in row))
    return written.getvalue()
