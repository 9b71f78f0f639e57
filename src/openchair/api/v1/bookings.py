"""A client books: what was held, or a time at once. A hot path."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Header, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from openchair.api.answers import answer
from openchair.api.strict_route import StrictRoute
from openchair.api.v1 import responses as shapes
from openchair.api.v1.described import BODY, CONFLICT, NOT_FOUND, REPLAYED, answers
from openchair.api.v1.door import database_of
from openchair.api.v1.fields import Slug
from openchair.api.v1.links import booking_path
from openchair.api.v1.requests import BookingRequest, Consents, CustomerDetails, HeldBooking
from openchair.booking.appointments import request as domain
from openchair.booking.appointments.confirm import book, confirm_hold
from openchair.booking.appointments.links import manage_url
from openchair.booking.catalogue.queries import get_offer
from openchair.identity.audit.caller import client_of
from openchair.platform.clock import utc_now
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid
from openchair.salons.queries import Salon, get_salon

SOURCE = "api"

router = APIRouter(route_class=StrictRoute, tags=["Booking"])

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x20-\x7E]+$",
        description="Makes a repeated request harmless: the same key with the same body gets "
        "the same booking, with another body 422.",
        examples=["f3b0c7de-51"],
    ),
]


@router.post(
    "/salons/{slug}/bookings",
    status_code=201,
    operation_id="book",
    summary="Book a visit",
    responses=answers(201, shapes.Confirmed, NOT_FOUND, CONFLICT, *BODY, headers=REPLAYED),
)
async def bookings(
    request: Request, slug: Slug, body: BookingRequest, idempotency_key: IdempotencyKey = None
) -> Response:
    """Confirm a held time, or book one at once. The confirmation goes out by mail."""

    async def work(session: AsyncSession) -> tuple[Salon, str, domain.Confirmed]:
        if isinstance(body, HeldBooking):
            salon = await get_salon(session, slug=slug)
            customer = _customer(body.customer, salon)
            confirmed = await confirm_hold(
                session,
                salon=salon,
                hold_id=body.hold_id,
                customer=customer,
                consents=_answered(body.consents),
                note=body.note,
                idempotency_key=idempotency_key,
                source=SOURCE,
                actor=client_of(request),
                now=utc_now(),
            )
        else:
            salon, catalogue = await get_offer(session, slug=slug)
            customer = _customer(body.customer, salon)
            confirmed = await book(
                session,
                salon=salon,
                service_ids=body.service_ids,
                start=body.start,
                staff_ids=() if body.staff_id is None else (body.staff_id,),
                catalogue=catalogue,
                customer=customer,
                consents=_answered(body.consents),
                note=body.note,
                idempotency_key=idempotency_key,
                source=SOURCE,
                actor=client_of(request),
                now=utc_now(),
            )
        return salon, customer.language, confirmed

    salon, language, confirmed = await attempt(database_of(request), work)
    zone = ZoneInfo(salon.time_zone)
    headers = {"Location": booking_path(confirmed.manage_token)}
    if confirmed.replayed:
        headers["Idempotent-Replayed"] = "true"
    return answer(
        {
            "booking_id": confirmed.booking_id,
            "status": confirmed.status,
            "start": confirmed.start.astimezone(zone),
            "end": confirmed.end.astimezone(zone),
            "manage_url": manage_url(
                slug=salon.slug, language=language, token=confirmed.manage_token
            ),
        },
        status=201,
        headers=headers,
    )


def _customer(said: CustomerDetails, salon: Salon) -> domain.CustomerDetails:
    language = said.language or salon.default_language
    if language not in salon.languages:
        raise Invalid(
            f"This salon speaks {', '.join(salon.languages)}. Please choose one of them.",
            code="language_not_offered",
            field="customer.language",
        )
    return domain.CustomerDetails(
        name=said.name, email=said.email, phone=said.phone, language=language
    )


def _answered(consents: Consents) -> dict[str, bool]:
    return consents.model_dump(exclude_none=True)
