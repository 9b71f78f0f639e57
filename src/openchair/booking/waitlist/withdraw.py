"""Takes somebody off the waitlist, and takes that back. The client by their link, or the desk."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.waitlist.end_offer import end_offer
from openchair.booking.waitlist.events import WaitlistJoined, WaitlistLeft
from openchair.booking.waitlist.lock import lock_entry
from openchair.booking.waitlist.queries import Entry
from openchair.booking.waitlist.rules import is_over
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict
from openchair.platform.events.event import emit
from openchair.salons.queries import Salon


async def withdraw_entry(
    session: AsyncSession, *, salon: Salon, entry_id: UUID, by: Actor, now: datetime
) -> Entry:
    """They wait no more; an open offer goes to the next one. Who does not wait stays as they are.

    Raises `NotFound`.
    """
    entry = await lock_entry(session, salon_id=salon.id, entry_id=entry_id)
    if entry.status not in {"waiting", "offered"}:
        return entry
    if entry.open is not None:
        await end_offer(
            session, entry=entry, offer=entry.open, answer="declined", by=by, answered_at=now
        )
    await _change(session, entry, "withdrawn", by)
    await emit(session, WaitlistLeft(salon_id=salon.id, subject_id=entry.id))
    return entry


async def restore_entry(
    session: AsyncSession, *, salon: Salon, entry_id: UUID, by: Actor, now: datetime
) -> Entry:
    """They wait again, at their old place. Who waits already stays as they are.

    Raises `NotFound`; `Conflict` (`waitlist_over`) when their days are past, or they have a visit.
    """
    entry = await lock_entry(session, salon_id=salon.id, entry_id=entry_id)
    if entry.status in {"waiting", "offered"}:
        return entry
    today = now.astimezone(ZoneInfo(salon.time_zone)).date()
    if entry.status != "withdrawn" or is_over(entry.wish, today):
        raise Conflict(
            "The days of this wish are over. Please put them down anew.", code="waitlist_over"
        )
    await _change(session, entry, "waiting", by)
    await emit(session, WaitlistJoined(salon_id=salon.id, subject_id=entry.id, source="restored"))
    return entry


async def _change(session: AsyncSession, entry: Entry, status: str, by: Actor) -> None:
    connection = await driver(session)
    await connection.execute(
        "UPDATE waitlist_entries SET status = $3 WHERE salon_id = $1 AND id = $2",
        entry.salon_id,
        entry.id,
        status,
    )
    await record(
        session,
        actor=by,
        action=f"waitlist.{status}",
        resource_type="waitlist_entry",
        resource_id=entry.id,
        salon_id=entry.salon_id,
        metadata={"before": entry.status, "after": status},
    )
