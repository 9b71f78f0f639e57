"""Drill 23: the month's budget is gone in a burst. Marketing stops, reminders go on, and whoever
has to know is told once.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from openchair.notifications.budgets.queries import find_drift, month_of
from openchair.notifications.budgets.set_budget import set_budget
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from tests.drills.scene import Scene

LIMIT = 100
SOON = timedelta(seconds=1)
ZURICH = "Europe/Zurich"


async def limit(scene: Scene, monthly_limit: int, *, at_cap: str = "reminders_only") -> None:
    async with scene.database.transaction() as session:
        await set_budget(
            session,
            salon_id=scene.salon_id,
            channel="email",
            monthly_limit=monthly_limit,
            at_cap=at_cap,
            now=utc_now(),
        )


async def put_news(scene: Scene, count: int) -> None:
    """Marketing to customers who want it, from a salon without quiet hours: nothing but the budget
    can hold it back, at whatever hour the drill is run.
    """
    await scene.put(count, category="marketing", priority=9, send_after=utc_now() + SOON)
    async with scene.database.transaction() as session:
        for statement in CONSENTED:
            await session.execute(text(statement), {"salon_id": scene.salon_id})


async def statuses(scene: Scene, category: str) -> dict[str, int]:
    async with scene.database.transaction() as session:
        rows = await session.execute(
            text(
                "SELECT status, count(*) AS number FROM notifications WHERE category = :category"
                " GROUP BY status"
            ),
            {"category": category},
        )
        return {row.status: row.number for row in rows}


async def levels(database: Database) -> list[int]:
    async with database.transaction() as session:
        rows = await session.execute(
            text("SELECT payload->>'level' FROM events WHERE name = 'budget.reached'")
        )
        return sorted(int(level) for level in rows.scalars())


async def used(scene: Scene) -> int:
    found: int = await scene.value("SELECT used FROM notification_usage WHERE channel = 'email'")
    return found


async def drift(scene: Scene) -> list[Any]:
    async with scene.database.transaction() as session:
        return await find_drift(session, since=month_of(utc_now(), time_zone=ZURICH))


async def test_drill_23_the_budget_is_gone_marketing_stops_and_reminders_go(scene: Scene) -> None:
    await limit(scene, LIMIT)
    for _ in range(3):
        await scene.start()
    await scene.put(60, category="reminder")
    await scene.put(20, category="transactional")
    await scene.all_end()
    assert await levels(scene.database) == []
    await put_news(scene, 60)
    await scene.all_end()
    assert await statuses(scene, "transactional") == {"sent": 20}
    assert await statuses(scene, "reminder") == {"sent": 60}
    assert await statuses(scene, "marketing") == {"sent": 20, "suppressed": 40}
    assert await used(scene) == LIMIT
    assert await levels(scene.database) == [80, 95, 100]
    assert {line["percent"] for line in scene.said("budget reached")} == {80, 95, 100}
    assert len(scene.said("budget reached")) == 3
    why = await scene.value(
        "SELECT DISTINCT error_message FROM notifications WHERE status = 'suppressed'"
    )
    assert why == f"the month's budget is used up ({LIMIT} of {LIMIT})"
    # What clients rely on goes on beyond it, and nobody is told again.
    await scene.put(10, category="reminder")
    await scene.all_end()
    assert await used(scene) == LIMIT + 10
    assert await levels(scene.database) == [80, 95, 100]
    assert await drift(scene) == []
    assert (await scene.prove()).taken == LIMIT + 10


async def test_drill_23_what_waits_for_the_next_month_goes_when_there_is_more(
    scene: Scene,
) -> None:
    await limit(scene, 5, at_cap="delay")
    await scene.put(12, category="reminder")
    await scene.start()
    await scene.start()

    async def settled() -> bool:
        waiting = await scene.value("SELECT count(*) FROM notifications WHERE waits_for = 'budget'")
        busy = await scene.value("SELECT count(*) FROM notifications WHERE status = 'sending'")
        return bool(waiting == 7 and busy == 0)

    await scene.until(settled)
    assert await statuses(scene, "reminder") == {"sent": 5, "pending": 7}
    until = await scene.value(
        "SELECT array_agg(DISTINCT next_attempt_at AT TIME ZONE 'Europe/Zurich')"
        " FROM notifications WHERE status = 'pending'"
    )
    month = month_of(utc_now(), time_zone=ZURICH)
    next_month = (month + timedelta(days=32)).replace(day=1)
    assert [each.isoformat() for each in until] == [f"{next_month.isoformat()}T00:00:00"]
    await limit(scene, 20, at_cap="delay")
    await scene.all_end()
    assert await statuses(scene, "reminder") == {"sent": 12}
    assert await drift(scene) == []
    assert (await scene.prove()).taken == 12


async def test_drill_23_workers_that_die_leave_the_count_true(scene: Scene) -> None:
    """Killed and dropped in the middle: what was not sent is given back, what was counts once."""
    await limit(scene, 1000)
    await scene.outside.fault("smtp", "reject", share=0.3)
    await scene.outside.fault("smtp-backup", "reject", share=0.3)
    await scene.put(120, category="transactional")
    for _ in range(2):
        worker = await scene.start()

        async def begun() -> bool:
            return await scene.value("SELECT count(*) > 10 FROM notification_attempts") is True

        await scene.until(begun)
        await scene.kill(worker)
    await scene.start()
    await scene.all_end()
    ends = await statuses(scene, "transactional")
    assert ends["sent"] + ends["failed"] == 120
    assert ends["failed"] > 0
    assert await used(scene) == ends["sent"]
    assert await drift(scene) == []


CONSENTED = (
    """
    INSERT INTO customers (salon_id, id, name, email, language)
    SELECT salon_id, id, 'Anna', recipient, 'en' FROM notifications
    WHERE salon_id = :salon_id AND category = 'marketing'
    """,
    """
    INSERT INTO consents (salon_id, id, customer_id, kind, granted, source)
    SELECT salon_id, gen_random_uuid(), id, 'marketing', true, 'drill' FROM customers
    WHERE salon_id = :salon_id
    """,
    """
    INSERT INTO message_policies (salon_id, quiet_from_minute, quiet_until_minute, updated_at)
    VALUES (:salon_id, 0, 0, now())
    """,
)
