"""Prometheus text, or OpenMetrics, of what was counted; prometheus-client writes it.

Called by the metrics endpoint. Each sample says which process it is of, so that a scrape that
meets another web process each time still sees every counter grow.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST as OPEN_CONTENT_TYPE
from prometheus_client.openmetrics.exposition import generate_latest as generate_open
from prometheus_client.registry import Collector

from openchair.platform.metrics.catalogue import METRICS
from openchair.platform.metrics.figures import FIGURES, Figure
from openchair.platform.metrics.series import Kind, Metric
from openchair.platform.metrics.snapshots import Counted, Snapshot

PLAIN = CONTENT_TYPE_PLAIN_0_0_4
OPEN = OPEN_CONTENT_TYPE
OWN_LABELS = ("process", "instance")


def exposition(
    snapshots: Sequence[Snapshot], *, figures: Sequence[Figure], open_metrics: bool
) -> tuple[bytes, str]:
    """The text and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_House(snapshots, figures))
    write: Callable[[CollectorRegistry], bytes] = generate_open if open_metrics else generate_latest
    return write(registry), OPEN if open_metrics else PLAIN


class _House(Collector):
    """What prometheus-client asks for the families."""

    def __init__(self, snapshots: Sequence[Snapshot], figures: Sequence[Figure]) -> None:
        self._snapshots = snapshots
        self._figures = figures

    def collect(self) -> Iterable[Family]:
        """All metrics in the catalogue's order, then the figures of the house."""
        for metric in METRICS.values():
            family = _family(metric)
            for labels, child in self._children(metric.name):
                _add(family, metric, labels, child)
            if family.samples:
                yield family
        for name, meaning in FIGURES.items():
            gauge = GaugeMetricFamily(name, meaning)
            for figure in self._figures:
                if figure.name == name:
                    gauge.add_sample(name, dict(figure.labels), figure.value)
            if gauge.samples:
                yield gauge

    def _children(self, name: str) -> Iterator[tuple[list[str], Counted]]:
        for each in self._snapshots:
            for child in each.metrics.get(name, ()):
                yield [*child.labels, each.process, each.instance], child


def _family(metric: Metric) -> Family:
    names = [*metric.labels, *OWN_LABELS]
    match metric.kind:
        case Kind.COUNTER:
            return CounterMetricFamily(metric.name, metric.meaning, labels=names)
        case Kind.GAUGE:
            return GaugeMetricFamily(metric.name, metric.meaning, labels=names)
        case Kind.HISTOGRAM:
            return HistogramMetricFamily(metric.name, metric.meaning, labels=names)


def _add(family: Family, metric: Metric, labels: list[str], child: Counted) -> None:
    if isinstance(family, HistogramMetricFamily):
        bounds = [*(str(float(bound)) for bound in metric.bounds), "+Inf"]
        buckets = list(zip(bounds, accumulate(child.buckets), strict=True))
        family.add_metric(labels, buckets=buckets, sum_value=child.value)
    elif isinstance(family, CounterMetricFamily | GaugeMetricFamily):
        family.add_metric(labels, child.value)
