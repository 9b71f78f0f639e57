"""The traffic, as one probe tells it."""

from datetime import UTC, datetime, timedelta

from openchair.operations.metrics.probes import finding, look_at_traffic
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.db.kept import KeptConnection
from openchair.platform.metrics.catalogue import HTTP_DURATION, HTTP_REQUESTS, LOOP_LAG, MEMORY
from openchair.platform.probes import ProbeContext, State, declared_probes
from tests.operations.metrics.points import put

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


async def test_the_last_minute_is_told(database: Database) -> None:
    minute = utc_now().replace(second=0, microsecond=0)
    labels = {"method": "GET", "route": "/{slug}"}
    lag = [0] * (len(LOOP_LAG.bounds) + 1)
    lag[2] = 100
    slow = [0] * (len(HTTP_DURATION.bounds) + 1)
    slow[11] = 100
    async with database.transaction() as session:
        await put(
            session, HTTP_REQUESTS.name, labels={**labels, "status": "2xx"}, at=minute, total=90
        )
        await put(
            session, HTTP_REQUESTS.name, labels={**labels, "status": "5xx"}, at=minute, total=10
        )
        await put(
            session,
            HTTP_DURATION.name,
            labels={"route": "/{slug}"},
            at=minute,
            count=100,
            most=1.99,
            buckets=slow,
        )
        await put(
            session,
            LOOP_LAG.name,
            labels={"process": "web"},
            at=minute,
            count=100,
            most=0.005,
            buckets=lag,
        )
        for pid, size in (("a:1", 1e8), ("a:2", 2e8)):
            await put(
                session,
                MEMORY.name,
                labels={"process": "web", "instance": pid},
                at=minute,
                last=size,
            )
        long_ago = minute - timedelta(minutes=5)
        labels["status"] = "5xx"
        await put(session, HTTP_REQUESTS.name, labels=labels, at=long_ago, total=100_000)
    kept = KeptConnection(database.url)
    context = ProbeContext(database=database, kept=kept, watching=True)
    try:
        found = await look_at_traffic(context)
    finally:
        await kept.close()
    assert found.state is State.ERROR  # of a hundred answers ten were failures
    assert found.measures["error-rate"] == 10
    assert 1900 < found.measures["response-time"] < 2000
    assert 0.8 < found.measures["requests"] < 1.7
    assert found.measures["loop-lag"] < 5
    assert [each["bytes"] for each in found.details["memory-of-processes"]] == [2e8, 1e8]


def test_silence_is_a_warning() -> None:
    found = finding([], seconds=90)
    assert found.state is State.WARNING
    assert found.measures == {}


def test_it_is_declared() -> None:
    assert "traffic" in declared_probes
