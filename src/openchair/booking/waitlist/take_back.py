"""An offer is taken back, because the desk needs the time otherwise; who was asked is told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.waitlist.end_offer import end_offer
from openchair.booking.waitlist.lock import lock_entry
from openchair.booking.waitlist.tell import tell_gone
from openchair.identity.audit.record import Actor
from openchair.platform.errors import Conflict
from openchair.salons.queries import Salon


async def take_back_offer(
    session: AsyncSession, *, salon: Salon, entry_id: UUID, offer_id: UUID, by: Actor, now: datetime
) -> None:
    """End the offer; an apology goes out unless the offer itself had not gone out yet.

    Raises `NotFound`; `Conflict` (`offer_over`) when it was answered or lapsed meanwhile.
    """
    entry = await lock_entry(session, salon_id=salon.id, entry_id=entry_id)
    if entry.open is None or entry.open.id != offer_id:
        raise Conflict("This offer is over: it was answered, or it lapsed.", code="offer_over")
    unsent = await end_offer(
        session, entry=entry, offer=entry.open, answer="lapsed", by=by, answered_at=now
    )
    if not unsent:
        await tell_gone(session, salon=salon, entry=entry, offer=entry.open)
