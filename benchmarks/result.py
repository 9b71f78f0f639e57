"""One number and what it is held against; `make bench` prints them and keeps them as JSON."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True, kw_only=True)
class Result:
    """`value` and `reference` in `unit`, measured in the same run; `ratio` is one over the other.

    `bound` says what the ratio should keep to, `holds` whether it did; `where` says where the
    time or the memory goes.
    """

    name: str
    value: float
    unit: str
    reference: float
    ratio: float
    bound: str
    holds: bool
    against: str
    where: str


def keep(results: list[Result]) -> None:
    """Write the results that were measured, beside those of other names kept before."""
    kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
    names = {result.name for result in results}
    rows = [row for row in kept if row["name"] not in names] + [asdict(each) for each in results]
    RESULTS.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")


def show(results: list[Result]) -> None:
    """Print them as a table, and below it where the time goes."""
    console = Console()
    table = Table("name", "value", "reference", "ratio", "should be", "against")
    for each in results:
        mark = "" if each.holds else "  (missed)"
        table.add_row(
            each.name,
            f"{each.value:,.1f} {each.unit}",
            f"{each.reference:,.1f} {each.unit}",
            f"{each.ratio:.2f}{mark}",
            each.bound,
            each.against,
        )
    console.print(table)
    for each in results:
        console.print(f"[bold]{each.name}[/bold]  {each.where}\n")
