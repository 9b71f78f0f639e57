import pytest

from openchair.platform import correlation
from openchair.platform.traces import ids

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize(
    ("header", "trace"),
    [
        (f"00-{TRACE}-00f067aa0ba902b7-01", TRACE),
        (f"cc-{TRACE}-00f067aa0ba902b7-00", TRACE),
        (f"ff-{TRACE}-00f067aa0ba902b7-01", None),
        (f"00-{'0' * 32}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE}-{'0' * 16}-01", None),
        (f"00-{TRACE.upper()}-00f067aa0ba902b7-01", None),
        (f"00-{TRACE}-00f067aa0ba902b7-01-more", None),
        ("nonsense", None),
        ("", None),
        (None, None),
    ],
)
def test_only_what_is_well_formed_is_adopted(header: str | None, trace: str | None) -> None:
    assert ids.trace_of(header) == trace


def test_an_id_of_ours_is_the_trace_and_any_other_always_makes_the_same() -> None:
    token = correlation.adopt(TRACE)
    assert ids.trace_id() == TRACE
    correlation.release(token)
    token = correlation.adopt("shop-2026.11.22")
    assert ids.trace_id() == ids.trace_id() != TRACE
    assert ids.trace_of(ids.traceparent(ids.trace_id())) == ids.trace_id()
    correlation.release(token)
