"""Free times of a visit. A hot path: the domain's dataclasses become JSON as they are."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from openchair.api.answers import answer
from openchair.api.strict_route import StrictRoute
from openchair.api.v1 import responses as shapes
from openchair.api.v1.described import NOT_FOUND, answers
from openchair.api.v1.door import database_of
from openchair.api.v1.fields import Slug
from openchair.api.v1.requests import AvailabilityQuery
from openchair.booking.availability.find import find_times
from openchair.platform.clock import utc_now
from openchair.platform.errors import Invalid
from openchair.salons.queries import get_salon

router = APIRouter(route_class=StrictRoute, tags=["Booking"])


@router.get(
    "/salons/{slug}/availability",
    operation_id="findTimes",
    summary="Find free times",
    responses=answers(200, shapes.Availability, NOT_FOUND),
)
async def availability(
    request: Request, slug: Slug, query: Annotated[AvailabilityQuery, Query()]
) -> Response:
    """Every local date asked for with its free times, and the first free time from there on.

    A time is listed when the whole visit fits: people, chairs, rooms and devices, buffers,
    opening hours, lead time and horizon.
    """
    async with database_of(request).transaction() as session:
        salon = await get_salon(session, slug=slug)
        try:
            found = await find_times(
                session,
                salon=salon,
                service_ids=query.service_id,
                staff_ids=query.staff_id,
                first=query.first,
                last=query.last,
                now=utc_now(),
            )
        except Invalid as error:
            if error.field == "service_ids":  # the query names it in the singular
                error.field = "service_id"
            raise
    return answer(found)
