"""Who may be the same person as this client: the same telephone, or a name that is nearly the same.
Called by the page that merges; changes nothing.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MOST = 6
ALIKE, WORD_ALIKE = 0.5, 0.6


@dataclass(frozen=True, slots=True)
class Twin:
    """Somebody who may be the same; `same_phone` says why, otherwise it is the name."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    same_phone: bool


async def likely_twins(
    session: AsyncSession, *, salon_id: UUID, client_id: UUID, name: str, phone: str | None
) -> list[Twin]:
    """At most six, those at the same telephone first. Read by the indexes of the search."""
    await session.execute(THRESHOLD, {"likeness": str(WORD_ALIKE)})
    rows = await session.execute(
        TWINS,
        {
            "salon_id": salon_id,
            "id": client_id,
            "name": name,
            "phone": phone,
            "alike": ALIKE,
            "most": MOST,
        },
    )
    return [Twin(*row) for row in rows]


THRESHOLD = text("SELECT set_config('pg_trgm.word_similarity_threshold', :likeness, true)")
TWINS = text("""
    SELECT id, name, email, phone, same_phone FROM (
        SELECT id, name, email, phone, coalesce(phone = CAST(:phone AS text), false) AS same_phone,
            similarity(fold_text(name), fold_text(:name)) AS likeness
        FROM customers
        WHERE salon_id = :salon_id AND kind = 'person' AND merged_into IS NULL
            AND erased_at IS NULL AND id <> :id
            AND (phone = CAST(:phone AS text) OR search_text %> fold_text(:name))
    ) AS near
    WHERE same_phone OR likeness >= :alike
    ORDER BY same_phone DESC, likeness DESC, id LIMIT :most
""")
