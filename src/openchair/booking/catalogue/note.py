"""Writes an act on the price list into the audit log: everything it touched, before and after, so
that `undo.py` can take it back as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.catalogue.item import Item, to_data
from openchair.identity.audit.record import Actor, audit_values, audit_write
from openchair.platform.db.together import write_together

SERVICE = "service"
CATEGORY = "service_category"
ORDER = "price_list"


@dataclass(frozen=True, slots=True)
class Done:
    """What was made or changed, and the act by which it can be undone; None: nothing changed."""

    id: UUID
    act_id: UUID | None


async def note_items(
    session: AsyncSession,
    *,
    salon_id: UUID,
    by: Actor,
    action: str,
    before: Sequence[Item],
    after: Sequence[Item],
) -> UUID:
    """The act on services; the first of them is what it was about."""
    main = (*after, *before)[0]
    return await note(
        session,
        salon_id=salon_id,
        by=by,
        action=action,
        resource=(SERVICE, main.id),
        before=[to_data(item) for item in before],
        after=[to_data(item) for item in after],
    )


async def note(
    session: AsyncSession,
    *,
    salon_id: UUID,
    by: Actor,
    action: str,
    resource: tuple[str, UUID],
    before: Any,
    after: Any,
) -> UUID:
    """One act; `before` and `after` are JSON data. Answers its id."""
    row = audit_values(
        actor=by,
        action=action,
        resource_type=resource[0],
        resource_id=resource[1],
        salon_id=salon_id,
        metadata={"before": before, "after": after},
    )
    await write_together(session, [audit_write(row)])
    act_id: UUID = row["id"]
    return act_id
