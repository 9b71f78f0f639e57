"""A client's own booking, by the token of the manage link: see it, cancel it, move it."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from openchair.api.answers import answer, money
from openchair.api.strict_route import StrictRoute
from openchair.api.v1 import responses as shapes
from openchair.api.v1.described import BODY, CONFLICT, NOT_FOUND, answers
from openchair.api.v1.door import database_of, local
from openchair.api.v1.fields import Token
from openchair.api.v1.requests import CancelRequest, RescheduleRequest
from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.links import manage_url
from openchair.booking.appointments.queries import Booking, get_booking
from openchair.booking.appointments.reschedule import reschedule_booking
from openchair.identity.audit.caller import client_of
from openchair.platform.clock import utc_now
from openchair.platform.db.attempt import attempt
from openchair.salons.queries import get_salon

router = APIRouter(route_class=StrictRoute, tags=["A client's booking"])


@router.get(
    "/bookings/{token}",
    operation_id="getBooking",
    summary="Get a booking",
    responses=answers(200, shapes.Booking, NOT_FOUND),
)
async def booking(request: Request, token: Token) -> Response:
    """The booking and until when it can be changed."""
    async with database_of(request).transaction() as session:
        found = await get_booking(session, token=token)
    return answer(_booking(found))


@router.post(
    "/bookings/{token}/cancel",
    operation_id="cancelBooking",
    summary="Cancel a booking",
    responses=answers(200, shapes.Booking, NOT_FOUND, CONFLICT, *BODY),
)
async def cancel(request: Request, token: Token, body: CancelRequest | None = None) -> Response:
    """Call the visit off, until the salon's deadline. One that is cancelled already stays so."""

    async def work(session: AsyncSession) -> Booking:
        found = await get_booking(session, token=token)
        await cancel_booking(
            session,
            salon=await get_salon(session, slug=found.salon_slug),
            booking_id=found.id,
            by=client_of(request),
            reason=body.reason if body else "",
            now=utc_now(),
        )
        return await get_booking(session, token=token)

    return answer(_booking(await attempt(database_of(request), work)))


@router.post(
    "/bookings/{token}/reschedule",
    operation_id="rescheduleBooking",
    summary="Move a booking",
    responses=answers(200, shapes.Booking, NOT_FOUND, CONFLICT, *BODY),
)
async def reschedule(request: Request, token: Token, body: RescheduleRequest) -> Response:
    """Move the visit, until the salon's deadline and as often as it allows. Without `staff_id`
    it stays with the same people.
    """

    async def work(session: AsyncSession) -> Booking:
        found = await get_booking(session, token=token)
        return await reschedule_booking(
            session,
            salon=await get_salon(session, slug=found.salon_slug),
            booking_id=found.id,
            start=body.start,
            staff_ids=None if body.staff_id is None else (body.staff_id,),
            by=client_of(request),
            now=utc_now(),
        )

    return answer(_booking(await attempt(database_of(request), work)))


def _booking(found: Booking) -> dict[str, Any]:
    return {
        "booking_id": found.id,
        "salon": found.salon_slug,
        "status": found.status,
        "start": found.start,
        "end": found.end,
        "time_zone": found.time_zone,
        "price": money(found.price_minor, found.currency),
        "customer": {
            "name": found.customer_name,
            "email": found.customer_email,
            "phone": found.customer_phone,
            "language": found.language,
        },
        "note": found.note,
        "appointments": [
            {
                "id": each.id,
                "service_id": each.service_id,
                "service_name": each.service_name,
                "staff_id": each.staff_id,
                "staff_name": each.staff_name,
                "start": each.start,
                "end": each.end,
                "price": money(each.price_minor, found.currency),
            }
            for each in found.appointments
        ],
        "can_cancel_until": found.can_cancel_until,
        "can_reschedule_until": found.can_reschedule_until,
        "created_at": local(found.created_at, found.time_zone),
        "cancelled_at": local(found.cancelled_at, found.time_zone),
        "manage_url": manage_url(
            slug=found.salon_slug, language=found.language, token=found.manage_token
        ),
    }
