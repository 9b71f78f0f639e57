"""Offers a time to one who waits: a hold of its own length and a message, in one transaction, so
that a worker that dies in between has done neither. Called by the job that looks for who comes
next, and by the desk by hand.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.hold import hold_time
from openchair.booking.appointments.queries import Hold
from openchair.booking.waitlist.events import TimeOffered
from openchair.booking.waitlist.lock import lock_entry, lock_waitlist
from openchair.booking.waitlist.queries import Entry, Offer, hash_of, offer_minutes
from openchair.booking.waitlist.rules import answer_until
from openchair.booking.waitlist.tell import tell_offered
from openchair.identity.audit.record import Actor, record
from openchair.platform.db.driver import driver
from openchair.platform.errors import Conflict, Invalid
from openchair.platform.events.event import emit
from openchair.platform.ids import new_id
from openchair.salons.queries import Salon

_OPEN = """
    SELECT true FROM waitlist_offers o
    JOIN waitlist_entries e ON e.salon_id = o.salon_id AND e.id = o.entry_id
    WHERE o.salon_id = $1 AND e.customer_id = $2 AND o.status = 'open' LIMIT 1
"""
_INSERT = """
    INSERT INTO waitlist_offers (salon_id, id, entry_id, hold_id, starts_at, ends_at, expires_at,
        token_hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def offer_time(
    session: AsyncSession,
    *,
    salon: Salon,
    entry_id: UUID,
    start: datetime,
    staff_ids: Sequence[UUID | None],
    by: Actor,
    now: datetime,
) -> Offer:
    """Keep the time for them and ask. For the team lead time and grid do not count.

    Raises what `hold_time` raises; `NotFound`; `Conflict` (`not_waiting`, `offer_open`);
    `Invalid` (`past`, `too_soon`) when there is no time left for an answer.
    """
    await lock_waitlist(session, salon_id=salon.id)
    entry = await lock_entry(session, salon_id=salon.id, entry_id=entry_id)
    await _require_waiting(session, entry)
    minutes = await offer_minutes(session, salon_id=salon.id)
    until = answer_until(now=now, start=start, minutes=minutes)
    if until is None:
        raise Invalid(
            "That time is too close for an answer. Please choose a later one.",
            code="past" if start < now else "too_soon",
            field="start",
        )
    hold = await hold_time(
        session,
        salon=salon,
        service_ids=entry.service_ids,
        staff_ids=staff_ids,
        start=start,
        until=until,
        by_team=by.kind == "user",
        now=now,
    )
    return await _write(session, salon=salon, entry=entry, hold=hold, by=by, now=now)


async def _require_waiting(session: AsyncSession, entry: Entry) -> None:
    """One open offer a person, whatever they wait for."""
    if entry.status not in {"waiting", "offered"}:
        raise Conflict("They do not wait any more.", code="not_waiting")
    connection = await driver(session)
    if await connection.fetchval(_OPEN, entry.salon_id, entry.customer_id):
        raise Conflict(
            "They have an offer that waits for an answer. Take it back first, or wait for it.",
            code="offer_open",
        )


async def _write(
    session: AsyncSession, *, salon: Salon, entry: Entry, hold: Hold, by: Actor, now: datetime
) -> Offer:
    token = secrets.token_urlsafe(16)
    offer = Offer(
        id=new_id(),
        entry_id=entry.id,
        hold_id=hold.id,
        start=hold.start,
        end=hold.end,
        expires_at=hold.expires_at,
        status="open",
        answered_at=None,
        created_at=now,
    )
    connection = await driver(session)
    await connection.execute(
        _INSERT,
        salon.id,
        offer.id,
        entry.id,
        hold.id,
        offer.start,
        offer.end,
        offer.expires_at,
        hash_of(token),
    )
    await connection.execute(
        "UPDATE waitlist_entries SET status = 'offered' WHERE salon_id = $1 AND id = $2",
        salon.id,
        entry.id,
    )
    await record(
        session,
        actor=by,
        action="waitlist.offer",
        resource_type="waitlist_entry",
        resource_id=entry.id,
        salon_id=salon.id,
        metadata={"offer_id": offer.id, "start": offer.start, "until": offer.expires_at},
    )
    await tell_offered(session, salon=salon, entry=entry, offer=offer, token=token)
    await emit(
        session,
        TimeOffered(salon_id=salon.id, subject_id=entry.id, offer_id=offer.id, start=offer.start),
    )
    return offer
