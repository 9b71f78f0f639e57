"""Keeping a time while its client is still typing."""

from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from openchair.api.answers import answer, money
from openchair.api.strict_route import StrictRoute
from openchair.api.v1 import responses as shapes
from openchair.api.v1.described import BODY, CONFLICT, NOT_FOUND, answers
from openchair.api.v1.door import database_of
from openchair.api.v1.fields import HoldId, Slug
from openchair.api.v1.requests import HoldRequest
from openchair.booking.appointments.hold import hold_time, release_hold
from openchair.booking.appointments.queries import Hold
from openchair.identity.audit.caller import client_of
from openchair.platform.clock import utc_now
from openchair.platform.db.attempt import attempt
from openchair.salons.queries import Salon, get_salon

router = APIRouter(route_class=StrictRoute, tags=["Booking"])


@router.post(
    "/salons/{slug}/holds",
    status_code=201,
    operation_id="holdTime",
    summary="Hold a time",
    responses=answers(201, shapes.Hold, NOT_FOUND, CONFLICT, *BODY),
)
async def hold(request: Request, slug: Slug, body: HoldRequest) -> Response:
    """Keep a time for the salon's hold minutes: nobody else can take it until `expires_at`."""

    async def work(session: AsyncSession) -> tuple[Salon, Hold]:
        salon = await get_salon(session, slug=slug)
        return salon, await hold_time(
            session,
            salon=salon,
            service_ids=body.service_ids,
            start=body.start,
            staff_ids=() if body.staff_id is None else (body.staff_id,),
            address=client_of(request).ip,
            now=utc_now(),
        )

    salon, held = await attempt(database_of(request), work)
    return answer(_hold(held, salon.currency), status=201)


@router.delete(
    "/salons/{slug}/holds/{hold_id}",
    status_code=204,
    operation_id="releaseHold",
    summary="Give a held time back",
    responses=answers(204, None, NOT_FOUND),
)
async def release(request: Request, slug: Slug, hold_id: HoldId) -> Response:
    """Free the time at once. A hold that is gone already is fine too."""
    async with database_of(request).transaction() as session:
        salon = await get_salon(session, slug=slug)
        await release_hold(session, salon_id=salon.id, hold_id=hold_id)
    return Response(status_code=204)


def _hold(held: Hold, currency: str) -> dict[str, Any]:
    return {
        "hold_id": held.id,
        "expires_at": held.expires_at,
        "start": held.start,
        "end": held.end,
        "staff_id": held.staff_id,
        "price": money(held.price_minor, currency),
        "appointments": [
            {
                "service_id": item.service_id,
                "staff_id": item.staff_id,
                "start": item.start,
                "end": item.end,
                "price": money(item.price_minor, currency),
            }
            for item in held.items
        ],
    }
