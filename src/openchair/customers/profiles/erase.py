"""Erases a client: who they are, how to reach them, what the team noted, photographed and asked.
What stays is a row with a number, so that visits have somebody they belong to.

Called by `booking/clients/erase.py`, in whose transaction visits and messages are forgotten too.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.media.forget import forget_pictures

BELONGINGS = ("consents", "customer_notes", "customer_photos", "form_answers")


def number_of(client_id: UUID) -> str:
    """What stands where the name stood: it says nothing and stays the same."""
    return f"#{client_id.hex[-8:].upper()}"


async def erase_profiles(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, all_ids: Sequence[UUID]
) -> None:
    """Erase the client and, of `all_ids`, those who were merged into them."""
    values = {"salon_id": salon_id, "id": client_id, "ids": list(all_ids)}
    pictures = list(await session.scalars(PICTURES, values))
    await session.execute(FORGET_ROWS_OF_LISTS, values)
    for statement in (*DELETES, MERGES, MERGED):
        await session.execute(statement, values)
    await session.execute(ERASE, {**values, "number": number_of(client_id)})
    await forget_pictures(session, salon_id=salon_id, picture_ids=pictures)


THEIRS = "salon_id = :salon_id AND customer_id = ANY(CAST(:ids AS uuid[]))"
PICTURES = text(f"SELECT media_id FROM customer_photos WHERE {THEIRS}")  # noqa: S608 - ours
DELETES = [text(f"DELETE FROM {table} WHERE {THEIRS}") for table in BELONGINGS]  # noqa: S608
MERGES = text("""
    DELETE FROM customer_merges WHERE salon_id = :salon_id
        AND (kept_id = ANY(CAST(:ids AS uuid[])) OR gone_id = ANY(CAST(:ids AS uuid[])))
""")
MERGED = text("""
    DELETE FROM customers
    WHERE salon_id = :salon_id AND merged_into = :id AND id = ANY(CAST(:ids AS uuid[]))
""")
ERASE = text("""
    UPDATE customers
    SET name = :number, email = NULL, phone = NULL, allergies = '', import_id = NULL,
        erased_at = now()
    WHERE salon_id = :salon_id AND id = :id
""")
# Bad rows of a list may be about them: the name in any order over any cells, the address, or the
# telephone as it is dialled at home, unless somebody else has it too. These are no longer offered.
FORGET_ROWS_OF_LISTS = text("""
    WITH clients AS (
        SELECT email, phone,
            array_remove(regexp_split_to_array(lower(name), '[^[:alnum:]]+'), '') AS words
        FROM customers WHERE salon_id = :salon_id AND id = ANY(CAST(:ids AS uuid[]))
    ), numbers AS (
        SELECT right(phone, 8) AS ending FROM clients
        WHERE length(phone) > 8 AND NOT EXISTS (
            SELECT FROM customers AS other
            WHERE other.salon_id = :salon_id AND other.phone = clients.phone
                AND other.id <> ALL(CAST(:ids AS uuid[])))
    ), rows_of_lists AS (
        SELECT bad.id, lower(string_agg(cell, ' ')) AS said,
            array_agg(right(regexp_replace(cell, '[^0-9]', '', 'g'), 8)) AS endings
        FROM customer_import_errors AS bad, jsonb_array_elements_text(bad.cells) AS cell
        WHERE bad.salon_id = :salon_id GROUP BY bad.id
    )
    DELETE FROM customer_import_errors AS bad USING rows_of_lists AS row
    WHERE bad.salon_id = :salon_id AND bad.id = row.id
        AND (EXISTS (
                SELECT FROM clients WHERE strpos(row.said, lower(email)) > 0
                    OR (words <> '{}'
                        AND regexp_split_to_array(row.said, '[^[:alnum:]]+') @> words))
            OR EXISTS (SELECT FROM numbers WHERE ending = ANY(row.endings)))
""")
