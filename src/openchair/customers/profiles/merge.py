"""Makes one client of two, and parts them again as they were. Called by booking, which hands over
the visits (`booking/clients/merge.py`).

Who goes stays as a row that points to who is kept: their links, their second mail address and
their telephone lead there from now on.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.customers.profiles.acts import record_act
from openchair.customers.profiles.edit import editable
from openchair.customers.profiles.models import CustomerMergeRow, CustomerRow
from openchair.customers.profiles.queries import Client
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id

FIELDS = ("name", "email", "phone", "language", "allergies")
BOTH = "both"
BELONGINGS = ("consents", "customer_notes", "customer_photos", "form_answers")


async def lock_two(
    session: AsyncSession, *, salon_id: UUID, kept_id: UUID, gone_id: UUID
) -> tuple[Client, Client]:
    """Both, kept from others until the transaction ends. Raises `NotFound`, `Invalid` on `other`
    when they are one already, `Conflict` (`client_gone`).
    """
    if kept_id == gone_id:
        raise Invalid("Please choose another client.", field="other")
    found = {
        each: await editable(session, salon_id=salon_id, client_id=each)
        for each in sorted((kept_id, gone_id))
    }
    return found[kept_id], found[gone_id]


def chosen_values(kept: Client, gone: Client, choices: Mapping[str, str]) -> dict[str, Any]:
    """What the kept client has afterwards: for each field its own value, the other's (`gone`), or
    for allergies both. What one of them lacks comes from the other, unless something was chosen.
    """
    values = {}
    for field in FIELDS:
        mine, theirs = getattr(kept, field), getattr(gone, field)
        choice = choices.get(field) or ("kept" if mine else "gone")
        values[field] = theirs if choice == "gone" else mine
        if field == "allergies" and choices.get(field, BOTH) == BOTH:
            values[field] = _both(mine, theirs)
    return values


async def merge_profiles(
    session: AsyncSession,
    *,
    salon_id: UUID,
    kept: Client,
    gone: Client,
    choices: Mapping[str, str],
    moved: Mapping[str, Any],
    by: Actor,
) -> UUID:
    """The merge's id. `moved` is what the caller handed over, for the undo. Both are locked."""
    after = chosen_values(kept, gone, choices)
    email_left = kept.email if after["email"] == gone.email and kept.email else gone.email
    if email_left == after["email"]:
        email_left = None
    await _write(session, salon_id, gone.id, {"email": None, "merged_into": kept.id})
    await _write(session, salon_id, kept.id, after)
    await _write(session, salon_id, gone.id, {"email": email_left})
    belongings = {
        table: await _hand_over(session, table, salon_id=salon_id, source=gone.id, to=kept.id)
        for table in BELONGINGS
    }
    followers = await session.scalars(
        FOLLOW, {"salon_id": salon_id, "source": gone.id, "to": kept.id}
    )
    merge_id = new_id()
    session.add(
        CustomerMergeRow(
            salon_id=salon_id,
            id=merge_id,
            kept_id=kept.id,
            gone_id=gone.id,
            merged_by=by.user_id,
            gone={
                "kept": {field: getattr(kept, field) for field in FIELDS},
                "after": after,
                "email": gone.email,
                "belongings": belongings,
                "followers": [str(each) for each in followers],
                "moved": dict(moved),
            },
        )
    )
    await session.flush()
    said = {"merge_id": str(merge_id), "kept_id": str(kept.id), "gone_id": str(gone.id)}
    for each in (kept, gone):
        await record_act(
            session, salon_id=salon_id, client_id=each.id, action="merge", by=by, said=said
        )
    return merge_id


async def _write(
    session: AsyncSession, salon_id: UUID, client_id: UUID, values: Mapping[str, Any]
) -> None:
    await session.execute(
        update(CustomerRow)
        .where(CustomerRow.salon_id == salon_id, CustomerRow.id == client_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


async def _hand_over(
    session: AsyncSession, table: str, *, salon_id: UUID, source: UUID, to: UUID
) -> list[str]:
    rows = await session.scalars(
        HAND_OVER[table], {"salon_id": salon_id, "source": source, "to": to}
    )
    return [str(each) for each in rows]


def _both(mine: str, theirs: str) -> str:
    """Two warnings, each once. Nothing about somebody's health is ever cut off."""
    if not theirs or theirs in mine:
        return mine
    if not mine or mine in theirs:
        return theirs
    return f"{mine}\n{theirs}"


HAND_OVER = {
    table: text(
        f"UPDATE {table} SET customer_id = :to"  # noqa: S608 - the tables are this room's own
        " WHERE salon_id = :salon_id AND customer_id = :source RETURNING id"
    )
    for table in BELONGINGS
}
FOLLOW = text("""
    UPDATE customers SET merged_into = :to
    WHERE salon_id = :salon_id AND merged_into = :source RETURNING id
""")
