"""The language of conditions: what can be written is read, means what it says, and reads back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openchair.operations.alerts.conditions import (
    OPERATORS,
    STATES,
    Comparison,
    Condition,
    Facts,
    Joined,
    StateIs,
    duration_seconds,
    holds,
    parse,
)
from openchair.operations.alerts.measures import MEASURES
from openchair.platform.errors import Invalid

numbers = st.integers(0, 10**6).map(float)
comparisons = st.builds(
    Comparison, st.sampled_from(sorted(MEASURES)), st.sampled_from(sorted(OPERATORS)), numbers
)
states = st.builds(
    StateIs,
    st.sampled_from(["database", "smtp"]),
    st.sampled_from(["==", "!="]),
    st.sampled_from(STATES),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    comparisons | states,
    lambda inner: st.builds(
        Joined, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3).map(tuple)
    ),
    max_leaves=6,
)
measures = st.dictionaries(st.sampled_from(sorted(MEASURES)), numbers)
probes = st.dictionaries(
    st.sampled_from(["database", "smtp", "traffic", "queue"]),
    st.frozensets(st.sampled_from(STATES), min_size=1, max_size=2),
)
facts = st.builds(Facts, measures=measures, states=probes)


@given(conditions, facts)
def test_what_is_written_out_reads_back_and_means_the_same(
    condition: Condition, known: Facts
) -> None:
    again = parse(str(condition))
    assert holds(again, known) == holds(condition, known)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    try:
        found = str(parse(text))
    except Invalid as error:
        found = error.message
    assert found


@given(conditions, facts, facts)
def test_what_is_decided_stays_so_when_more_is_known(
    condition: Condition, known: Facts, more: Facts
) -> None:
    """None is "nobody can tell"; true and false do not depend on what is left out."""
    wider = Facts(
        measures={**more.measures, **known.measures}, states={**more.states, **known.states}
    )
    silent_probes = Facts(measures=known.measures, states={})
    narrow, wide = (
        holds(condition, silent_probes),
        holds(condition, Facts(measures=wider.measures, states=wider.states)),
    )
    assert narrow is None or narrow == wide


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("response-time > 2000ms", "response-time > 2000ms"),
        ("response-time > 2s", "response-time > 2000ms"),
        ("queue-age > 10m", "queue-age > 600s"),
        ("queue-age>=1h", "queue-age >= 3600s"),
        ("error-rate >= 5%", "error-rate >= 5%"),
        ("dead-letters > 5", "dead-letters > 5"),
        ("RESPONSE-TIME > 0.5s", "response-time > 500ms"),
        ("state(database) == error", "state(database) == error"),
        (
            "memory > 80% and storage > 80 or workers < 1",
            ("(memory > 80% and storage > 80%) or workers < 1"),
        ),
        (
            "memory > 80% and (storage > 80 or workers < 1)",
            "memory > 80% and (storage > 80% or workers < 1)",
        ),
    ],
)
def test_units_and_order(text: str, means: str) -> None:
    assert str(parse(text)) == means


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Expected a measure"),
        ("respons-time > 1s", "Did you mean response-time"),
        ("response-time > 5%", "counted in ms, not in %"),
        ("dead-letters > 5s", "a plain number, not in s"),
        ("response-time 2000", "Expected one of"),
        ("response-time >", "Expected a number"),
        ("response-time > 2000ms memory > 5", "and? or?"),
        ("(memory > 5", "closing parenthesis"),
        ("memory > 5 | drop table", "Cannot read"),
        ("state(database) > error", "compared by"),
        ("state(database) == errr", "Did you mean error"),
        (" or ".join(["memory > 5"] * 21), "at most 20 parts"),
        ("memory > " + "5" * 500, "at most 500 characters"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words.replace("?", r"\?").replace("(", r"\(")):
        parse(text)


def test_a_probe_that_looks_and_has_no_number_says_no_one_that_cannot_look_says_nothing() -> None:
    slow = parse("response-time > 2s")
    looks = Facts(measures={}, states={"traffic": {"healthy"}})
    assert holds(slow, looks) is False
    assert holds(slow, Facts(measures={}, states={"traffic": {"error"}})) is None
    assert holds(slow, Facts(measures={}, states={})) is None


@pytest.mark.parametrize(
    ("text", "seconds"), [("5m", 300), ("90s", 90), ("1h", 3600), ("0", 0), ("1d", 86_400)]
)
def test_durations(text: str, seconds: int) -> None:
    assert duration_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "soon", "-1m", "2d", "1.5h"])
def test_durations_that_cannot_be(text: str) -> None:
    with pytest.raises(Invalid):
        duration_seconds(text)
