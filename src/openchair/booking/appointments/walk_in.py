"""Somebody comes in without a booking and sits down: a visit that begins now, for a customer whom
nobody knows. Nobody is told, and any number of them may be here at once.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.change import WALK_IN
from openchair.booking.appointments.events import BookingConfirmed
from openchair.booking.appointments.form_gate import forms_asked, require_forms
from openchair.booking.appointments.mark import mark_arrived
from openchair.booking.appointments.place import PlacedVisit, place_visit
from openchair.booking.appointments.request import BookingRequest, Confirmed, answered_before
from openchair.booking.appointments.write import visit_writes
from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.occupancy.take import take_writes
from openchair.customers.profiles.contact import Contact, clean_name
from openchair.customers.profiles.walk_in import walk_in_customer
from openchair.identity.audit.record import Actor, audit_values, audit_write
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.events.event import emit
from openchair.platform.languages.catalogues import words_for
from openchair.salons.queries import Salon

KEY_LENGTH = 200


async def walk_in(
    session: AsyncSession,
    *,
    salon: Salon,
    service_ids: Sequence[UUID],
    staff_id: UUID | None = None,
    name: str = "",
    by: Actor,
    key: str,
    overbook: bool = False,
    now: datetime,
) -> Confirmed:
    """A visit from this minute on, marked as arrived. `staff_id` None takes whoever is free; `key`
    makes a repeated press harmless.

    Raises `Conflict` (`time_taken` with `alternatives`; `form_missing`, as nobody knows what a
    stranger has passed), `Invalid` on `service_ids`, `staff_id`,
    `customer.name` or `Idempotency-Key`. Run it by `attempt`.
    """
    request = _request(salon, [*service_ids, staff_id], name=name, by=by, key=key, now=now)
    if (known := await answered_before(session, request)) is not None:
        return known
    catalogue = await get_catalogue(session, salon_id=salon.id)
    try:
        visit = await place_visit(
            session,
            salon=salon,
            service_ids=service_ids,
            staff_ids=[staff_id],
            start=now.replace(second=0, microsecond=0),
            now=now,
            by_team=True,
            overbook=overbook,
            catalogue=catalogue,
        )
        await require_forms(
            session,
            salon=salon,
            customer_id=None,
            form_ids=forms_asked(catalogue, service_ids),
            start=visit.start,
            language=salon.default_language,
        )
    except Conflict:
        if (known := await answered_before(session, request)) is not None:
            return known  # the same press, sent twice at once: its twin has the time
        raise
    confirmed = await _write(session, request, visit)
    await mark_arrived(session, salon_id=salon.id, booking_id=confirmed.booking_id, by=by, now=now)
    return replace(confirmed, status="arrived")


def _request(
    salon: Salon, wanted: Sequence[UUID | None], *, name: str, by: Actor, key: str, now: datetime
) -> BookingRequest:
    if not (0 < len(key) <= KEY_LENGTH and key.isascii() and key.isprintable()):
        raise Invalid(
            f"An idempotency key has 1 to {KEY_LENGTH} printable characters.",
            field="Idempotency-Key",
        )
    called = clean_name(name) if name.strip() else _nobody(salon)
    said = [wanted, called]
    return BookingRequest(
        salon=salon,
        contact=Contact(called, None, None),
        language=salon.default_language,
        consents={},
        note="",
        source=WALK_IN,
        actor=by,
        idempotency_key=f"{WALK_IN}:{key}",
        fingerprint=sha256(orjson.dumps(said, default=str)).hexdigest(),
        now=now,
    )


def _nobody(salon: Salon) -> str:
    """What somebody without a name is called, in the salon's own language."""
    return words_for(domain="console", language=salon.default_language).text("Walk-in")


async def _write(session: AsyncSession, request: BookingRequest, visit: PlacedVisit) -> Confirmed:
    salon = request.salon
    customer_id = await walk_in_customer(
        session, salon_id=salon.id, name=_nobody(salon), language=salon.default_language
    )
    booking = replace(
        request.booking(
            customer_id=customer_id,
            start=visit.start,
            end=visit.end,
            price_minor=visit.price_minor,
        ),
        overbooked=visit.overbooked,
    )
    taking = take_writes(
        salon_id=salon.id,
        segments=visit.segments,
        state="overbooked" if visit.overbooked else "confirmed",
        now=request.now,
        booking_id=booking.id,
    )
    audited = audit_write(
        audit_values(
            actor=request.actor,
            action="create",
            resource_type="booking",
            resource_id=booking.id,
            salon_id=salon.id,
            metadata={
                "start": visit.start.isoformat(),
                "source": WALK_IN,
                "overbooked": visit.overbooked,
            },
        )
    )
    await emit(
        session,
        BookingConfirmed(
            salon_id=salon.id, subject_id=booking.id, start=visit.start, source=WALK_IN
        ),
        along_with=[*visit_writes(booking=booking, items=visit.items), *taking, audited],
    )
    zone = ZoneInfo(salon.time_zone)
    return Confirmed(
        booking_id=booking.id,
        manage_token=booking.manage_token,
        status=booking.status,
        start=visit.start.astimezone(zone),
        end=visit.end.astimezone(zone),
    )
