"""Every metric is documented, by name, kind, unit and labels; and nothing that is not there."""

import re
from pathlib import Path

import pytest

from openchair.platform.metrics.catalogue import METRICS
from openchair.platform.metrics.figures import FIGURES
from openchair.platform.metrics.series import Kind, Metric

PAGE = (Path(__file__).parents[3] / "docs/metrics.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(openchair_\w+)` \|(.*)$", PAGE, re.MULTILINE))


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_every_metric_is_documented(metric: Metric) -> None:
    kind, labels, _ = ROWS[metric.name].split("|", 2)
    assert kind.strip() == f"{metric.kind}, {metric.unit}"
    named = re.sub(r"\([^)]*\)", "", labels)
    assert tuple(each.strip() for each in named.split(",") if each.strip()) == metric.labels


def test_nothing_else_is_documented() -> None:
    assert ROWS.keys() == METRICS.keys() | FIGURES.keys()


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.name)
def test_names_follow_prometheus(metric: Metric) -> None:
    assert (metric.kind is Kind.COUNTER) == metric.name.endswith("_total")
    assert list(metric.bounds) == sorted(set(metric.bounds))
    assert bool(metric.bounds) == (metric.kind is Kind.HISTOGRAM)
    if metric.unit in {"seconds", "bytes"}:
        assert metric.unit in metric.name
