from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openchair.operations.metrics.rules import Stored, percentile, traffic_measures
from openchair.platform.metrics.catalogue import HTTP_DURATION, HTTP_REQUESTS, LOOP_LAG
from openchair.platform.metrics.series import Kind, Metric

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def row(name: str, labels: dict[str, str], total: float, buckets: tuple[int, ...] = ()) -> Stored:
    return Stored(
        name=name,
        labels=labels,
        at=AT,
        count=int(total),
        total=total,
        least=0,
        most=30,
        last=0,
        buckets=buckets,
    )


def asked(total: float, *, status: str = "2xx", route: str = "/{slug}") -> Stored:
    return row(HTTP_REQUESTS.name, {"method": "GET", "route": route, "status": status}, total)


def test_errors_need_twenty_requests() -> None:
    assert "error-rate" not in traffic_measures([asked(18), asked(1, status="5xx")], seconds=60)
    found = traffic_measures([asked(18), asked(2, status="5xx")], seconds=60)
    assert found["error-rate"] == 10
    assert found["requests"] == pytest.approx(1 / 3)


def test_who_asks_how_we_are_is_no_traffic() -> None:
    rows = [asked(18), asked(2, status="5xx"), asked(500, status="5xx", route="/api/ready")]
    rows.append(asked(5000, route="/static/{name}"))
    assert traffic_measures(rows, seconds=10)["requests"] == 2
    assert traffic_measures(rows, seconds=10)["error-rate"] == 10


def test_a_single_slow_request_is_seen() -> None:
    buckets = [0] * (len(HTTP_DURATION.bounds) + 1)
    buckets[HTTP_DURATION.bounds.index(3)] = 1
    rows = [row(HTTP_DURATION.name, {"route": "/{slug}"}, 1, tuple(buckets))]
    assert 2000 < traffic_measures(rows, seconds=60)["response-time"] <= 3000


def test_only_the_lag_of_web_processes_counts() -> None:
    buckets = [0] * (len(LOOP_LAG.bounds) + 1)
    buckets[-1] = 4
    rows = [row(LOOP_LAG.name, {"process": "worker"}, 1, tuple(buckets))]
    assert "loop-lag" not in traffic_measures(rows, seconds=60)


@given(
    st.lists(st.floats(0, 40), min_size=1, max_size=200),
    st.sampled_from([0.01, 0.5, 0.9, 0.95, 0.99, 1.0]),
)
def test_a_percentile_lies_in_the_bucket_of_the_true_one(values: list[float], share: float) -> None:
    metric = Metric("h", Kind.HISTOGRAM, "x", unit="s", bounds=(0.1, 0.5, 1, 5, 20))
    child = metric.of()
    for value in values:
        child.observe(value)
    found = percentile(child.buckets, child.bounds, share=share, most=child.most)
    rank = max(1, -(-len(values) * share // 1))
    true = sorted(values)[min(int(rank), len(values)) - 1]
    edges = [0.0, *metric.bounds, max(40.0, child.most)]
    place = next(at for at in range(1, len(edges)) if true <= edges[at])
    assert found is not None
    assert edges[place - 1] <= found <= edges[place] or found == child.most
    assert found <= child.most
