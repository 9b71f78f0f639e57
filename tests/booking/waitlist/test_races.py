"""Real transactions at once: never two holds for one time, never two answers to one offer, and
nothing half done by a worker that dies.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.booking.appointments.cancel import cancel_booking
from openchair.booking.appointments.confirm import book
from openchair.booking.waitlist import offer as offering
from openchair.booking.waitlist.accept import accept_offer
from openchair.booking.waitlist.decline import decline_offer
from openchair.booking.waitlist.jobs import offer_what_is_freed
from openchair.booking.waitlist.next_one import offer_next
from openchair.booking.waitlist.queries import Offer
from openchair.booking.waitlist.rules import Stretch
from openchair.identity.audit.record import SYSTEM
from openchair.platform.db.attempt import attempt
from openchair.platform.db.engine import Database
from openchair.platform.errors import Conflict
from openchair.platform.jobs.queue import JobContext
from tests.booking.waitlist.conftest import CLIENT, Waiting, make_waiting
from tests.builders import NOW, at, guest


@pytest.fixture
async def waiting(database: Database) -> Waiting:
    """Five people wait; Anna's ten o'clock was freed just now. All of it is committed."""
    async with database.transaction() as session:
        made = await make_waiting(session, slug="races")
        for number in range(1, 6):
            await made.join(number, staff_id=made.anna)
        visit = await made.book(10)
    async with database.transaction() as session:
        await cancel_booking(
            session, salon=made.salon, booking_id=visit, by=SYSTEM, tell=False, now=NOW
        )
        made.session = session
        made.stretches = await made.freed()
    return made


async def count(database: Database, statement: str) -> int:
    async with database.transaction() as session:
        return int((await session.execute(text(statement))).scalar_one())


OPEN = "SELECT count(*) FROM waitlist_offers WHERE status = 'open'"
HOLDS = "SELECT count(*) FROM holds"


def next_of(
    waiting: Waiting, stretches: list[Stretch]
) -> Callable[[AsyncSession], Awaitable[Offer | None]]:
    async def work(session: AsyncSession) -> Offer | None:
        return await offer_next(session, salon=waiting.salon, stretches=stretches, now=NOW)

    return work


async def test_many_workers_make_one_offer_of_one_time(
    waiting: Waiting, database: Database
) -> None:
    made = await asyncio.gather(
        *(attempt(database, next_of(waiting, waiting.stretches)) for _ in range(6))
    )
    assert len([each for each in made if each]) == 1
    assert (await count(database, OPEN), await count(database, HOLDS)) == (1, 1)


async def test_a_client_of_the_public_page_and_the_waitlist_never_both_get_it(
    waiting: Waiting, database: Database
) -> None:
    async def by_wizard(session: AsyncSession) -> str:
        try:
            await book(
                session,
                salon=waiting.salon,
                service_ids=[waiting.cut],
                staff_ids=[waiting.anna],
                start=at(10),
                customer=guest(60),
                consents={},
                source="web",
                now=NOW,
            )
        except Conflict as refusal:
            return refusal.code
        return "booked"

    said, made = await asyncio.gather(
        attempt(database, by_wizard), attempt(database, next_of(waiting, waiting.stretches))
    )
    at_ten = made is not None and made.start == at(10)
    assert (said == "booked") != at_ten
    taken = "SELECT count(*) FROM occupancy WHERE kind = 'staff'"
    assert await count(database, taken) == 1


async def test_yes_and_no_at_once_are_one_answer(waiting: Waiting, database: Database) -> None:
    made = await attempt(database, next_of(waiting, waiting.stretches))
    assert made is not None
    token = waiting.tokens[made.entry_id]

    async def yes(session: AsyncSession) -> str:
        try:
            await accept_offer(session, salon=waiting.salon, token=token, by=CLIENT, now=NOW)
        except Conflict as refusal:
            return refusal.code
        return "booked"

    async def no(session: AsyncSession) -> str:
        await decline_offer(session, salon=waiting.salon, token=token, by=CLIENT, now=NOW)
        return "declined"

    said = await asyncio.gather(*(attempt(database, each) for each in (yes, no, yes, yes)))
    visits = await count(database, "SELECT count(*) FROM bookings WHERE source = 'waitlist'")
    assert visits == (1 if "booked" in said else 0)
    accepted = await count(
        database, "SELECT count(*) FROM waitlist_offers WHERE status = 'accepted'"
    )
    assert accepted == visits


async def test_a_worker_that_dies_between_hold_and_message_has_done_neither(
    waiting: Waiting, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def killed(*_: object, **__: object) -> None:
        raise SystemExit

    monkeypatch.setattr(offering, "tell_offered", killed)
    with pytest.raises(SystemExit):
        await attempt(database, next_of(waiting, waiting.stretches))
    assert (await count(database, OPEN), await count(database, HOLDS)) == (0, 0)
    monkeypatch.undo()
    assert await attempt(database, next_of(waiting, waiting.stretches)) is not None


async def test_the_job_offers_each_of_several_freed_times_and_twice_changes_nothing(
    waiting: Waiting, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job has the clock's time; the salon's day is moved to where the clock is."""
    monkeypatch.setattr("openchair.booking.waitlist.jobs.utc_now", lambda: NOW)
    monkeypatch.setattr("openchair.booking.waitlist.jobs.quiet_end", _nobody_sleeps, raising=True)
    more = [
        Stretch(each.resource_id, each.start + timedelta(hours=4), each.end + timedelta(hours=4))
        for each in waiting.stretches
    ]
    payload = {
        "salon_id": str(waiting.salon.id),
        "stretches": [
            (str(each.resource_id), each.start.isoformat(), each.end.isoformat())
            for each in [*waiting.stretches, *more]
        ],
    }
    for _ in range(2):
        await offer_what_is_freed(JobContext(database), payload)
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT starts_at, entry_id FROM waitlist_offers ORDER BY starts_at")
        )
        offers: list[tuple[object, UUID]] = [tuple(row) for row in rows]
    assert [start for start, _ in offers] == [at(10), at(14)]
    assert len({entry for _, entry in offers}) == 2


async def test_by_night_the_job_comes_back_in_the_morning(
    waiting: Waiting, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = at(2)
    monkeypatch.setattr("openchair.booking.waitlist.jobs.utc_now", lambda: night)
    payload = {
        "salon_id": str(waiting.salon.id),
        "stretches": [
            (str(each.resource_id), each.start.isoformat(), each.end.isoformat())
            for each in waiting.stretches
        ],
    }
    before = await count(
        database, "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'waitlist.freed'"
    )
    await offer_what_is_freed(JobContext(database), payload)
    after = await count(
        database, "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'waitlist.freed'"
    )
    assert (await count(database, OPEN), after - before) == (0, 1)


async def test_what_is_given_back_wakes_the_job_only_where_somebody_waits(
    database: Database,
) -> None:
    jobs = "SELECT count(*) FROM pgqueuer WHERE entrypoint = 'waitlist.freed'"
    async with database.transaction() as session:
        made = await make_waiting(session, slug="wakes")
        visits = [await made.book(10), await made.book(12)]
    woken = []
    for number, visit in enumerate(visits):
        async with database.transaction() as session:
            made.session = session
            if number:
                await made.join(1)
            await cancel_booking(
                session, salon=made.salon, booking_id=visit, by=SYSTEM, tell=False, now=NOW
            )
        woken.append(await count(database, jobs))
    assert woken == [0, 1]


async def _nobody_sleeps(*_: object, **__: object) -> None:
    return None
