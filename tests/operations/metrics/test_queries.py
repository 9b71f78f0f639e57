from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.metrics.queries import MOST_POINTS, lines, resolution
from openchair.platform.metrics.catalogue import HTTP_DURATION, HTTP_REQUESTS
from tests.operations.metrics.points import put

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REQUESTS, DURATION = HTTP_REQUESTS.name, HTTP_DURATION.name


async def test_lines_by_a_label(session: AsyncSession) -> None:
    for status, total in (("2xx", 30.0), ("5xx", 6.0)):
        for route in ("/a", "/b"):
            labels = {"method": "GET", "route": route, "status": status}
            for minute in (2, 1):
                at = NOW - timedelta(minutes=minute)
                await put(session, REQUESTS, at=at, labels=labels, count=int(total), total=total)
    found = await lines(
        session, name=REQUESTS, since=NOW - timedelta(minutes=5), until=NOW, by=("status",)
    )
    assert [(line.labels, [point.sum.rate for point in line.points]) for line in found] == [
        ({"status": "2xx"}, [1.0, 1.0]),
        ({"status": "5xx"}, [0.2, 0.2]),
    ]
    only = await lines(
        session,
        name=REQUESTS,
        since=NOW - timedelta(minutes=5),
        until=NOW,
        where={"route": "/a", "status": "5xx"},
    )
    assert [point.sum.total for point in only[0].points] == [6.0, 6.0]
    assert [point.at for point in only[0].points] == [
        NOW - timedelta(minutes=2),
        NOW - timedelta(minutes=1),
    ]


async def test_percentiles_come_out_of_summed_buckets(session: AsyncSession) -> None:
    fast, slow = [0] * (len(HTTP_DURATION.bounds) + 1), [0] * (len(HTTP_DURATION.bounds) + 1)
    fast[0], slow[11] = 90, 10
    await put(session, DURATION, at=NOW, labels={"route": "/a"}, count=90, most=0.004, buckets=fast)
    await put(session, DURATION, at=NOW, labels={"route": "/b"}, count=10, most=1.9, buckets=slow)
    (line,) = await lines(session, name=DURATION, since=NOW, until=NOW + timedelta(minutes=1))
    summed = line.points[0].sum
    assert summed.percentile(0.5) == pytest.approx(0.0028, abs=0.0001)
    assert summed.percentile(0.95) == pytest.approx(1.75)
    assert summed.percentile(1) == pytest.approx(1.9)


async def test_long_times_read_hours_and_the_last_of_them_as_minutes(session: AsyncSession) -> None:
    await put(session, REQUESTS, at=NOW - timedelta(days=3), step=3600, total=100)
    await put(session, REQUESTS, at=NOW - timedelta(hours=1), step=3600, total=999)
    await put(session, REQUESTS, at=NOW - timedelta(minutes=50), total=7)
    (line,) = await lines(session, name=REQUESTS, since=NOW - timedelta(days=4), until=NOW)
    assert [point.sum.total for point in line.points] == [100.0, 7.0]


@pytest.mark.parametrize("hours", [1, 6, 24, 36, 37, 24 * 7, 24 * 92])
def test_never_more_points_than_asked_for(hours: int) -> None:
    since = NOW - timedelta(hours=hours)
    width, _ = resolution(since=since, until=NOW, points=MOST_POINTS)
    assert hours * 3600 / width <= MOST_POINTS
    assert width % 60 == 0
