"""What somebody asks for when booking, made clean, and how a repeated request is recognised.

Called by `confirm.py` only.
"""

import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.write import NewBooking
from openchair.customers.profiles.contact import Contact, clean_contact
from openchair.identity.audit.record import Actor
from openchair.platform.db.driver import driver
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id
from openchair.salons.queries import Salon

NOTE_LENGTH = 1000
KEY_LENGTH = 200
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('booking:' || $1, 0))"
"""For a request of many bookings: the same one, sent twice at once, waits for its twin."""


@dataclass(frozen=True, slots=True)
class CustomerDetails:
    """Who books, as typed: a name and an e-mail address, a phone number, or both. The team may
    choose a client of its list by `client_id` instead of having them recognised.
    """

    name: str
    email: str | None
    phone: str | None
    language: str
    client_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The agreed visit; `replayed` when this very request had been answered before."""

    booking_id: UUID
    manage_token: str
    status: str
    start: datetime
    end: datetime
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """All that is asked for besides the time itself."""

    salon: Salon
    contact: Contact
    language: str
    consents: Mapping[str, bool]
    note: str
    source: str
    actor: Actor
    idempotency_key: str | None
    fingerprint: str
    now: datetime
    client_id: UUID | None = None

    @property
    def by_team(self) -> bool:
        """Whether the salon itself asks: no lead time, no grid, may overbook."""
        return self.actor.kind != "client"

    def booking(
        self, *, customer_id: UUID, start: datetime, end: datetime, price_minor: int
    ) -> NewBooking:
        """The row of the visit at its time."""
        return NewBooking(
            salon_id=self.salon.id,
            id=new_id(),
            customer_id=customer_id,
            location_id=self.salon.location.id,
            appointment_date=start,
            ends_at=end,
            price_minor=price_minor,
            currency=self.salon.currency,
            language=self.language,
            contact_name=self.contact.name,
            contact_email=self.contact.email,
            contact_phone=self.contact.phone_e164,
            note=self.note,
            source=self.source,
            manage_token=secrets.token_urlsafe(16),
            idempotency_key=self.idempotency_key,
            request_hash=self.fingerprint,
        )


def clean_request(
    *,
    salon: Salon,
    wanted: object,
    customer: CustomerDetails,
    consents: Mapping[str, bool],
    note: str,
    idempotency_key: str | None,
    source: str,
    actor: Actor,
    now: datetime,
) -> BookingRequest:
    """The request with contact and note cleaned; `wanted` is what its fingerprint is of, besides
    the person. Raises `Invalid` on the field that is wrong.
    """
    client_id = customer.client_id if actor.kind != "client" else None
    contact = clean_contact(
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        country=salon.location.country,
        known=client_id is not None,
    )
    if idempotency_key is not None and not _is_key(idempotency_key):
        raise Invalid(
            f"An idempotency key has 1 to {KEY_LENGTH} printable characters.",
            field="Idempotency-Key",
        )
    said = [wanted, contact, sorted(consents.items()), note]
    return BookingRequest(
        salon=salon,
        contact=contact,
        language=customer.language
        if customer.language in salon.languages
        else salon.default_language,
        consents=consents,
        note=clean_note(note),
        source=source,
        actor=actor,
        idempotency_key=idempotency_key,
        fingerprint=sha256(orjson.dumps(said, default=str)).hexdigest(),
        now=now,
        client_id=client_id,
    )


async def answered_before(session: AsyncSession, request: BookingRequest) -> Confirmed | None:
    """The booking that this very request made earlier.

    Raises `Invalid` (`key_used`) when its key was used for another request.
    """
    if request.idempotency_key is None:
        return None
    connection = await driver(session)
    row = await connection.fetchrow(
        """
        SELECT id, manage_token, status, appointment_date, ends_at, request_hash
        FROM bookings WHERE salon_id = $1 AND idempotency_key = $2
        """,
        request.salon.id,
        request.idempotency_key,
    )
    if row is None:
        return None
    if row["request_hash"] != request.fingerprint:
        raise Invalid(
            "This key was used for another booking. Please send a new key with a new request.",
            code="key_used",
            field="Idempotency-Key",
        )
    return Confirmed(
        booking_id=row["id"],
        manage_token=row["manage_token"],
        status=row["status"],
        start=row["appointment_date"],
        end=row["ends_at"],
        replayed=True,
    )


def _is_key(key: str) -> bool:
    return 0 < len(key) <= KEY_LENGTH and key.isprintable() and key.isascii()


def clean_note(note: str) -> str:
    """The note as it is kept. Raises `Invalid` on `note`."""
    cleaned = "".join(
        letter
        for letter in note
        if letter in "\n\t" or unicodedata.category(letter)[0] != "C" or letter == "\u200d"
    ).strip()
    if len(cleaned) > NOTE_LENGTH:
        raise Invalid(
            f"The note is too long. Please keep it under {NOTE_LENGTH} characters.", field="note"
        )
    return cleaned
