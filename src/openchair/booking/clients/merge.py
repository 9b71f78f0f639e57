"""Makes one client of two: visits, waiting and presence are handed over here, everything else by
`customers/profiles/merge.py`; and parts them again. Called by the console.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.profiles.merge import lock_two, merge_profiles
from openchair.customers.profiles.part import Merge, part_profiles
from openchair.customers.profiles.queries import Client
from openchair.identity.audit.record import Actor

TABLES = ("bookings", "waitlist_entries")
MOST_CLASHES = 20


@dataclass(frozen=True, slots=True)
class Weight:
    """How much belongs to a client."""

    visits: int
    last_visit: datetime | None
    waiting: int
    notes: int
    photos: int
    consents: int
    forms: int


@dataclass(frozen=True, slots=True)
class MergePlan:
    """Both as they are, what each has, and the times at which both are booked (`clashes`): these
    stay as they are, and one of them is marked as overbooked.
    """

    kept: Client
    gone: Client
    kept_has: Weight
    gone_has: Weight
    clashes: tuple[tuple[datetime, datetime], ...]


async def plan_merge(
    session: AsyncSession, *, salon_id: UUID, kept_id: UUID, gone_id: UUID
) -> MergePlan:
    """What a merge would do. Raises `NotFound`, `Invalid` on `other`, `Conflict`
    (`client_gone`).
    """
    kept, gone = await lock_two(session, salon_id=salon_id, kept_id=kept_id, gone_id=gone_id)
    two = {"salon_id": salon_id, "kept": kept_id, "gone": gone_id}
    clashes = await session.execute(CLASHES, {**two, "limit": MOST_CLASHES})
    return MergePlan(
        kept=kept,
        gone=gone,
        kept_has=await _weight(session, salon_id, kept_id),
        gone_has=await _weight(session, salon_id, gone_id),
        clashes=tuple((row.begins, row.ends) for row in clashes),
    )


async def merge_clients(
    session: AsyncSession,
    *,
    salon_id: UUID,
    kept_id: UUID,
    gone_id: UUID,
    choices: Mapping[str, str],
    by: Actor,
) -> UUID:
    """The merge's id. `choices` says by field whose value is kept: `kept`, `gone`, or for allergies
    `both`. Raises as `plan_merge` does.
    """
    kept, gone = await lock_two(session, salon_id=salon_id, kept_id=kept_id, gone_id=gone_id)
    two = {"salon_id": salon_id, "kept": kept_id, "gone": gone_id}
    moved: dict[str, Any] = {
        table: [str(each) for each in await session.scalars(HAND_OVER[table], two)]
        for table in TABLES
    }
    presence = await session.execute(TAKE_PRESENCE, two)
    moved["occupancy"] = [[str(row.id), row.state] for row in presence]
    return await merge_profiles(
        session, salon_id=salon_id, kept=kept, gone=gone, choices=choices, moved=moved, by=by
    )


async def part_clients(
    session: AsyncSession, *, salon_id: UUID, merge_id: UUID, by: Actor, now: datetime
) -> Merge:
    """Part them again. Raises as `part_profiles` does."""
    merge = await part_profiles(session, salon_id=salon_id, merge_id=merge_id, by=by, now=now)
    two = {"salon_id": salon_id, "kept": merge.kept_id, "gone": merge.gone_id}
    presence = merge.moved["occupancy"]
    await session.execute(
        GIVE_PRESENCE_BACK,
        {**two, "ids": [each[0] for each in presence], "states": [each[1] for each in presence]},
    )
    for table in TABLES:
        await session.execute(HAND_BACK[table], {**two, "ids": merge.moved[table]})
    return merge


async def _weight(session: AsyncSession, salon_id: UUID, client_id: UUID) -> Weight:
    row = (await session.execute(WEIGHT, {"salon_id": salon_id, "id": client_id})).one()
    return Weight(*row)


HAND_OVER = {
    table: text(
        f"UPDATE {table} SET customer_id = :kept"  # noqa: S608 - the tables are this room's own
        " WHERE salon_id = :salon_id AND customer_id = :gone RETURNING id"
    )
    for table in TABLES
}
HAND_BACK = {
    table: text(
        f"UPDATE {table} SET customer_id = :gone"  # noqa: S608 - the tables are this room's own
        " WHERE salon_id = :salon_id AND customer_id = :kept"
        " AND id = ANY(CAST(CAST(:ids AS text[]) AS uuid[]))"
    )
    for table in TABLES
}
OVERLAPPING = """
    SELECT FROM occupancy AS other
    WHERE other.resource_id = :kept AND other.salon_id = :salon_id
        AND other.state IN ('held', 'confirmed') AND other.during && theirs.during
"""
CLASHES = text(f"""
    SELECT lower(during) AS begins, upper(during) AS ends FROM occupancy AS theirs
    WHERE salon_id = :salon_id AND resource_id = :gone AND kind = 'customer'
        AND state = 'confirmed' AND EXISTS ({OVERLAPPING})
    ORDER BY lower(during) LIMIT :limit
""")  # noqa: S608 - the condition is this module's own
# Two visits at one time are refused to one client. Those that are booked already stay: theirs then
# stand outside the exclusion, as where somebody overbooked on purpose.
TAKE_PRESENCE = text(f"""
    WITH before AS (
        SELECT id, state FROM occupancy
        WHERE salon_id = :salon_id AND resource_id = :gone AND kind = 'customer'
        FOR UPDATE
    )
    UPDATE occupancy AS theirs
    SET resource_id = :kept,
        state = CASE WHEN theirs.state = 'confirmed' AND EXISTS ({OVERLAPPING})
            THEN 'overbooked' ELSE theirs.state END
    FROM before WHERE theirs.salon_id = :salon_id AND theirs.id = before.id
    RETURNING theirs.id, before.state
""")  # noqa: S608 - the condition is this module's own
GIVE_PRESENCE_BACK = text("""
    UPDATE occupancy AS theirs SET resource_id = :gone, state = before.state
    FROM unnest(CAST(CAST(:ids AS text[]) AS uuid[]), CAST(:states AS text[]))
        AS before (id, state)
    WHERE theirs.salon_id = :salon_id AND theirs.id = before.id AND theirs.resource_id = :kept
""")
WEIGHT = text("""
    SELECT
        (SELECT count(*) FROM bookings WHERE salon_id = :salon_id AND customer_id = :id),
        (SELECT max(appointment_date) FROM bookings
         WHERE salon_id = :salon_id AND customer_id = :id AND status <> 'cancelled'),
        (SELECT count(*) FROM waitlist_entries WHERE salon_id = :salon_id AND customer_id = :id),
        (SELECT count(*) FROM customer_notes WHERE salon_id = :salon_id AND customer_id = :id),
        (SELECT count(*) FROM customer_photos WHERE salon_id = :salon_id AND customer_id = :id),
        (SELECT count(*) FROM consents WHERE salon_id = :salon_id AND customer_id = :id),
        (SELECT count(*) FROM form_answers WHERE salon_id = :salon_id AND customer_id = :id)
""")
