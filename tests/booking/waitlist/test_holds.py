"""A time that somebody held and let go is looked at like one that was called off; and what the desk
books over on purpose is offered to nobody any more.
"""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.confirm import book, confirm_hold
from openchair.booking.appointments.hold import (
    hold_time,
    lapse_holds,
    release_hold,
    sweep_expired_holds,
)
from openchair.booking.appointments.queries import Hold
from openchair.booking.appointments.reschedule import reschedule_booking
from openchair.booking.waitlist.accept import accept_offer
from openchair.booking.waitlist.doubled import end_doubled_offers
from openchair.booking.waitlist.jobs import end_what_is_doubled
from openchair.booking.waitlist.queries import Offer
from openchair.identity.audit.record import Actor
from openchair.platform.db.attempt import attempt
from openchair.platform.db.engine import Database
from openchair.platform.errors import Conflict
from openchair.platform.jobs.queue import JobContext
from tests.booking.waitlist.conftest import CLIENT, Waiting, cancel, make_waiting
from tests.builders import NOW, at, guest

DESK = Actor("user")
OVER = NOW + timedelta(minutes=10)
"""When a hold of ten minutes ends."""


async def hold(waiting: Waiting, hour: int = 10) -> Hold:
    """Somebody on the public page has chosen Anna's hour, and types."""
    return await hold_time(
        waiting.session,
        salon=waiting.salon,
        service_ids=[waiting.cut],
        staff_ids=[waiting.anna],
        start=at(hour),
        now=NOW,
    )


async def told(session: AsyncSession) -> int:
    """How often it was said that time is free again."""
    statement = text("SELECT count(*) FROM events WHERE name = 'occupancy.freed'")
    return int((await session.execute(statement)).scalar_one())


async def test_a_hold_that_is_let_go_is_offered_to_who_waits(waiting: Waiting) -> None:
    held = await hold(waiting)
    entry_id = await waiting.join(1, staff_id=waiting.anna)
    for _ in range(2):
        await release_hold(waiting.session, salon_id=waiting.salon.id, hold_id=held.id)
    assert await told(waiting.session) == 1
    offer = await waiting.next()
    assert offer is not None
    assert (offer.entry_id, offer.start) == (entry_id, at(10))


async def test_a_hold_that_lapses_is_offered_once_and_its_client_is_told(waiting: Waiting) -> None:
    """Called off, and held by a stranger before anybody looked: nobody could be asked then."""
    visit = await waiting.book(10)
    entry_id = await waiting.join(1, staff_id=waiting.anna)
    await cancel(waiting, visit)
    held = await hold(waiting)
    assert await waiting.next() is None
    await lapse_holds(waiting.session, now=OVER - timedelta(seconds=1))
    assert await told(waiting.session) == 1, "it is kept still"
    for _ in range(2):
        assert not await lapse_holds(waiting.session, now=OVER)
    assert await told(waiting.session) == 2
    with pytest.raises(Conflict) as late:
        await confirm(waiting, held, seconds=600)
    assert late.value.code == "hold_expired"
    offer = await waiting.next(now=OVER)
    assert offer is not None
    assert (offer.entry_id, offer.start) == (entry_id, at(10))


async def test_what_was_never_said_is_said_when_it_is_swept(waiting: Waiting) -> None:
    await hold(waiting)
    await sweep_expired_holds(waiting.session, now=OVER + timedelta(hours=2))
    assert await told(waiting.session) == 1
    holds = await waiting.session.execute(text("SELECT count(*) FROM holds"))
    assert holds.scalar_one() == 0


async def test_what_was_booked_is_not_said_to_be_free(waiting: Waiting) -> None:
    await confirm(waiting, await hold(waiting), seconds=30)
    await lapse_holds(waiting.session, now=OVER)
    await sweep_expired_holds(waiting.session, now=OVER + timedelta(hours=2))
    assert await told(waiting.session) == 0


async def confirm(waiting: Waiting, held: Hold, *, seconds: int) -> None:
    """They have typed their name after so long."""
    await confirm_hold(
        waiting.session,
        salon=waiting.salon,
        hold_id=held.id,
        customer=guest(70),
        consents={"terms": True},
        source="web",
        now=NOW + timedelta(seconds=seconds),
    )


async def test_a_hold_that_lapses_as_it_is_booked_is_never_half_booked(database: Database) -> None:
    """The client's moment was in time; the worker's, a blink later, is not."""
    async with database.transaction() as session:
        made = await make_waiting(session, slug="blink")
        held = await hold(made)

    async def book_it(session: AsyncSession) -> str:
        made.session = session
        try:
            await confirm(made, held, seconds=599)
        except Conflict as refusal:
            return refusal.code
        return "booked"

    async def lapse(session: AsyncSession) -> str:
        await lapse_holds(session, now=OVER)
        return "lapsed"

    said, _ = await asyncio.gather(attempt(database, book_it), attempt(database, lapse))
    async with database.transaction() as session:
        found = await session.execute(
            text("SELECT count(*) FROM occupancy WHERE kind = 'staff' AND state = 'confirmed'")
        )
        assert found.scalar_one() == (1 if said == "booked" else 0)
    assert said in {"booked", "hold_expired"}


