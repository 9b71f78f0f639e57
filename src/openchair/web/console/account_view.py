"""A person's own page, ready to be shown. Pure but for reading what it shows."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from openchair.identity.passkeys.queries import Passkey, list_passkeys
from openchair.identity.passkeys.site import Site, site
from openchair.identity.sessions.device import device_of
from openchair.identity.sessions.queries import SessionEntry, list_sessions
from openchair.identity.two_factor.enrol import count_recovery_codes
from openchair.platform.languages.catalogues import Words
from openchair.platform.languages.formats import Formats, formats_for
from openchair.salons.queries import get_salon_by_id
from openchair.web.console.door import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionView:
    """One open session; `here` is the one that this page is shown in."""

    id: UUID
    device: str
    icon: str
    address: str
    seen: str
    began: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyView:
    """One passkey."""

    id: UUID
    name: str
    made: str
    used: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """Everything on the page but the forms' own fields."""

    sessions: list[SessionView]
    passkeys: list[PasskeyView]
    codes_left: int
    site: Site
    is_at_site: bool
    default_passkey_name: str


async def read_account(session: AsyncSession, person: Person, request: Request) -> AccountView:
    """What the database says of this person, in their words."""
    user_id = person.session.user_id
    formats = await formats_of(session, person)
    here = site()
    return AccountView(
        sessions=[
            view_session(each, person=person, formats=formats)
            for each in await list_sessions(session, user_id=user_id, now=person.now)
        ],
        passkeys=[
            view_passkey(each, words=person.words, formats=formats)
            for each in await list_passkeys(session, user_id=user_id)
        ],
        codes_left=await count_recovery_codes(session, user_id=user_id),
        site=here,
        is_at_site=here.is_at(request.headers.get("host", "")),
        default_passkey_name=device_words(person.words, request.headers.get("user-agent", "")),
    )


async def formats_of(session: AsyncSession, person: Person) -> Formats:
    """Times as at their first salon; in UTC for somebody without one."""
    country, zone, currency = "CH", "UTC", "CHF"
    if person.memberships:
        salon = await get_salon_by_id(session, salon_id=person.memberships[0].salon_id)
        country, zone, currency = salon.location.country, salon.time_zone, salon.currency
    return formats_for(
        language=person.words.language, country=country, time_zone=zone, currency=currency
    )


def view_session(entry: SessionEntry, *, person: Person, formats: Formats) -> SessionView:
    """One line of the list."""
    return SessionView(
        id=entry.id,
        device=device_words(person.words, entry.user_agent),
        icon="smartphone" if device_of(entry.user_agent).is_hand_held else "monitor-smartphone",
        address=entry.ip_address,
        seen=formats.date_and_time(entry.last_seen_at),
        began=formats.date_and_time(entry.created_at),
        here=entry.id == person.session.id,
    )


def view_passkey(found: Passkey, *, words: Words, formats: Formats) -> PasskeyView:
    """One passkey; `used` is empty for one that was never used."""
    made = words.text("Made on {when}", when=formats.full_date(found.created_at))
    used = (
        words.text("last used {when}", when=formats.date_and_time(found.last_used_at))
        if found.last_used_at
        else words.text("never used")
    )
    return PasskeyView(id=found.id, name=found.name, made=made, used=used)


def device_words(words: Words, user_agent: str) -> str:
    """`Chrome on Windows`, as far as the browser says."""
    device = device_of(user_agent)
    if device.browser and device.system:
        return words.text("{browser} on {system}", browser=device.browser, system=device.system)
    return device.browser or device.system or words.text("An unknown device")


def notice_of(words: Words, did: str) -> str:
    """What was just done, by the name that the address gives it."""
    return {
        "saved": words.text("Saved."),
        "password": words.text("Your password is changed. All other devices are logged out."),
        "off": words.text("The second factor is switched off."),
        "passkey": words.text("The passkey is ready. From now on it logs you in."),
        "named": words.text("The passkey has a new name."),
        "forgotten": words.text("The passkey is deleted. Delete it on your device too."),
        "ended": words.text("That device is logged out."),
        "ended-others": words.text("All other devices are logged out."),
    }.get(did, "")
