"""Limits that change in the middle of a month, and what messages cost."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from openchair.notifications.budgets.note_cost import Cost, note_costs
from openchair.notifications.budgets.queries import days, get_budget, this_month
from openchair.notifications.budgets.reserve import reserve
from openchair.notifications.budgets.rules import WAITS_FOR, Allowed
from openchair.notifications.budgets.set_budget import set_budget
from openchair.platform.db.engine import Database
from openchair.platform.errors import Invalid
from tests.notifications.budgets.conftest import (
    NOVEMBER,
    NOW,
    Limit,
    Message,
    levels_announced,
    usage_of,
)


async def send(database: Database, salon_id: UUID, notification_id: UUID) -> None:
    async with database.transaction() as session:
        verdict = await reserve(
            session,
            salon_id=salon_id,
            notification_id=notification_id,
            channel="email",
            category="reminder",
            units=1,
            now=NOW,
        )
        assert verdict == Allowed()


async def test_a_raised_limit_lets_its_levels_be_announced_again(
    database: Database, salon_id: UUID, message: Message, limit: Limit
) -> None:
    await limit(2)
    for _ in range(2):
        await send(database, salon_id, await message(category="reminder"))
    assert await levels_announced(database) == [80, 95, 100]
    await limit(4)
    for _ in range(2):
        await send(database, salon_id, await message(category="reminder"))
    assert await levels_announced(database) == [80, 95, 100, 80, 95, 100]
    await limit(3)
    await send(database, salon_id, await message(category="reminder"))
    assert len(await levels_announced(database)) == 6


async def test_what_waits_for_the_next_month_is_asked_again_when_there_is_more(
    database: Database, salon_id: UUID, message: Message, limit: Limit
) -> None:
    await limit(1, at_cap="delay")
    mine, quiet = await message(category="reminder"), await message(category="reminder")
    async with database.transaction() as session:
        for each, reason in ((mine, WAITS_FOR), (quiet, "quiet_hours")):
            await session.execute(
                text("""
                    UPDATE notifications SET waits_for = :reason,
                        next_attempt_at = now() + interval '9 days' WHERE id = :id
                """),
                {"id": each, "reason": reason},
            )
    async with database.transaction() as session:
        unchanged = await set_budget(
            session,
            salon_id=salon_id,
            channel="email",
            monthly_limit=1,
            at_cap="delay",
            now=NOW,
        )
        change = await set_budget(
            session, salon_id=salon_id, channel="email", monthly_limit=9, at_cap="delay", now=NOW
        )
        due = await session.execute(
            text("SELECT id FROM notifications WHERE next_attempt_at <= now()")
        )
    assert (unchanged.freed, change.freed) == (0, 1)
    assert (change.before.limit, change.after.limit) == (1, 9)
    assert list(due.scalars()) == [mine]


async def test_without_a_limit_the_installations_holds_again(
    database: Database, salon_id: UUID, limit: Limit
) -> None:
    await limit(5, at_cap="skip")
    await limit(None)
    async with database.transaction() as session:
        found = await get_budget(session, salon_id=salon_id, channel="email")
    assert (found.limit, found.at_cap, found.own) == (None, "reminders_only", False)


@pytest.mark.parametrize(
    ("monthly_limit", "at_cap"), [(-1, "delay"), (100_000_001, "delay"), (1, "explode")]
)
async def test_what_cannot_be_a_budget_is_refused(
    limit: Limit, monthly_limit: int, at_cap: str
) -> None:
    with pytest.raises(Invalid):
        await limit(monthly_limit, at_cap=at_cap)


def costs(salon_id: UUID, *given: tuple[UUID, int, str]) -> list[Cost]:
    return [
        Cost(salon_id=salon_id, notification_id=each, micros=micros, currency=currency)
        for each, micros, currency in given
    ]


async def test_a_price_counts_once_however_often_it_is_told(
    database: Database, salon_id: UUID, message: Message
) -> None:
    first, second = await message(channel="sms"), await message(channel="sms")
    told = costs(salon_id, (first, 70_000, "chf"), (second, 140_000, "CHF"))
    for _ in range(3):
        async with database.transaction() as session:
            await note_costs(session, costs=told, now=NOW)
    async with database.transaction() as session:
        await note_costs(session, costs=costs(salon_id, (first, 60_000, "CHF")), now=NOW)
    usage = await usage_of(database, salon_id, channel="sms")
    assert (usage["cost_micros"], usage["cost_currency"]) == (200_000, "CHF")
    assert usage["used"] == 0


async def test_two_currencies_are_never_added_up(
    database: Database, salon_id: UUID, message: Message
) -> None:
    first, second = await message(channel="sms"), await message(channel="sms")
    for each, currency in ((first, "USD"), (second, "EUR")):
        async with database.transaction() as session:
            await note_costs(session, costs=costs(salon_id, (each, 50_000, currency)), now=NOW)
    usage = await usage_of(database, salon_id, channel="sms")
    assert (usage["cost_micros"], usage["cost_currency"]) == (50_000, "USD")
    async with database.transaction() as session:
        kept = await session.scalar(
            text("SELECT cost_currency FROM notifications WHERE id = :id"), {"id": second}
        )
    assert kept == "EUR"


async def test_days_and_months_add_up_to_what_was_used(
    database: Database, salon_id: UUID, message: Message
) -> None:
    for day in (0, 0, 1):
        one = await message(category="reminder")
        await send(database, salon_id, one)
        async with database.transaction() as session:
            await session.execute(
                text("UPDATE notifications SET sent_at = :at WHERE id = :id"),
                {"id": one, "at": NOW - timedelta(days=day)},
            )
    async with database.transaction() as session:
        found = await days(
            session, salon_id=salon_id, month=NOVEMBER, time_zone="Europe/Zurich", now=NOW
        )
        (mail, _sms) = await this_month(session, salon_id=salon_id, month=NOVEMBER)
    assert [(each.day.day, each.used) for each in found] == [(21, 1), (22, 2)]
    assert mail.usage.used == 3
