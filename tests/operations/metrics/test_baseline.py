from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.metrics.baseline import compare, comparison
from openchair.platform.metrics.catalogue import HTTP_DURATION, HTTP_REQUESTS
from tests.operations.metrics.points import put

NOW = datetime(2026, 11, 22, 12, 30, 30, tzinfo=UTC)


def test_within_the_usual_spread_nothing_is_unusual() -> None:
    past = [{"response-time": value} for value in (100.0, 120.0, 110.0, 130.0, 90.0, 105.0, 115.0)]
    found = comparison(measure="response-time", now=135.0, past=past)
    assert found.usual is not None
    assert found.usual.median == 110
    assert found.usual.last_week == 115
    assert found.difference_percent == pytest.approx(22.7, abs=0.1)
    assert not found.unusual
    assert comparison(measure="response-time", now=400.0, past=past).unusual


def test_a_steady_past_makes_no_drama_of_a_millisecond() -> None:
    past = [{"response-time": 20.0}] * 7
    assert not comparison(measure="response-time", now=25.0, past=past).unusual
    assert comparison(measure="response-time", now=60.0, past=past).unusual


def test_two_days_are_no_past() -> None:
    found = comparison(measure="requests", now=100.0, past=[{"requests": 1.0}, {"requests": 1.0}])
    assert found.significance is not None
    assert not found.unusual
    assert comparison(measure="requests", now=1.0, past=[None] * 7).usual is None


async def test_now_is_held_against_the_same_hour(session: AsyncSession) -> None:
    labels = {"method": "GET", "route": "/{slug}", "status": "2xx"}
    noon = NOW.replace(minute=0, second=0)
    for day in range(1, 8):
        at = noon - timedelta(days=day)
        await put(session, HTTP_REQUESTS.name, labels=labels, at=at, step=3600, total=3600)
        other = at - timedelta(hours=1)
        await put(session, HTTP_REQUESTS.name, labels=labels, at=other, step=3600, total=999999)
    buckets = [0] * (len(HTTP_DURATION.bounds) + 1)
    buckets[12] = 30
    at = noon + timedelta(minutes=29)
    await put(session, HTTP_REQUESTS.name, labels=labels, at=at, total=9300)
    await put(
        session,
        HTTP_DURATION.name,
        labels={"route": "/{slug}"},
        at=at,
        count=30,
        most=2.9,
        buckets=buckets,
    )
    found = {each.measure: each for each in await compare(session, now=NOW)}
    requests = found["requests"]
    assert requests.now == pytest.approx(10.0)
    assert requests.usual is not None
    assert (requests.usual.median, requests.usual.hours) == (1.0, 7)
    assert requests.unusual
    assert found["response-time"].now == pytest.approx(2900)
    assert found["response-time"].usual is None
