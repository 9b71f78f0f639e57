"""One look that hangs delays no other, is begun once only, and ends as an error."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from openchair.operations.health.declared import all_probes
from openchair.operations.health.prober import Prober
from openchair.platform.apart import apart
from openchair.platform.db.engine import Database
from openchair.platform.probes import Finding, Look, Probe, ProbeContext, State

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
FINE = Finding(state=State.HEALTHY, message="fine")


async def fine(_: ProbeContext) -> Finding:
    return FINE


def probes(**looks: Look) -> dict[str, Probe]:
    return {
        name: Probe(name=name, look=look, every=0.01, timeout=0.1, vital=False, public=True)
        for name, look in looks.items()
    }


@asynccontextmanager
async def prober(url: str = NOWHERE, **looks: Look) -> AsyncIterator[Prober]:
    database = Database(url, pool_size=1)
    found = Prober(database=database, probes=probes(**looks) if looks else None)
    yield found
    await found.stop()
    await database.close()


async def test_one_that_hangs_delays_no_other() -> None:
    async def hang(_: ProbeContext) -> Finding:
        await asyncio.sleep(60)
        return FINE

    async with prober(hangs=hang, works=fine) as asked:
        began = time.monotonic()
        readings = await asked.round()
        assert time.monotonic() - began < 0.5
    assert readings["works"].state is State.HEALTHY
    assert readings["hangs"].state is State.ERROR
    assert readings["hangs"].message == "It did not answer within 0.1 s."
    assert readings["hangs"].details == {"kind": "timeout"}


async def test_one_that_cannot_be_cancelled_is_abandoned_and_not_begun_again() -> None:
    begun, end = 0, asyncio.Event()

    async def stubborn(_: ProbeContext) -> Finding:
        nonlocal begun
        begun += 1
        while not end.is_set():
            try:
                await end.wait()
            except asyncio.CancelledError:
                continue
        return FINE

    async with prober(stubborn=stubborn) as asked:
        for _ in range(4):
            assert (await asked.round())["stubborn"].state is State.ERROR
        assert begun == 1
        end.set()
        assert (await asked.round())["stubborn"].state is State.HEALTHY


async def test_a_blocked_thread_is_one_thread_however_often_is_asked() -> None:
    begun, end = 0, threading.Event()

    def block() -> Finding:
        nonlocal begun
        begun += 1
        end.wait(30)
        return FINE

    async def disk(_: ProbeContext) -> Finding:
        return await apart("a test's disk", block)

    async with prober(disk=disk) as asked:
        for _ in range(4):
            assert (await asked.round())["disk"].state is State.ERROR
        assert begun == 1
        end.set()
        assert (await asked.round())["disk"].state is State.HEALTHY


async def test_what_a_probe_raises_is_a_finding(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_: ProbeContext) -> Finding:
        raise ZeroDivisionError

    async with prober(broken=broken) as asked:
        reading = (await asked.round())["broken"]
    assert reading.state is State.ERROR
    assert reading.message == "It could not be looked at: ZeroDivisionError."
    assert "a probe failed" in caplog.text


async def test_callers_at_the_same_time_share_a_look() -> None:
    begun = 0

    async def slow(_: ProbeContext) -> Finding:
        nonlocal begun
        begun += 1
        await asyncio.sleep(0.05)
        return FINE

    async with prober(slow=slow) as asked:
        await asyncio.gather(*(asked.fresh(seconds=10) for _ in range(50)))
        assert begun == 1
        await asked.fresh(seconds=10)
        assert begun == 1
        await asked.fresh(seconds=0)
        assert begun == 2


async def test_a_round_ends_in_time_also_without_readings() -> None:
    async def slow(_: ProbeContext) -> Finding:
        await asyncio.sleep(0.09)
        return FINE

    async with prober(slow=slow) as asked:
        began = time.monotonic()
        assert await asked.round(within=0.02) == {}
        assert time.monotonic() - began < 0.08


async def test_in_the_background_each_has_its_own_rhythm() -> None:
    heard: list[str] = []

    async def hang(_: ProbeContext) -> Finding:
        await asyncio.sleep(60)
        return FINE

    async with prober(hangs=hang, works=fine) as asked:
        asked.tell(lambda reading: heard.append(reading.name))
        asked.start()
        deadline = time.monotonic() + 5
        while heard.count("hangs") < 2:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
        assert heard.count("works") > 3 * heard.count("hangs")
        began = time.monotonic()
    assert time.monotonic() - began < 1


async def test_every_probe_finds_something_in_a_house_that_works(database: Database) -> None:
    async with prober(database.url) as asked:
        readings = await asked.round()
    assert readings.keys() == all_probes().keys()
    assert {
        name for name, each in readings.items() if each.details.get("kind") == "unknown"
    } == set()
    assert readings["database"].state is State.HEALTHY
    for name in ("queue", "dlq", "budget", "webhooks", "clock", "storage", "sms", "logins"):
        assert readings[name].state is State.HEALTHY, readings[name]
    measured = {name for each in readings.values() for name in each.measures}
    assert measured >= {
        "database-connections",
        "pool-use",
        "blocked-queries",
        "idle-in-transaction",
        "longest-transaction",
        "database-latency",
        "clock-skew",
        "storage",
        "smtp-queue",
        "queue-age",
        "dead-letters",
        "budget",
        "failed-webhooks",
        "workers",
        "memory",
        "failed-logins",
        "deferred",
    }


async def test_without_the_database_the_others_still_look() -> None:
    async with prober() as asked:
        readings = await asked.round()
    assert readings["database"].state is State.ERROR
    assert readings["database"].details["kind"] == "refused"
    assert "127.0.0.1" not in readings["database"].message
    assert readings["queue"].message == "Not known: the database is out of reach."
    assert readings["storage"].state is State.HEALTHY
    assert readings["clock"].state is State.HEALTHY
    assert readings["sms"].state is State.WARNING
