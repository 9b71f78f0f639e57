"""Tells a salon's own software what happened to a booking, as an outgoing webhook.

Called by the job that `reactions.py` attaches to the events of bookings. Ids, times and services
go out; never a client's name, address or number.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.queries import Booking, get_booking_by_id
from openchair.platform.errors import NotFound
from openchair.platform.events.queries import RecordedEvent, get_event
from openchair.webhooks.outgoing.publish import envelope, publish
from openchair.webhooks.outgoing.queries import is_wanted


async def announce(
    session: AsyncSession, *, salon_id: UUID, booking_id: UUID, event_id: UUID
) -> int:
    """Queue the event for every endpoint that wants it; answers for how many. Doing it twice
    changes nothing. A booking that is gone by now is nobody's business any more.
    """
    event = await get_event(session, event_id=event_id)
    if event is None or not await is_wanted(session, salon_id=salon_id, event_type=event.name):
        return 0
    try:
        booking = await get_booking_by_id(session, booking_id=booking_id, salon_id=salon_id)
    except NotFound:
        return 0
    return await publish(
        session,
        salon_id=salon_id,
        event_id=str(event_id),
        event_type=event.name,
        payload=envelope(event.name, at=event.at, data=_data(event, booking)),
    )


def _data(event: RecordedEvent, booking: Booking) -> dict[str, object]:
    """The booking as it is now. `revision` grows with every change, so that whoever gets two
    events in the wrong order knows which of them is newer.
    """
    data: dict[str, object] = {
        "booking_id": str(booking.id),
        "salon": booking.salon_slug,
        "status": booking.status,
        "revision": booking.revision,
        "start": booking.start.isoformat(),
        "end": booking.end.isoformat(),
        "time_zone": booking.time_zone,
        "customer_id": str(booking.customer_id),
        "source": booking.source,
        "services": [
            {
                "service_id": str(each.service_id),
                "name": each.service_name,
                "staff_id": str(each.staff_id),
                "start": each.start.isoformat(),
                "end": each.end.isoformat(),
            }
            for each in booking.appointments
        ],
    }
    if before := event.payload.get("before"):
        data["previous_start"] = before
    return data
