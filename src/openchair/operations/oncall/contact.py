"""What a contact is to readers, and what may be written of one. Pure; nothing here is a table."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from openchair.notifications.recipients import check_recipient
from openchair.operations.oncall.roles import LAST, TIERS, Tier
from openchair.platform.errors import Invalid

MOST_NAME, MOST_URL = 100, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One person or vendor. An address counts once its moment of confirmation is there."""

    id: UUID
    name: str
    role: str
    tier: Tier
    rank: int
    email: str | None
    phone: str | None
    url: str | None
    email_verified_at: datetime | None
    phone_verified_at: datetime | None
    code_sent_at: datetime | None
    reached_at: datetime | None
    is_active: bool

    @property
    def unverified(self) -> tuple[str, ...]:
        """`email`, `phone`: what still has to be confirmed. Vendors confirm nothing."""
        if self.tier == "vendor":
            return ()
        return (
            *(("email",) if self.email and self.email_verified_at is None else ()),
            *(("phone",) if self.phone and self.phone_verified_at is None else ()),
        )

    @property
    def reachable_email(self) -> str | None:
        """The mail address, if it was confirmed."""
        return self.email if self.email_verified_at else None

    @property
    def reachable_phone(self) -> str | None:
        """The number, if it was confirmed."""
        return self.phone if self.phone_verified_at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What may be written of a contact."""

    name: str
    role: str
    tier: Tier
    rank: int
    email: str | None
    phone: str | None
    url: str | None
    is_active: bool = True


def checked(entry: Entry) -> Entry:
    """The entry as it is stored: addresses in their one form. Raises `Invalid` with a sentence.

    Somebody who is called at night needs a mail address or a number; a vendor may have only a page.
    """
    name = " ".join(entry.name.split())
    if not name or len(name) > MOST_NAME or not name.isprintable():
        raise Invalid(f"A name has 1 to {MOST_NAME} characters.", field="name")
    if entry.tier not in TIERS:
        raise Invalid(f"A tier is one of {', '.join(TIERS)}.", field="tier")
    if not 1 <= entry.rank <= LAST:
        raise Invalid(f"A rank is a number from 1 to {LAST}; 1 is called first.", field="rank")
    email = _address("email", entry.email)
    phone = _address("phone", entry.phone)
    url = _url(entry.url)
    if not (email or phone or (url and entry.tier == "vendor")):
        raise Invalid("Please give a mail address or a phone number.", field="email")
    return Entry(
        name=name,
        role=entry.role,
        tier=entry.tier,
        rank=entry.rank,
        email=email,
        phone=phone,
        url=url,
        is_active=entry.is_active,
    )


def masked(address: str | None) -> str | None:
    """An address so that its owner knows it and nobody else can use it."""
    if not address:
        return None
    if "@" in address:
        name, _, domain = address.rpartition("@")
        return f"{name[:1]}…@{domain}"
    return f"{address[:3]}…{address[-3:]}"


def _address(field: str, value: str | None) -> str | None:
    if not value or not value.strip():
        return None
    try:
        channel = "email" if field == "email" else "sms"
        return check_recipient(channel=channel, recipient=value.strip())
    except Invalid as error:
        raise Invalid(error.message, field=field, code=error.code) from error


def _url(value: str | None) -> str | None:
    if not value or not (value := value.strip()):
        return None
    try:
        found = urlsplit(value)
        whole = found.scheme in {"http", "https"} and bool(found.hostname)
    except ValueError:
        whole = False
    if not whole or len(value) > MOST_URL or not value.isprintable() or " " in value:
        raise Invalid("A page's address begins with https:// or http://.", field="url")
    return value
