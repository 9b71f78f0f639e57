import pytest

from openchair.platform.metrics.series import Kind, Metric


def histogram(*, most: int = 10) -> Metric:
    return Metric(
        "waits", Kind.HISTOGRAM, "x", unit="seconds", labels=("who",), bounds=(1, 2), most=most
    )


def test_a_value_on_a_bound_belongs_below_it() -> None:
    child = histogram().of("ann")
    for value in (0.5, 1, 1.5, 2, 2.5):
        child.observe(value)
    assert child.buckets == [2, 2, 1]


def test_differences_are_told_once_and_add_up() -> None:
    child = histogram().of("ann")
    child.observe(0.5)
    child.observe(3)
    first = child.take()
    child.observe(1.5)
    second = child.take()
    assert first is not None
    assert second is not None
    assert (first.count, first.total, first.least, first.most) == (2, 3.5, 0.5, 3)
    assert first.buckets == (1, 0, 1)
    assert (second.count, second.total, second.least, second.most) == (1, 1.5, 1.5, 1.5)
    assert second.buckets == (0, 1, 0)
    assert child.take() is None


def test_a_counter_has_no_sizes_of_its_own() -> None:
    child = Metric("n", Kind.COUNTER, "x", unit="things").of()
    child.inc()
    child.inc(2)
    taken = child.take()
    assert taken is not None
    assert (taken.total, taken.least, taken.most, taken.buckets) == (3, 3, 3, None)


def test_nobody_fills_our_memory_with_names() -> None:
    metric = histogram(most=3)
    for number in range(100):
        metric.of(f"caller-{number}").observe(1)
    counted = {child.labels[0]: child.count for child in metric.children()}
    assert counted == {"caller-0": 1, "caller-1": 1, "caller-2": 1, "other": 97}


def test_labels_have_to_fit() -> None:
    with pytest.raises(ValueError, match="has the labels who"):
        histogram().of("ann", "too much")
