"""What would come of the first rows of a list, before anything is written. Called by the page."""

from dataclasses import dataclass
from itertools import islice
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.imports.known import find_people
from openchair.customers.imports.queries import Mapping
from openchair.customers.imports.read import Sheet
from openchair.customers.imports.rules import ImportedClient, Refused, client_of
from openchair.salons.queries import Salon

ROWS = 20

Outcome = Literal["new", "filled", "known", "refused"]


@dataclass(frozen=True, slots=True)
class Preview:
    """One row and what would come of it; `known_as` is who the salon thinks it is, `field` and
    `reason` say what is wrong.
    """

    line: int
    cells: tuple[str, ...]
    outcome: Outcome
    client: ImportedClient | None = None
    known_as: str = ""
    field: str = ""
    reason: str = ""


async def preview_rows(
    session: AsyncSession, *, salon: Salon, sheet: Sheet, mapping: Mapping
) -> list[Preview]:
    """The first twenty rows, as `take.py` would take them."""
    lines = list(islice(sheet.lines(), ROWS))
    read: list[ImportedClient | Refused] = []
    for line in lines:
        try:
            read.append(
                client_of(
                    line.cells,
                    fields=mapping.fields,
                    country=salon.location.country,
                    language=salon.default_language,
                )
            )
        except Refused as problem:
            read.append(problem)
    good = [each for each in read if isinstance(each, ImportedClient)]
    people = await find_people(session, salon_id=salon.id, wanted=good)
    shown = []
    for line, client in zip(lines, read, strict=True):
        if isinstance(client, Refused):
            refusal = Preview(
                line.number, line.cells, "refused", field=client.field, reason=client.reason
            )
            shown.append(refusal)
            continue
        known = people.find(client)
        outcome: Outcome = "new" if known is None else "known"
        if known is None:
            people.add(client)
        elif mapping.duplicates == "fill":
            before = len(known.completed)
            known.complete(client)
            outcome = "filled" if len(known.completed) > before else "known"
        shown.append(Preview(line.number, line.cells, outcome, client, known.name if known else ""))
    return shown
