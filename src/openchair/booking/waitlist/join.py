"""Puts somebody down on the waitlist: the client by the wizard, the desk for a client.

Doors run it by `attempt`. Consent is in the asking: whoever is put down wants to be told.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.request import BookingRequest, CustomerDetails, clean_request
from openchair.booking.appointments.tell import way_to
from openchair.booking.availability.find import last_bookable_date
from openchair.booking.availability.visit import plan_visit
from openchair.booking.catalogue.queries import get_catalogue
from openchair.booking.waitlist.events import WaitlistJoined
from openchair.booking.waitlist.queries import hash_of
from openchair.booking.waitlist.rules import DAY, Wish
from openchair.booking.waitlist.tell import tell_joined
from openchair.customers.profiles.recognise import recognise_customer
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.edge.client_address import limit_key
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.events.event import emit
from openchair.platform.ids import new_id
from openchair.platform.rate_limits.take import take as take_limit
from openchair.platform.settings.base import load
from openchair.platform.settings.limits import LimitSettings
from openchair.salons.queries import Salon

HOUR = 3600
MOST_ENTRIES = 5
"""Wishes that one client may have at a time."""
WEEK = 7

_INSERT = """
    INSERT INTO waitlist_entries (salon_id, id, customer_id, service_ids, staff_id, first_date,
        last_date, weekdays, from_minute, to_minute, contact_name, contact_email, contact_phone,
        language, note, source, token_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""
_KNOWN = """
    SELECT service_ids, staff_id, first_date, last_date FROM waitlist_entries
    WHERE salon_id = $1 AND customer_id = $2 AND status IN ('waiting', 'offered')
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What they wait for. Without `staff_id` anybody will do."""

    service_ids: tuple[UUID, ...]
    staff_id: UUID | None
    wish: Wish


@dataclass(frozen=True, slots=True)
class Joined:
    """Who waits now; `token` is the client's own link, of which only a hash is kept."""

    entry_id: UUID
    token: str


async def join_waitlist(
    session: AsyncSession,
    *,
    salon: Salon,
    wanted: Wanted,
    customer: CustomerDetails,
    note: str = "",
    source: str,
    actor: Actor,
    address: str | None = None,
    now: datetime,
) -> Joined:
    """Write the wish down and confirm it by mail or SMS. A beginning that is past is today.

    Raises `Invalid` on `service_ids`, `staff_id`, `first_date`, `last_date`, `weekdays`,
    `to_minute`, `note` or a field of `customer`; `Conflict` (`waitlist_twice`, `waitlist_full`);
    `TooMany` when this client `address` puts down too many people.
    """
    if address is not None:
        await _count(session, address)
    request = clean_request(
        salon=salon,
        wanted=None,
        customer=customer,
        consents={},
        note=note,
        idempotency_key=None,
        source=source,
        actor=actor,
        now=now,
    )
    catalogue = await get_catalogue(session, salon_id=salon.id)
    plan_visit(catalogue, wanted.service_ids, [wanted.staff_id])
    wanted = replace(wanted, wish=check_wish(wanted.wish, salon=salon, now=now))
    _require_way(request)
    known = await recognise_customer(
        session, salon_id=salon.id, contact=request.contact, language=request.language
    )
    await _refuse_twice(session, salon.id, known.id, wanted)
    joined = Joined(new_id(), secrets.token_urlsafe(16))
    await _write(session, request, joined, known.id, wanted)
    await _announce(session, request, joined, wanted.wish)
    return joined


def check_wish(wish: Wish, *, salon: Salon, now: datetime) -> Wish:
    """The wish from today on, if something can come of it. Raises `Invalid`."""
    today = now.astimezone(ZoneInfo(salon.time_zone)).date()
    first = max(wish.first_date, today)
    if wish.last_date < first:
        raise Invalid(
            "The last day is over or before the first. Please choose a later one.",
            code="waitlist_dates",
            field="last_date",
        )
    if wish.last_date > last_bookable_date(salon, now):
        raise Invalid(
            f"The salon takes bookings {salon.policies.horizon_days} days ahead at most."
            " Please choose an earlier date.",
            code="too_far",
            field="last_date",
        )
    if not wish.weekdays or not wish.weekdays <= set(range(WEEK)):
        raise Invalid(
            "Please choose at least one weekday.", code="waitlist_weekdays", field="weekdays"
        )
    if not any(day.weekday() in wish.weekdays for day in _days(first, wish.last_date)):
        raise Invalid(
            "None of these weekdays lies between the two dates. Please choose another one.",
            code="waitlist_no_day",
            field="weekdays",
        )
    if not (0 <= wish.from_minute < DAY and wish.from_minute < wish.to_minute <= 2 * DAY):
        raise Invalid(
            "The later time has to be after the earlier one.",
            code="waitlist_times",
            field="to_minute",
        )
    return replace(wish, first_date=first)


def _days(first: date, last: date) -> list[date]:
    """The first week of the dates, which has every weekday that they have."""
    count = min((last - first).days + 1, WEEK)
    return [first + timedelta(days=number) for number in range(count)]


async def _count(session: AsyncSession, address: str) -> None:
    await take_limit(
        session,
        key=f"waitlist:{limit_key(address)}",
        limit=load(LimitSettings).limit_waitlist_per_hour,
        per_seconds=HOUR,
    )


def _require_way(request: BookingRequest) -> None:
    """A client has to be reached by ourselves; the team may know how to call."""
    contact = request.contact
    if not request.by_team and way_to(email=contact.email, phone=contact.phone_e164) is None:
        raise Invalid(
            "We tell you by e-mail. Please give an e-mail address.",
            code="waitlist_email",
            field="customer.email",
        )


async def _refuse_twice(
    session: AsyncSession, salon_id: UUID, customer_id: UUID, wanted: Wanted
) -> None:
    """Their other wishes; who was recognised is locked, so no twin of this one comes between."""
    connection = await driver(session)
    known = await connection.fetch(_KNOWN, salon_id, customer_id)
    wish = wanted.wish
    for row in known:
        asked = (set(row["service_ids"]), row["staff_id"])
        same = asked == (set(wanted.service_ids), wanted.staff_id)
        if same and row["first_date"] <= wish.last_date and wish.first_date <= row["last_date"]:
            raise Conflict(
                "You are on the waitlist for this already. The link to it is in the message that"
                " we sent you.",
                code="waitlist_twice",
            )
    if len(known) >= MOST_ENTRIES:
        raise Conflict(
            f"You wait for {MOST_ENTRIES} times already, which is as many as we can look after."
            " Please leave one of the lists first.",
            code="waitlist_full",
        )


async def _write(
    session: AsyncSession,
    request: BookingRequest,
    joined: Joined,
    customer_id: UUID,
    wanted: Wanted,
) -> None:
    wish = wanted.wish
    connection = await driver(session)
    await connection.execute(
        _INSERT,
        request.salon.id,
        joined.entry_id,
        customer_id,
        list(wanted.service_ids),
        wanted.staff_id,
        wish.first_date,
        wish.last_date,
        sorted(wish.weekdays),
        wish.from_minute,
        wish.to_minute,
        request.contact.name,
        request.contact.email,
        request.contact.phone_e164,
        request.language,
        request.note,
        request.source,
        hash_of(joined.token),
    )


async def _announce(
    session: AsyncSession, request: BookingRequest, joined: Joined, wish: Wish
) -> None:
    salon = request.salon
    await record(
        session,
        actor=request.actor,
        action="waitlist.join",
        resource_type="waitlist_entry",
        resource_id=joined.entry_id,
        salon_id=salon.id,
        metadata={
            "source": request.source,
            "first_date": wish.first_date.isoformat(),
            "last_date": wish.last_date.isoformat(),
        },
    )
    await tell_joined(
        session,
        salon=salon,
        entry_id=joined.entry_id,
        email=request.contact.email,
        phone=request.contact.phone_e164,
        language=request.language,
        token=joined.token,
    )
    await emit(
        session,
        WaitlistJoined(salon_id=salon.id, subject_id=joined.entry_id, source=request.source),
    )
