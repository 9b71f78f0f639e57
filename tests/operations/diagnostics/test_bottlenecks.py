"""Causes by what they cost: of routes, of SQL as PostgreSQL counts it, locks, pools and loops."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.diagnostics.bottlenecks import (
    find_causes,
    of_queue,
    slow_statements,
)
from openchair.platform.db.engine import Database
from openchair.platform.metrics.catalogue import (
    HTTP_DURATION,
    LOOP_LAG,
    OUTBOUND_DURATION,
    POOL_IN_USE,
    POOL_SIZE,
)
from openchair.platform.probes import Reading, State
from tests.operations.metrics.points import put

NOW = datetime.now(UTC)
MINUTE = (NOW - timedelta(minutes=2)).replace(second=0, microsecond=0)


def slow(bounds: tuple[float, ...], count: int) -> list[int]:
    """All of them in the bucket before the last bound."""
    return [0] * (len(bounds) - 1) + [count, 0]


async def test_routes_services_pools_and_loops_by_what_they_cost(session: AsyncSession) -> None:
    buckets = slow(HTTP_DURATION.bounds, 10)
    for route, seconds in (("/slow", 150.0), ("/quick", 0.3)):
        await put(session, HTTP_DURATION.name, at=MINUTE, labels={"route": route}, count=10,
                  total=seconds, most=29.0, buckets=buckets)  # fmt: skip
    await put(session, OUTBOUND_DURATION.name, at=MINUTE, labels={"service": "twilio"}, count=10,
              total=30.0, most=5.0, buckets=buckets)  # fmt: skip
    web = {"process": "web"}
    await put(session, POOL_IN_USE.name, at=MINUTE, labels=web, most=10)
    await put(session, POOL_SIZE.name, at=MINUTE, labels=web, most=10)
    await put(session, LOOP_LAG.name, at=MINUTE, labels=web, count=10, total=20, most=4.9,
              buckets=slow(LOOP_LAG.bounds, 10))  # fmt: skip
    found = await find_causes(session, readings={}, now=NOW)
    weights = {(each.kind, each.name): each.weight for each in found}
    assert weights["route", "/slow"] == 10.0
    assert weights["outbound", "twilio"] == 2.0
    assert round(weights["pool", "web"], 6) == weights["event loop", "web"] == 60.0
    assert weights["route", "/quick"] < 0.1
    assert [each.weight for each in found] == sorted(weights.values(), reverse=True)
    assert all(each.next_step for each in found)


async def test_who_waits_for_a_lock_costs_the_whole_minute(database: Database) -> None:
    async def wait() -> None:
        async with database.transaction() as session:
            await session.execute(text("LOCK TABLE salons"))

    async with database.transaction() as holder:
        await holder.execute(text("LOCK TABLE salons"))
        waiting = asyncio.create_task(wait())
        async with asyncio.timeout(20):
            while True:
                async with database.transaction() as session:
                    causes = await find_causes(session, readings={}, now=NOW)
                locks = [each for each in causes if each.kind == "lock"]
                if locks:
                    break
                await asyncio.sleep(0.05)
    await waiting
    assert (locks[0].weight, "db blockers --cancel" in locks[0].next_step) == (60.0, True)


async def test_slow_statements_are_those_that_postgresql_counted(session: AsyncSession) -> None:
    await session.execute(text("SELECT pg_sleep(0.05) AS a_slow_statement"))
    found = [each for each in await slow_statements(session) if "a_slow_statement" in each.query]
    assert found[0].mean_ms >= 50


def test_a_queue_that_waits_is_a_cause_from_a_minute_on() -> None:
    def reading(age: float) -> dict[str, Reading]:
        return {
            "queue": Reading(
                name="queue", state=State.HEALTHY, message="3 mails are due", response_time_ms=1,
                at=NOW, measures={"queue-age": age},
            )
        }  # fmt: skip

    assert of_queue(reading(59)) == []
    assert of_queue(reading(120))[0].weight == 2
