"""The history of a visit: who changed it, when, what it was before and after; and the undo of the
latest change.

Read by the visit's page and the calendar. A change is put back exactly, the stretches it took
included, or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.lock import lock_booking
from openchair.booking.appointments.put_back import put_back
from openchair.booking.appointments.queries import Booking
from openchair.booking.appointments.rules import changed_meanwhile
from openchair.booking.appointments.snapshot import Snapshot, snapshot_of
from openchair.identity.audit.queries import Act, list_acts
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Conflict
from openchair.salons.queries import Salon


@dataclass(frozen=True, slots=True)
class Change:
    """One act on a visit. `actor` is "client", "user" or "system"; `before` and `after` are
    snapshots, None for what keeps none, such as the booking itself. `can_undo` as long as the
    visit is as the change left it.
    """

    id: UUID
    actor: str
    user_id: UUID | None
    action: str
    at: datetime
    metadata: dict[str, Any]
    before: Snapshot | None
    after: Snapshot | None
    can_undo: bool


async def changes_of(session: AsyncSession, *, salon_id: UUID, booking_id: UUID) -> list[Change]:
    """All that was done to the visit, the last first; at most a hundred acts."""
    acts = await list_acts(
        session, salon_id=salon_id, resource_type="booking", resource_id=booking_id
    )
    latest_first = sorted(acts, key=lambda act: act.id or UUID(int=0), reverse=True)
    kept = (_snapshots(act).get("after") for act in latest_first)
    now_is = next((snapshot for snapshot in kept if snapshot), None)
    return [_change(act, now_is) for act in latest_first]


async def latest_change(
    session: AsyncSession, *, salon_id: UUID, booking_id: UUID
) -> Change | None:
    """The change that can be undone now, if there is one."""
    changes = await changes_of(session, salon_id=salon_id, booking_id=booking_id)
    return changes[0] if changes and changes[0].can_undo else None


async def undo_change(
    session: AsyncSession,
    *,
    salon: Salon,
    booking_id: UUID,
    change_id: UUID,
    by: Actor,
    tell: bool = True,
    now: datetime,
) -> Booking:
    """Put the visit back to what it was before this change, and answer it as it is now.

    Undoing an undo does the change again. Raises `NotFound`, `Conflict` (`changed_meanwhile` when
    the visit is not any more as the change left it; `time_taken` when the time went to somebody
    else; `not_undoable`). Run it by `attempt`.
    """
    booking = await lock_booking(session, salon_id=salon.id, booking_id=booking_id)
    changes = await changes_of(session, salon_id=salon.id, booking_id=booking_id)
    change = _named(changes, change_id)
    now_is = await snapshot_of(session, booking=booking)
    if now_is != change.after or change.before is None:
        raise changed_meanwhile()
    return await put_back(
        session,
        salon=salon,
        booking=booking,
        now_is=now_is,
        back_to=change.before,
        undone=change.action,
        by=by,
        tell=tell,
        now=now,
    )


def _named(changes: Sequence[Change], change_id: UUID) -> Change:
    for change in changes:
        if change.id == change_id:
            if change.before is None:
                raise Conflict("This cannot be undone by itself.", code="not_undoable")
            return change
    raise Conflict("This change is not known any more.", code="not_undoable")


def _change(act: Act, now_is: Snapshot | None) -> Change:
    snapshots = _snapshots(act)
    before, after = snapshots.get("before"), snapshots.get("after")
    return Change(
        id=act.id or UUID(int=0),
        actor=act.actor,
        user_id=act.user_id,
        action=act.action,
        at=act.at,
        metadata={key: value for key, value in act.metadata.items() if key != "snapshot"},
        before=before,
        after=after,
        can_undo=before is not None and before != after and after == now_is,
    )


def _snapshots(act: Act) -> dict[str, Snapshot]:
    return act.metadata.get("snapshot") or {}
