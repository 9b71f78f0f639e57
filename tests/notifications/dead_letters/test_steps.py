"""A redrive from its canary to its end, step by step, as the workers' loop takes them."""

from uuid import UUID

import pytest

from openchair.notifications.dead_letters.filters import Filter
from openchair.notifications.dead_letters.queries import Redrive, get_redrive, latest_redrives
from openchair.notifications.dead_letters.redrive import (
    begin_redrive,
    redrive_batch,
    stop_redrive,
)
from openchair.notifications.dead_letters.steps import step_redrives
from openchair.platform.db.engine import Database
from openchair.platform.errors import NotFound
from tests.notifications.dead_letters.letters import fail, fail_again, one, run, salon_of

MOST_FAILURES = 3
OUT = "SELECT count(*) FROM dead_letter_queue WHERE status = 'redriven'"


async def letters(database: Database, count: int) -> UUID:
    """A salon with so many failed messages."""
    async with database.transaction() as session:
        salon_id = await salon_of(session)
        for _ in range(count):
            await fail(session, salon_id)
    return salon_id


async def begun(database: Database, salon_id: UUID, *, rate: int = 6000) -> UUID:
    async with database.transaction() as session:
        redrive, outcome = await begin_redrive(
            session, meant=Filter(salon_id=salon_id), rate_per_minute=rate, by="test"
        )
    assert redrive is not None
    assert redrive.total == outcome.redriven
    return redrive.id


async def stepped(database: Database, redrive_id: UUID, *, seconds: int = 60) -> Redrive:
    """One step, so many seconds after the last."""
    async with database.transaction() as session:
        await run(
            session,
            "UPDATE dead_letter_redrives"
            " SET last_release_at = last_release_at - make_interval(secs => :seconds)",
            seconds=seconds,
        )
    async with database.transaction() as session:
        await step_redrives(session, most_failures=MOST_FAILURES)
    async with database.transaction() as session:
        return await get_redrive(session, redrive_id=redrive_id)


async def out_become(database: Database, status: str, *, limit: int = 1000) -> None:
    """What is out comes to an end; a failed message is buried as the worker does it."""
    async with database.transaction() as session:
        for _ in range(limit):
            row = await one(
                session,
                "SELECT id FROM notifications WHERE status = 'pending' AND retry_count = 0"
                " ORDER BY id LIMIT 1",
            )
            if row is None:
                return
            if status == "failed":
                salon_id = await one(
                    session, "SELECT salon_id FROM notifications WHERE id = :id", id=row
                )
                await fail_again(session, salon_id, row, words="550 no such user")
            else:
                await run(
                    session,
                    "UPDATE notifications SET status = :status, sent_at = now(),"
                    " finished_at = now() WHERE id = :id",
                    id=row,
                    status=status,
                )


async def out(database: Database) -> int:
    async with database.transaction() as session:
        return int(await one(session, OUT))


async def test_one_goes_first_the_others_when_it_arrived(database: Database) -> None:
    redrive_id = await begun(database, await letters(database, 5))
    first = await stepped(database, redrive_id)
    assert (first.state, first.released, await out(database)) == ("canary", 1, 1)
    waiting = await stepped(database, redrive_id)
    assert (waiting.state, waiting.released) == ("canary", 1)
    await out_become(database, "sent")
    after = await stepped(database, redrive_id)
    assert (after.state, after.released, after.sent) == ("running", 5, 1)
    await out_become(database, "sent")
    done = await stepped(database, redrive_id)
    assert (done.state, done.sent, done.failed) == ("done", 5, 0)
    assert done.finished_at is not None


async def test_a_canary_that_fails_again_stops_it_and_says_why(database: Database) -> None:
    redrive_id = await begun(database, await letters(database, 5))
    await stepped(database, redrive_id)
    await out_become(database, "failed")
    stopped = await stepped(database, redrive_id)
    assert (stopped.state, stopped.released, stopped.failed) == ("stopped", 1, 1)
    assert stopped.stopped_reason == "the first one failed again: 550 no such user"
    assert (await stepped(database, redrive_id)).released == 1


