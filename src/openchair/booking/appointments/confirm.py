"""Turns a time into a booking: customer, appointments, message, audit and event in the caller's
one transaction. Doors run it by `attempt`, so that losing a race gives a proper answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.events import BookingConfirmed
from openchair.booking.appointments.form_gate import forms_asked, require_forms
from openchair.booking.appointments.place import PlacedVisit, place_visit
from openchair.booking.appointments.queries import get_hold, hold_expired
from openchair.booking.appointments.request import (
    BookingRequest,
    Confirmed,
    CustomerDetails,
    answered_before,
    clean_request,
)
from openchair.booking.appointments.tell import CONFIRMED, Told, client_writes
from openchair.booking.appointments.write import NewBooking, visit_writes
from openchair.booking.catalogue.queries import Catalogue, get_catalogue
from openchair.booking.occupancy.take import Segment, is_busy, keep, take_writes
from openchair.customers.consents.record import consent_writes
from openchair.customers.profiles.recognise import chosen_customer, recognise_customer
from openchair.identity.audit.record import Actor, audit_values, audit_write
from openchair.platform.db.driver import driver
from openchair.platform.db.together import Write, write_together
from openchair.platform.errors import Conflict, NotFound
from openchair.platform.events.event import emit
from openchair.salons.queries import Salon

CLIENT = Actor("client")


async def confirm_hold(
    session: AsyncSession,
    *,
    salon: Salon,
    hold_id: UUID,
    customer: CustomerDetails,
    consents: Mapping[str, bool],
    note: str = "",
    idempotency_key: str | None = None,
    source: str,
    actor: Actor = CLIENT,
    now: datetime,
) -> Confirmed:
    """Book the held visit. Without a key the hold itself makes a repeated call harmless.

    Raises `NotFound` (`hold_not_found`), `Conflict` (`hold_expired`, `customer_busy`,
    `form_missing`), `Invalid` on a field of `customer`, `consents`, `note` or `Idempotency-Key`.
    """
    request = clean_request(
        salon=salon,
        wanted=hold_id,
        customer=customer,
        consents=consents,
        note=note,
        idempotency_key=idempotency_key or f"hold:{hold_id}",
        source=source,
        actor=actor,
        now=now,
    )
    if (known := await answered_before(session, request)) is not None:
        return known
    try:
        hold = await get_hold(session, salon_id=salon.id, hold_id=hold_id, now=now)
        customer_id = await _recognise(session, request, hold.start, hold.end)
        await require_forms(
            session,
            salon=salon,
            customer_id=customer_id,
            form_ids=hold.form_ids,
            start=hold.start,
            language=request.language,
        )
    except (Conflict, NotFound) as refusal:
        return await _own_twin(session, request, refusal)
    booking = request.booking(
        customer_id=customer_id, start=hold.start, end=hold.end, price_minor=hold.price_minor
    )
    booking = replace(booking, hold_id=hold_id)
    await write_together(session, visit_writes(booking=booking, items=hold.items))
    if not await keep(session, salon_id=salon.id, hold_id=hold_id, booking_id=booking.id):
        raise hold_expired()  # it lapsed this very moment, and its time was given back
    connection = await driver(session)
    await connection.execute("DELETE FROM holds WHERE salon_id = $1 AND id = $2", salon.id, hold_id)
    presence = take_writes(
        salon_id=salon.id,
        segments=[_presence(booking)],
        state="confirmed",
        now=now,
        booking_id=booking.id,
    )
    return await _announce(session, request, booking, along_with=presence)


async def book(
    session: AsyncSession,
    *,
    salon: Salon,
    service_ids: Sequence[UUID],
    start: datetime,
    staff_ids: Sequence[UUID | None] = (),
    customer: CustomerDetails,
    consents: Mapping[str, bool],
    note: str = "",
    idempotency_key: str | None = None,
    source: str,
    actor: Actor = CLIENT,
    overbook: bool = False,
    may_overlap: bool = False,
    without_forms: bool = False,
    tell: bool = True,
    now: datetime,
    catalogue: Catalogue | None = None,
) -> Confirmed:
    """Book a visit without holding it first.

    The team (`actor.kind` "user" or "system") is free of lead time and grid; with `overbook` it
    doubles a taken time on purpose, which the audit log says. `may_overlap` lets the customer be
    in two visits at once. `catalogue` spares reading it when many visits are booked. Raises what
    `place_visit` raises, `Conflict` (`customer_busy`), and `Invalid` on a field of `customer`,
    `consents`, `note` or `Idempotency-Key`.
    """
    request = clean_request(
        salon=salon,
        wanted=[service_ids, start, staff_ids],
        customer=customer,
        consents=consents,
        note=note,
        idempotency_key=idempotency_key,
        source=source,
        actor=actor,
        now=now,
    )
    if (known := await answered_before(session, request)) is not None:
        return known
    catalogue = catalogue or await get_catalogue(session, salon_id=salon.id)
    try:
        visit = await place_visit(
            session,
            salon=salon,
            service_ids=service_ids,
            staff_ids=staff_ids,
            start=start,
            now=now,
            by_team=request.by_team,
            overbook=overbook and request.by_team,
            catalogue=catalogue,
        )
        alone = not (may_overlap or visit.overbooked)
        customer_id = await _recognise(session, request, visit.start, visit.end, alone=alone)
        missed = await require_forms(
            session,
            salon=salon,
            customer_id=customer_id,
            form_ids=forms_asked(catalogue, [item.service_id for item in visit.items]),
            start=visit.start,
            language=request.language,
            all_the_same=without_forms and request.by_team,
        )
    except Conflict as refusal:
        return await _own_twin(session, request, refusal)
    booking = request.booking(
        customer_id=customer_id, start=visit.start, end=visit.end, price_minor=visit.price_minor
    )
    booking = replace(booking, overbooked=visit.overbooked)
    writes = visit_writes(booking=booking, items=visit.items) + _taking(
        booking, visit, alone=alone, now=now
    )
    to_come = visit.end > now  # nobody is told today that they come yesterday
    return await _announce(
        session, request, booking, along_with=writes, tell=tell and to_come, missed_forms=missed
    )


async def _own_twin(
    session: AsyncSession, request: BookingRequest, refusal: Conflict | NotFound
) -> Confirmed:
    """The booking of this very request, sent twice at once, whose twin took the time just now."""
    if (known := await answered_before(session, request)) is not None:
        return known
    raise refusal


async def _recognise(
    session: AsyncSession,
    request: BookingRequest,
    start: datetime,
    end: datetime,
    *,
    alone: bool = True,
) -> UUID:
    """The customer, who cannot be in two visits at once unless somebody said it is fine."""
    customer = (
        await recognise_customer(
            session,
            salon_id=request.salon.id,
            contact=request.contact,
            language=request.language,
        )
        if request.client_id is None
        else await chosen_customer(session, salon_id=request.salon.id, client_id=request.client_id)
    )
    taken = alone and not customer.is_new
    if taken and await is_busy(
        session, resource_id=customer.id, start=start, end=end, now=request.now
    ):
        raise Conflict(
            "You already have an appointment here at that time. Please choose another time,"
            " or change the one you have by its link.",
            code="customer_busy",
            details={"alternatives": []},
        )
    return customer.id


def _taking(booking: NewBooking, visit: PlacedVisit, *, alone: bool, now: datetime) -> list[Write]:
    presence = [_presence(booking)] if alone else []
    return take_writes(
        salon_id=booking.salon_id,
        segments=[*visit.segments, *presence],
        state="overbooked" if visit.overbooked else "confirmed",
        now=now,
        booking_id=booking.id,
    )


def _presence(booking: NewBooking) -> Segment:
    return Segment(booking.customer_id, "customer", booking.appointment_date, booking.ends_at)


async def _announce(
    session: AsyncSession,
    request: BookingRequest,
    booking: NewBooking,
    *,
    along_with: Sequence[Write],
    tell: bool = True,
    missed_forms: Sequence[str] = (),
) -> Confirmed:
    """Consents, audit, mail and event: everything that must be true together with the booking,
    written by one statement with what is left to write of it.
    """
    told = await _told(session, request, booking) if tell else []
    await emit(
        session,
        BookingConfirmed(
            salon_id=booking.salon_id,
            subject_id=booking.id,
            start=booking.appointment_date,
            source=request.source,
        ),
        along_with=[
            *along_with,
            *_consented(request, booking),
            _audited(request, booking, missed_forms),
            *told,
        ],
    )
    zone = ZoneInfo(request.salon.time_zone)
    return Confirmed(
        booking_id=booking.id,
        manage_token=booking.manage_token,
        status=booking.status,
        start=booking.appointment_date.astimezone(zone),
        end=booking.ends_at.astimezone(zone),
    )


def _consented(request: BookingRequest, booking: NewBooking) -> list[Write]:
    return consent_writes(
        salon_id=booking.salon_id,
        customer_id=booking.customer_id,
        answers=request.consents,
        source=request.source,
    )


def _audited(request: BookingRequest, booking: NewBooking, missed_forms: Sequence[str]) -> Write:
    return audit_write(
        audit_values(
            actor=request.actor,
            action="create",
            resource_type="booking",
            resource_id=booking.id,
            salon_id=booking.salon_id,
            metadata={
                "start": booking.appointment_date.isoformat(),
                "source": request.source,
                "overbooked": booking.overbooked,
                **({"without_forms": list(missed_forms)} if missed_forms else {}),
            },
        )
    )


async def _told(session: AsyncSession, request: BookingRequest, booking: NewBooking) -> list[Write]:
    return await client_writes(
        session,
        kind=CONFIRMED,
        told=Told(
            salon_id=booking.salon_id,
            booking_id=booking.id,
            revision=0,
            email=booking.contact_email,
            phone=booking.contact_phone,
            language=booking.language,
            time_zone=request.salon.time_zone,
            start=booking.appointment_date,
            end=booking.ends_at,
        ),
        now=request.now,
        remind=request.consents.get("reminders", True),
    )
