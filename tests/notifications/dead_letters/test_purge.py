from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.dead_letters.dismiss import dismiss
from openchair.notifications.dead_letters.filters import Filter
from openchair.notifications.dead_letters.purge import plan_purge, purge
from tests.notifications.dead_letters.letters import fail, message_of, one, run, salon_of

INVALID = "invalid email format: anna(at)example.org"


async def invalid(
    session: AsyncSession, salon_id: UUID, *, days: int, words: str = INVALID
) -> UUID:
    letter_id = await fail(session, salon_id, failure_type="validation_error", words=words)
    await run(
        session,
        "UPDATE dead_letter_queue SET created_at = now() - make_interval(days => :days)"
        " WHERE id = :id",
        id=letter_id,
        days=days,
    )
    return letter_id


@pytest.mark.parametrize(
    "words, days, goes",
    [
        (INVALID, 8, 1),
        (INVALID, 6, 0),
        ("The 'To' number +4144 is not a valid phone number.", 8, 1),
        ("Invalid phone number", 8, 1),
        ("the text is too long", 8, 0),
    ],
)
async def test_only_addresses_that_can_never_work_go_and_only_after_a_week(
    session: AsyncSession, words: str, days: int, goes: int
) -> None:
    salon_id = await salon_of(session)
    letter_id = await invalid(session, salon_id, days=days, words=words)
    meant = Filter(salon_id=salon_id)
    plan = await plan_purge(session, meant=meant)
    assert plan.count == plan.invalid == goes
    assert [each.id for each in plan.sample] == [letter_id] * goes
    message = await message_of(session, letter_id)
    assert await purge(session, meant=meant) == goes
    left = await one(session, "SELECT count(*) FROM dead_letter_queue WHERE id = :id", id=letter_id)
    assert left == 1 - goes
    state = "SELECT status FROM notifications WHERE id = :id"
    assert await one(session, state, id=message["id"]) == "failed"


@pytest.mark.parametrize("days, goes", [(31, 1), (29, 0)])
async def test_closed_letters_go_after_a_month(session: AsyncSession, days: int, goes: int) -> None:
    salon_id = await salon_of(session)
    letter_id = await fail(session, salon_id)
    await dismiss(session, letters=[(salon_id, letter_id)])
    await run(
        session,
        "UPDATE dead_letter_queue SET closed_at = now() - make_interval(days => :days)",
        days=days,
    )
    assert (await plan_purge(session, meant=Filter(salon_id=salon_id))).closed == goes
    assert await purge(session, meant=Filter(salon_id=salon_id)) == goes


async def test_a_salon_purges_its_own_letters_only(session: AsyncSession) -> None:
    mine, theirs = await salon_of(session), await salon_of(session)
    await invalid(session, theirs, days=30)
    assert await purge(session, meant=Filter(salon_id=mine)) == 0
    assert await purge(session, meant=Filter()) == 1
