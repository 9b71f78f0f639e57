"""The month's budget: taken once, given back, never overdrawn by a crowd, announced once."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from openchair.notifications.budgets.queries import find_drift
from openchair.notifications.budgets.release import release
from openchair.notifications.budgets.reserve import Wish, reserve, reserve_all
from openchair.notifications.budgets.rules import (
    Allowed,
    Refused,
    Verdict,
    Wait,
    decide,
    levels_reached,
)
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.platform.settings.base import forget
from tests.notifications.budgets.conftest import (
    NOVEMBER,
    NOW,
    Limit,
    Message,
    levels_announced,
    usage_of,
)

DECEMBER = datetime(2026, 11, 30, 23, 0, tzinfo=UTC)
"""Midnight in Zurich."""


async def ask(
    database: Database,
    salon_id: UUID,
    notification_id: UUID,
    *,
    channel: str = "email",
    category: str = "transactional",
    units: int = 1,
    now: datetime = NOW,
    expires_at: datetime | None = None,
) -> Verdict:
    async with database.transaction() as session:
        return await reserve(
            session,
            salon_id=salon_id,
            notification_id=notification_id,
            channel=channel,
            category=category,
            units=units,
            now=now,
            expires_at=expires_at,
        )


async def is_true(database: Database) -> bool:
    async with database.transaction() as session:
        return await find_drift(session, since=date(2026, 1, 1)) == []


async def test_without_a_limit_everything_is_allowed_and_counted(
    database: Database, salon_id: UUID, message: Message
) -> None:
    for _ in range(3):
        one = await message(category="marketing")
        assert await ask(database, salon_id, one, category="marketing") == Allowed()
    assert (await usage_of(database, salon_id))["used"] == 3
    assert await levels_announced(database) == []
    assert await is_true(database)


async def test_asked_again_for_a_retry_it_takes_nothing_more(
    database: Database, salon_id: UUID, message: Message, limit: Limit
) -> None:
    await limit(1, at_cap="skip")
    one = await message()
    for _ in range(3):
        assert await ask(database, salon_id, one) == Allowed()
    next_month = NOW + timedelta(days=20)
    assert await ask(database, salon_id, one, now=next_month) == Allowed()
    assert (await usage_of(database, salon_id))["used"] == 1
    assert await is_true(database)


AT_CAP: dict[str, dict[str, type]] = {
    "reminders_only": {"transactional": Allowed, "reminder": Allowed, "marketing": Refused},
    "delay": {"transactional": Allowed, "reminder": Wait, "marketing": Wait},
    "skip": {"transactional": Refused, "reminder": Refused, "marketing": Refused},
}


@pytest.mark.parametrize("at_cap", AT_CAP)
async def test_at_the_cap_each_kind_does_what_the_salon_chose(
    database: Database, salon_id: UUID, message: Message, limit: Limit, at_cap: str
) -> None:
    await limit(1, at_cap=at_cap)
    assert await ask(database, salon_id, await message()) == Allowed()
    used = 1
    for category, expected in AT_CAP[at_cap].items():
        verdict = await ask(database, salon_id, await message(category=category), category=category)
        assert isinstance(verdict, expected), category
        if isinstance(verdict, Wait):
            assert verdict.until == DECEMBER
        used += expected is Allowed
        assert (await usage_of(database, salon_id))["used"] == used
    assert await is_true(database)


async def test_what_would_be_too_late_next_month_does_not_wait_for_it(
    database: Database, salon_id: UUID, message: Message, limit: Limit
) -> None:
    await limit(0, at_cap="delay")
    one = await message(category="reminder")
    verdict = await ask(
        database, salon_id, one, category="reminder", expires_at=NOW + timedelta(days=1)
    )
    assert isinstance(verdict, Refused)


async def test_a_month_is_the_salons_own(
    database: Database, salon_id: UUID, message: Message
) -> None:
    """23:30 in UTC on 30 November is half past midnight of 1 December in Zurich."""
    late = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)
    await ask(database, salon_id, await message(), now=late)
    december = await usage_of(database, salon_id, month=date(2026, 12, 1))
    assert december["used"] == 1


async def test_a_long_sms_that_does_not_fit_into_the_rest_is_held_back_whole(
    database: Database, salon_id: UUID, message: Message, limit: Limit
) -> None:
    await limit(10, channel="sms")

    async def sms(units: int) -> Verdict:
        one = await message(channel="sms", category="marketing")
        return await ask(database, salon_id, one, channel="sms", category="marketing", units=units)

    assert await sms(7) == Allowed()
    assert isinstance(await sms(4), Refused)
    assert await sms(3) == Allowed()
    assert (await usage_of(database, salon_id, channel="sms"))["used"] == 10
    assert await is_true(database)


async def test_each_level_is_announced_once(
    database: Database, salon_id: UUID, message: Message, limit: Limit
) -> None:
    await limit(20)
    after = {}
    for number in range(1, 25):
        one = await message(category="reminder")
        await ask(database, salon_id, one, category="reminder")
        after[number] = await levels_announced(database)
    assert (after[16], after[17]) == ([], [80])
    assert (after[19], after[20]) == ([80], [80, 95, 100])
    assert after[24] == [80, 95, 100]


async def test_a_burst_in_one_batch_announces_all_levels(
    database: Database, salon_id: UUID, message: Message, limit: Limit
) -> None:
    await limit(4)
    wishes = [
        Wish(
            salon_id=salon_id,
            notification_id=await message(category="marketing"),
            channel="email",
            category="marketing",
            units=1,
        )
        for _ in range(6)
    ]
    async with database.transaction() as session:
        verdicts = await reserve_all(session, wishes=wishes, now=NOW)
    assert [type(each) for each in verdicts] == [Allowed] * 4 + [Refused] * 2
    assert await levels_announced(database) == [80, 95, 100]
    assert await is_true(database)


async def test_given_back_it_can_be_taken_by_another(
    database: Database, salon_id: UUID, message: Message, limit: Limit
) -> None:
    await limit(1, at_cap="skip")
    first, second = await message(), await message()
    assert await ask(database, salon_id, first) == Allowed()
    assert isinstance(await ask(database, salon_id, second), Refused)
    for expected in (1, 0):
        async with database.transaction() as session:
            assert await release(session, messages=[(salon_id, first)]) == expected
    assert await ask(database, salon_id, second) == Allowed()
    assert await is_true(database)


async def test_nothing_is_taken_when_the_gates_transaction_fails(
    database: Database, salon_id: UUID, message: Message, limit: Limit
) -> None:
    await limit(1)
    one = await message()

    async def fail() -> None:
        async with database.transaction() as session:
            wish = Wish(
                salon_id=salon_id,
                notification_id=one,
                channel="email",
                category="transactional",
                units=1,
            )
            await reserve_all(session, wishes=[wish], now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await is_true(database)
    assert await levels_announced(database) == []


async def test_fifty_workers_at_once_never_take_more_than_there_is(
    database_url: str, database: Database, salon_id: UUID, message: Message, limit: Limit
) -> None:
    await limit(30)
    ids = [await message(category="marketing") for _ in range(100)]
    crowd = Database(database_url, pool_size=50)
    gate = asyncio.Barrier(50)

    async def worker(number: int) -> list[Verdict]:
        async with crowd.transaction() as session:
            await session.execute(text("SELECT 1"))
            await gate.wait()
            wishes = [
                Wish(
                    salon_id=salon_id,
                    notification_id=notification_id,
                    channel="email",
                    category="marketing",
                    units=1,
                )
                for notification_id in ids[2 * number : 2 * number + 2]
            ]
            return await reserve_all(session, wishes=wishes, now=NOW)

    try:
        answers = await asyncio.gather(*(worker(number) for number in range(50)))
    finally:
        await crowd.close()
    verdicts = [verdict for answer in answers for verdict in answer]
    assert sum(isinstance(each, Allowed) for each in verdicts) == 30
    assert (await usage_of(database, salon_id))["used"] == 30
    assert sorted(await levels_announced(database)) == [80, 95, 100]
    assert await is_true(database)


async def test_taking_and_giving_back_at_once_ends_true(
    database_url: str, database: Database, salon_id: UUID, message: Message, limit: Limit
) -> None:
    """Reservations and releases of two channels in random order: no deadlock, no drift."""
    await limit(1000)
    ids = [
        (await message(channel=channel), channel) for _ in range(20) for channel in ("email", "sms")
    ]
    crowd = Database(database_url, pool_size=20)

    async def churn(mine: list[tuple[UUID, str]]) -> None:
        for _ in range(5):
            wishes = [
                Wish(
                    salon_id=salon_id,
                    notification_id=notification_id,
                    channel=channel,
                    category="transactional",
                    units=2,
                )
                for notification_id, channel in mine
            ]
            async with crowd.transaction() as session:
                await reserve_all(session, wishes=wishes, now=NOW)
            async with crowd.transaction() as session:
                await release(session, messages=[(salon_id, each) for each, _ in mine])

    try:
        await asyncio.gather(*(churn(ids[start : start + 4]) for start in range(0, 40, 4)))
    finally:
        await crowd.close()
    assert await is_true(database)
    for channel in ("email", "sms"):
        assert (await usage_of(database, salon_id, channel=channel))["used"] == 0


async def test_the_installations_limit_holds_for_who_set_none(
    database: Database, salon_id: UUID, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_MAIL_BUDGET_MONTHLY", "0")
    forget()
    try:
        one = await message(category="marketing")
        assert isinstance(await ask(database, salon_id, one, category="marketing"), Refused)
        sms = await message(channel="sms", category="marketing")
        assert await ask(database, salon_id, sms, channel="sms", category="marketing") == Allowed()
    finally:
        forget()


async def test_a_count_that_was_changed_by_hand_is_found(
    database: Database, salon_id: UUID, message: Message
) -> None:
    await ask(database, salon_id, await message())
    async with database.transaction() as session:
        await session.execute(text("UPDATE notification_usage SET used = 7"))
    async with database.transaction() as session:
        (drift,) = await find_drift(session, since=NOVEMBER)
    assert (drift.used, drift.counted, drift.channel) == (7, 1, "email")


LIMITS = st.integers(0, 300)


@given(used=st.integers(0, 400), limit=LIMITS)
def test_levels_are_what_they_say(used: int, limit: int) -> None:
    levels = levels_reached(used=used, limit=limit, held_back=False)
    assert (80 in levels) == (used > 0.8 * limit + 1e-9)
    assert (95 in levels) == (used > 0.95 * limit + 1e-9)
    assert (100 in levels) == (used >= limit)


@given(
    used=st.integers(0, 400),
    units=st.integers(1, 10),
    limit=LIMITS,
    at_cap=st.sampled_from(["reminders_only", "delay", "skip"]),
    category=st.sampled_from(["transactional", "reminder", "marketing"]),
)
def test_what_fits_always_goes(
    used: int, units: int, limit: int, at_cap: str, category: str
) -> None:
    verdict = decide(
        category=category,
        units=units,
        used=used,
        limit=limit,
        at_cap=at_cap,
        next_month=DECEMBER,
        expires_at=None,
    )
    if used + units <= limit:
        assert verdict == Allowed()
    elif category == "marketing":
        assert not isinstance(verdict, Allowed)


async def test_who_lost_the_lease_takes_nothing(
    database: Database, salon_id: UUID, message: Message
) -> None:
    held, lost = await message(), await message()
    token = new_id()
    async with database.transaction() as session:
        await session.execute(
            text("""
                UPDATE notifications SET status = 'sending', lease_token = :token,
                    lease_until = now() + interval '1 minute', lease_count = 1
                WHERE id = :id
            """),
            {"id": held, "token": token},
        )
        wishes = [
            Wish(
                salon_id=salon_id,
                notification_id=each,
                channel="email",
                category="transactional",
                units=1,
                token=token,
            )
            for each in (held, lost)
        ]
        assert await reserve_all(session, wishes=wishes, now=NOW) == [Allowed(), Allowed()]
        taken = await session.execute(
            text("SELECT id FROM notifications WHERE budget_units > 0 AND salon_id = :salon"),
            {"salon": salon_id},
        )
        assert list(taken.scalars()) == [held]
    assert (await usage_of(database, salon_id))["used"] == 1
