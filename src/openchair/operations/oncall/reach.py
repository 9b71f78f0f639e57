"""Really reaches each contact by each confirmed address, and says how long that took. For the
communication test; needs no database but for what it is given.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Literal
from uuid import UUID

from openchair.notifications.direct.mail import send_mail
from openchair.notifications.direct.sms import send_sms
from openchair.notifications.direct.system import system_name
from openchair.notifications.errors import DeliveryFailed
from openchair.notifications.providers.email.lookup import look_up
from openchair.notifications.providers.provider import Known
from openchair.notifications.settings import MailSettings
from openchair.operations.oncall.contact import Contact, masked
from openchair.platform.settings.base import load

Outcome = Literal["reached", "failed", "unverified"]
AT_ONCE = 8
LOOK_UP_TRIES, LOOK_UP_PAUSE_SECONDS = 5, 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One address and what came of it. `target` is shown in part; `arrived` tells what the mail
    server said when asked, None where nobody can be asked; `latency_ms` is until it was taken.
    """

    who: str
    role: str
    way: str
    target: str
    outcome: Outcome
    latency_ms: int | None
    arrived: bool | None
    words: str
    contact_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a way answered: its words, and a mail's Message-ID, by which one can ask for it."""

    words: str
    message_id: str | None = None


async def reach_contacts(contacts: Sequence[Contact]) -> list[Reached]:
    """A row for each address of everybody who is called; vendors and the absent are not tried. An
    address that was never confirmed gets nothing, and its row says so.
    """
    places = asyncio.Semaphore(AT_ONCE)
    called = [each for each in contacts if each.is_active and each.tier != "vendor"]
    return [
        row
        for rows in await asyncio.gather(*(_reach(contact, places) for contact in called))
        for row in rows
    ]


async def timed(send: Callable[[], Awaitable[Taken]]) -> tuple[Outcome, int, bool | None, str]:
    """Outcome, milliseconds until it was taken, whether it arrived, and words. Never raises what
    the way raises.
    """
    began = monotonic()
    try:
        taken = await send()
    except DeliveryFailed as failure:
        return "failed", round((monotonic() - began) * 1000), None, failure.message
    latency = round((monotonic() - began) * 1000)
    arrived, words = await _ask(taken)
    return ("failed" if arrived is False else "reached"), latency, arrived, words


async def _reach(contact: Contact, places: asyncio.Semaphore) -> list[Reached]:
    ways = (
        ("email", contact.email, contact.reachable_email, _mail),
        ("sms", contact.phone, contact.reachable_phone, _sms),
    )
    rows = []
    for way, address, confirmed, send in ways:
        if address is None:
            continue
        outcome: Outcome = "unverified"
        latency, arrived = None, None
        words = f'never confirmed: openchair contacts verify "{contact.name}"'
        if confirmed is not None:
            async with places:
                outcome, latency, arrived, words = await timed(partial(send, contact))
        rows.append(
            Reached(
                who=contact.name,
                role=contact.role,
                way=way,
                target=masked(address) or "",
                outcome=outcome,
                latency_ms=latency,
                arrived=arrived,
                words=words,
                contact_id=contact.id,
            )
        )
    return rows


async def _mail(contact: Contact) -> Taken:
    text = (
        f"This is a test of how {system_name()} reaches you as {contact.role}. Nothing is wrong,"
        " and there is nothing to do.\n"
    )
    sent = await send_mail(
        recipient=contact.reachable_email or "",
        subject=f"Test: {system_name()} reaches you",
        text=text,
    )
    return Taken(words=f"{sent.provider}: {sent.words}", message_id=sent.reference)


async def _sms(contact: Contact) -> Taken:
    text = f"Test: {system_name()[:60]} reaches you. Nothing is wrong, nothing to do."
    sent = await send_sms(recipient=contact.reachable_phone or "", text=text)
    return Taken(words=f"{sent.provider}: {sent.words}")


async def _ask(taken: Taken) -> tuple[bool | None, str]:
    """Where the mail server can be asked, it has to know the mail; it may take it a moment."""
    url = load(MailSettings).lookup_url
    if not url or taken.message_id is None:
        return None, taken.words
    finding = await look_up(url, message_id=taken.message_id)
    for _ in range(LOOK_UP_TRIES):
        if finding.known is not Known.NOT_TAKEN:
            break
        await asyncio.sleep(LOOK_UP_PAUSE_SECONDS)
        finding = await look_up(url, message_id=taken.message_id)
    arrived = {Known.TAKEN: True, Known.NOT_TAKEN: False, Known.UNKNOWN: None}[finding.known]
    return arrived, f"{taken.words}; {finding.words}"
