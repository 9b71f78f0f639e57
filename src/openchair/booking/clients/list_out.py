"""All clients of a salon as rows of a list, a page at a time, so that a hundred thousand need no
more memory than five hundred. Called by the console, which writes them as CSV.
"""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from openchair.platform.db.engine import Database

PAGE_ROWS = 1000
COLUMNS = (
    "name",
    "email",
    "phone",
    "language",
    "allergies",
    "marketing",
    "created",
    "visits",
    "no_shows",
    "last_visit",
    "spent",
    "currency",
)
"""As `docs/client-data.md` explains them. The first six come back by an import as they went."""
FORMULA = "=+-@\t\r"


@dataclass(frozen=True, slots=True)
class ListedClient:
    """One client; money in minor units, `marketing` is None when they were never asked."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    language: str
    allergies: str
    marketing: bool | None
    created_at: datetime
    visits: int
    no_shows: int
    last_visit: datetime | None
    spent_minor: int


async def all_clients(database: Database, *, salon_id: UUID) -> AsyncIterator[list[ListedClient]]:
    """Pages of a thousand in the order in which they came, each read by one statement of its own:
    a slow download keeps no transaction open. Merged and erased clients are left out.
    """
    after = UUID(int=0)
    while True:
        async with database.transaction() as session:
            rows = await session.execute(
                PAGE, {"salon_id": salon_id, "after": after, "limit": PAGE_ROWS}
            )
            page = [ListedClient(*row) for row in rows]
        if not page:
            return
        yield page
        after = page[-1].id


def guarded(cells: Iterable[str]) -> list[str]:
    """Cells that no spreadsheet runs as a formula (OWASP, CSV injection): an apostrophe goes before
    a leading sign. A phone number as in E.164 is digits behind a plus and stays as it is.
    """
    return [
        f"'{cell}" if cell[:1] and cell[0] in FORMULA and not _is_phone(cell) else cell
        for cell in cells
    ]


def _is_phone(cell: str) -> bool:
    return cell[0] == "+" and cell[1:].isascii() and cell[1:].isdigit() and len(cell) <= 16


PAGE = text("""
    WITH page AS (
        SELECT id, name, email, phone, language, allergies, created_at FROM customers
        WHERE salon_id = :salon_id AND id > :after AND kind = 'person' AND merged_into IS NULL
            AND erased_at IS NULL
        ORDER BY id LIMIT :limit
    )
    SELECT page.id, page.name, page.email, page.phone, page.language, page.allergies, (
            SELECT answer.granted FROM consents AS answer
            WHERE answer.salon_id = :salon_id AND answer.customer_id = page.id
                AND answer.kind = 'marketing'
            ORDER BY answer.created_at DESC, answer.id DESC LIMIT 1
        ) AS marketing, page.created_at, coalesce(story.visits, 0), coalesce(story.no_shows, 0),
        story.last_visit, coalesce(story.spent, 0)
    FROM page LEFT JOIN (
        SELECT customer_id, count(*) FILTER (WHERE took_place) AS visits,
            count(*) FILTER (WHERE status = 'no_show') AS no_shows,
            max(appointment_date) FILTER (WHERE took_place) AS last_visit,
            sum(price_minor) FILTER (WHERE took_place) AS spent
        FROM (
            SELECT customer_id, status, appointment_date, price_minor,
                status IN ('arrived', 'in_chair', 'done', 'paid') AS took_place
            FROM bookings WHERE salon_id = :salon_id AND customer_id IN (SELECT id FROM page)
        ) AS visit GROUP BY customer_id
    ) AS story ON story.customer_id = page.id
    ORDER BY page.id
""")
