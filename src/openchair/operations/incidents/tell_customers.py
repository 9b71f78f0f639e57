"""Tells clients about an incident, through the normal queue: those with a visit soon as a notice
about it, others only when they agreed to news. The plan first, then page by page.

Whether a message may go out at all the post office asks again for each (`notifications/gate.py`).
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.audience import expected_clients
from openchair.customers.consents.queries import who_agreed
from openchair.customers.notices.put import VARIABLES, Channel, put_notices
from openchair.identity.audit.record import Actor
from openchair.notifications.templates.rules import Written, check
from openchair.operations.incidents.incident import Incident, new_entry
from openchair.operations.incidents.timeline import enter
from openchair.salons.queries import get_salon, list_salons

PAGE = 500
MOST_TOLD = 100_000
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Clients of one salon who are told alike. `category` is transactional or marketing."""

    salon: str
    category: str
    customer_ids: tuple[UUID, ...]


def checked_notice(*, channel: Channel, subject: str, message: str) -> Written:
    """The words as they are sent. Raises `Invalid` with every mistake."""
    written = Written(subject=subject if channel == "email" else None, body=message)
    return check(written, channel=channel, variables=VARIABLES)


async def salons_meant(session: AsyncSession, *, salon: str | None) -> list[str]:
    """This salon, or all of them. Raises `NotFound`."""
    if salon is not None:
        return [(await get_salon(session, slug=salon)).slug]
    found: list[str] = []
    while page := await list_salons(session, after=found[-1] if found else None):
        found += [each.slug for each in page]
    return found


async def parts_of(
    session: AsyncSession, *, salon: str, channel: Channel, now: datetime
) -> AsyncIterator[Part]:
    """Whom to tell of one salon, each client once, at most five hundred a part: first those with a
    visit within a week, then those who agreed to news.
    """
    salon_id = (await get_salon(session, slug=salon)).id
    expected: set[UUID] = set()
    last: UUID | None = None
    while page := await expected_clients(
        session, salon_id=salon_id, since=now, until=now + SOON, after=last, limit=PAGE
    ):
        last = page[-1]
        expected |= set(page)
        yield Part(salon=salon, category="transactional", customer_ids=tuple(page))
    last = None
    while page := await who_agreed(
        session, salon_id=salon_id, channel=channel, after=last, limit=PAGE
    ):
        last = page[-1]
        if others := tuple(each for each in page if each not in expected):
            yield Part(salon=salon, category="marketing", customer_ids=others)


async def tell_part(
    session: AsyncSession,
    *,
    part: Part,
    channel: Channel,
    notice: Written,
    incident: Incident | None,
    by: Actor,
) -> int:
    """Queue the message for these clients; told twice in the same words, they hear it once. Answers
    how many are queued. It is in the audit log.
    """
    put = await put_notices(
        session,
        salon=await get_salon(session, slug=part.salon),
        customer_ids=part.customer_ids,
        notice=notice,
        category=part.category,
        name=name_of(notice, incident=incident),
        by=by,
        channel=channel,
    )
    return len(put.message_ids)


async def note_customers_told(
    session: AsyncSession,
    *,
    incident: Incident,
    notice: Written,
    count: int,
    author: str,
    now: datetime,
) -> None:
    """A line of it in the timeline."""
    words = f"{count} messages to clients were queued: {notice.subject or notice.body}"
    entry = new_entry(
        incident.id,
        "customers",
        words,
        at=now,
        author=author,
        source=f"customers:{name_of(notice, incident=incident)}",
    )
    await enter(session, entries=[entry])


def name_of(notice: Written, *, incident: Incident | None) -> str:
    """The same for the same words about the same incident, so that nobody is told twice."""
    words = sha256(f"{notice.subject}\x1f{notice.body}".encode()).hexdigest()[:16]
    return f"incident:{incident.number if incident else 'none'}:{words}"