async def test_a_hold_that_was_said_to_be_free_cannot_be_booked(waiting: Waiting) -> None:
    held = await hold(waiting)
    await lapse_holds(waiting.session, now=OVER)
    savepoint = await waiting.session.begin_nested()
    with pytest.raises(Conflict) as late:
        await confirm(waiting, held, seconds=599)
    assert late.value.code == "hold_expired"
    await savepoint.rollback()


# ---------------------------------------------------------------- booked over on purpose


async def offered(waiting: Waiting) -> tuple[UUID, Offer]:
    """Anna's ten o'clock is kept for one who waits, who has read the mail."""
    visit = await waiting.book(10)
    entry_id = await waiting.join(1, staff_id=waiting.anna)
    await cancel(waiting, visit)
    offer = await waiting.next()
    assert offer is not None
    await waiting.session.execute(
        text(
            "UPDATE notifications SET status = 'sent', sent_at = now()"
            " WHERE kind = 'waitlist.offer'"
        )
    )
    return entry_id, offer


async def book_over(waiting: Waiting, *, hour: int = 10, staff_id: UUID | None = None) -> UUID:
    made = await book(
        waiting.session,
        salon=waiting.salon,
        service_ids=[waiting.cut],
        staff_ids=[staff_id or waiting.anna],
        start=at(hour, 30),
        customer=guest(60),
        consents={},
        source="console",
        actor=DESK,
        overbook=True,
        now=NOW,
    )
    return made.booking_id


async def test_what_the_desk_books_over_is_taken_back_with_an_apology(waiting: Waiting) -> None:
    entry_id, offer = await offered(waiting)
    booking_id = await book_over(waiting)
    for _ in range(2):
        await end_doubled_offers(
            waiting.session, salon=waiting.salon, booking_id=booking_id, now=NOW
        )
    entry = await waiting.entry(entry_id)
    assert (entry.status, entry.open) == ("waiting", None)
    kinds = [each["kind"] for each in await waiting.messages()]
    assert kinds == ["waitlist.joined", "waitlist.offer", "waitlist.gone"]
    again = await waiting.next()
    assert again is None or again.start != offer.start


async def test_a_visit_moved_over_it_counts_as_well(waiting: Waiting) -> None:
    other = await waiting.book(14)
    entry_id, _ = await offered(waiting)
    how: dict[str, Any] = {"salon": waiting.salon, "booking_id": other}
    await reschedule_booking(waiting.session, **how, start=at(10), by=DESK, overbook=True, now=NOW)
    await end_doubled_offers(waiting.session, **how, now=NOW)
    assert (await waiting.entry(entry_id)).status == "waiting"


async def test_an_offer_beside_it_stays(waiting: Waiting) -> None:
    entry_id, _ = await offered(waiting)
    beside = [
        await book_over(waiting, hour=11),
        await waiting.book(10, staff_id=waiting.ben, number=40),
    ]
    for booking_id in beside:
        await end_doubled_offers(
            waiting.session, salon=waiting.salon, booking_id=booking_id, now=NOW
        )
    assert (await waiting.entry(entry_id)).status == "offered"


async def test_the_job_is_woken_where_an_offer_is_open_only(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openchair.booking.waitlist.jobs.utc_now", lambda: NOW)
    jobs = text("SELECT payload FROM pgqueuer WHERE entrypoint = 'waitlist.doubled' ORDER BY id")
    async with database.transaction() as session:
        made = await make_waiting(session, slug="doubled")
        await made.book(15)
        assert list(await session.execute(jobs)) == []
        entry_id, _ = await offered(made)
        await book_over(made)
        (woken,) = list(await session.execute(jobs))
    assert woken
    booking = "SELECT salon_id, id AS subject_id FROM bookings WHERE overbooked"
    async with database.transaction() as session:
        row = (await session.execute(text(booking))).mappings().one()
    payload = {name: str(value) for name, value in row.items()}
    await end_what_is_doubled(JobContext(database), payload)
    async with database.transaction() as session:
        made.session = session
        assert (await made.entry(entry_id)).status == "waiting"


async def test_who_says_yes_first_has_it(waiting: Waiting) -> None:
    """Both are booked then; the desk knew that somebody was asked."""
    entry_id, _ = await offered(waiting)
    booking_id = await book_over(waiting)
    await accept_offer(
        waiting.session,
        salon=waiting.salon,
        token=waiting.tokens[entry_id],
        by=CLIENT,
        now=NOW,
    )
    await end_doubled_offers(waiting.session, salon=waiting.salon, booking_id=booking_id, now=NOW)
    assert (await waiting.entry(entry_id)).status == "booked"