async def test_a_canary_that_is_put_off_again_and_again_counts_as_failed(
    database: Database,
) -> None:
    redrive_id = await begun(database, await letters(database, 2))
    await stepped(database, redrive_id)
    async with database.transaction() as session:
        await run(
            session,
            "UPDATE notifications SET retry_count = 3, error_message = '421 busy'"
            " WHERE status = 'pending'",
        )
    assert (await stepped(database, redrive_id)).stopped_reason == (
        "the first one failed again: 421 busy"
    )


async def test_it_keeps_its_rate_and_makes_up_for_no_more_than_a_moment(
    database: Database,
) -> None:
    redrive_id = await begun(database, await letters(database, 20), rate=60)
    await stepped(database, redrive_id)
    await out_become(database, "sent")
    released = (await stepped(database, redrive_id, seconds=3600)).released
    assert released == 3
    assert (await stepped(database, redrive_id, seconds=0)).released == released
    assert (await stepped(database, redrive_id, seconds=1)).released == released + 1


async def test_three_failures_among_the_last_ten_stop_it(database: Database) -> None:
    redrive_id = await begun(database, await letters(database, 30), rate=60)
    await stepped(database, redrive_id)
    await out_become(database, "sent")
    for failures in range(3):
        assert (await stepped(database, redrive_id)).state == "running", failures
        await out_become(database, "failed", limit=1)
        await out_become(database, "sent")
    stopped = await stepped(database, redrive_id)
    assert stopped.state == "stopped"
    assert stopped.stopped_reason == "3 of the last 10 failed again: 550 no such user"
    assert stopped.released < 10
    assert stopped.failed == 3


async def test_what_a_redrive_has_no_other_call_takes(database: Database) -> None:
    salon_id = await letters(database, 4)
    redrive_id = await begun(database, salon_id)
    async with database.transaction() as session:
        second, outcome = await begin_redrive(
            session, meant=Filter(), rate_per_minute=60, by="test"
        )
        batch = await redrive_batch(session, meant=Filter(), limit=10)
    assert second is None
    assert (outcome.redriven, outcome.reasons) == (0, {"in_redrive": 4})
    assert (batch.redriven, batch.reasons) == (0, {"in_redrive": 4})
    async with database.transaction() as session:
        await stop_redrive(session, redrive_id=redrive_id, reason="stopped by hand")
    assert await begun(database, salon_id) != redrive_id


async def test_stopped_by_hand_nothing_more_goes_out(database: Database) -> None:
    redrive_id = await begun(database, await letters(database, 5))
    await stepped(database, redrive_id)
    await out_become(database, "sent")
    async with database.transaction() as session:
        await stop_redrive(session, redrive_id=redrive_id, reason="stopped by hand")
    stopped = await stepped(database, redrive_id)
    assert (stopped.state, stopped.released) == ("stopped", 1)
    assert stopped.stopped_reason == "stopped by hand"
    async with database.transaction() as session:
        again = await stop_redrive(session, redrive_id=redrive_id, reason="once more")
    assert again.stopped_reason == "stopped by hand"


async def test_letters_that_grow_too_old_meanwhile_are_passed_over(database: Database) -> None:
    redrive_id = await begun(database, await letters(database, 3))
    async with database.transaction() as session:
        await run(session, "UPDATE notifications SET expires_at = now() - interval '1 second'")
    done = await stepped(database, redrive_id)
    assert (done.state, done.sent, done.ended_otherwise) == ("done", 0, 3)


async def test_two_workers_step_a_redrive_once(database: Database) -> None:
    redrive_id = await begun(database, await letters(database, 5))
    async with database.transaction() as one_session:
        assert await step_redrives(one_session, most_failures=MOST_FAILURES) == 1
        async with database.transaction() as other_session:
            assert await step_redrives(other_session, most_failures=MOST_FAILURES) == 0
    async with database.transaction() as session:
        assert (await get_redrive(session, redrive_id=redrive_id)).released == 1


async def test_a_salon_sees_its_own_redrives(database: Database) -> None:
    mine, theirs = await letters(database, 1), await letters(database, 1)
    redrive_id = await begun(database, theirs)
    async with database.transaction() as session:
        assert await latest_redrives(session, salon_id=mine) == []
        assert [each.id for each in await latest_redrives(session, salon_id=None)] == [redrive_id]
        with pytest.raises(NotFound):
            await get_redrive(session, redrive_id=redrive_id, salon_id=mine)
        with pytest.raises(NotFound):
            await stop_redrive(session, redrive_id=redrive_id, reason="x", salon_id=mine)
