"""When a look counts, how days are joined once, and what readers call one trouble. Pure."""

from datetime import timedelta

from openchair.operations.status_page.components import Condition, Key
from openchair.operations.status_page.history import Day, Note, Span, Told, merge_days, outages_of
from openchair.operations.status_page.settle import Settled, settle
from openchair.platform.ids import new_id
from tests.operations.status_page.looks import NOON

MINUTE = timedelta(minutes=1)


def after(*seen: Condition, begin: Condition = "operational") -> Settled:
    found = Settled(condition=begin, since=NOON)
    for number, each in enumerate(seen, start=1):
        found = settle(found, each, now=NOON + number * MINUTE)
    return found


def test_one_look_is_no_outage_and_two_are_one_from_the_first() -> None:
    assert after("major_outage").condition == "operational"
    assert after("major_outage", "operational", "major_outage").condition == "operational"
    twice = after("operational", "major_outage", "major_outage")
    assert (twice.condition, twice.since) == ("major_outage", NOON + 2 * MINUTE)


def test_one_good_look_is_no_recovery() -> None:
    assert after("operational", begin="major_outage").condition == "major_outage"
    assert (
        after("operational", "major_outage", "operational", begin="major_outage").condition
        == "major_outage"
    )
    assert after("operational", "operational", begin="major_outage").condition == "operational"


def test_looks_that_are_bad_in_different_ways_count_together() -> None:
    assert after("degraded", "major_outage").condition == "major_outage"
    assert after("degraded", "operational", "degraded").condition == "operational"


def day(
    watched: float, down: float, worst: Condition = "operational"
) -> dict[tuple[Key, object], Day]:
    return {
        ("booking", NOON.date()): Day(
            component="booking",
            day=NOON.date(),
            watched_seconds=watched,
            down_seconds=down,
            worst=worst,
        )
    }


def test_what_was_counted_from_zero_is_added_and_what_was_counted_on_is_not() -> None:
    theirs, mine = day(1000, 10), day(300, 60, "major_outage")
    [added] = merge_days(theirs, mine, knows_theirs=False).values()  # type: ignore[arg-type]
    assert (added.watched_seconds, added.down_seconds, added.worst) == (1300, 70, "major_outage")
    merged = {("booking", NOON.date()): added}
    [again] = merge_days(merged, merged, knows_theirs=True).values()  # type: ignore[arg-type]
    assert again == added


def span(component: Key, begin: int, end: int | None, state: Condition = "major_outage") -> Span:
    return Span(
        id=new_id(),
        component=component,
        state=state,
        since=NOON + begin * MINUTE,
        until=None if end is None else NOON + end * MINUTE,
    )


def test_spans_that_touch_are_one_trouble() -> None:
    first, second = span("mail", 0, 9, "partial_outage"), span("booking", 3, 6)
    later = span("booking", 60, None)
    [newest, oldest] = outages_of([later, second, first])
    assert newest.until is None
    assert (oldest.since, oldest.until) == (first.since, first.until)
    assert dict(oldest.parts) == {"booking": "major_outage", "mail": "partial_outage"}
    assert oldest.worst == "major_outage"
    assert oldest.id == first.id.hex[-12:]


def test_words_go_with_their_trouble_and_stand_for_themselves_otherwise() -> None:
    trouble = span("booking", 0, 30)
    during = Note(id=new_id(), at=NOON + 5 * MINUTE, words="we are on it")
    alone = Note(id=new_id(), at=NOON + 600 * MINUTE, words="tomorrow we move")
    incident = Told(
        id=new_id(),
        since=NOON + MINUTE,
        until=NOON + 31 * MINUTE,
        components=("booking",),
        notes=(Note(id=new_id(), at=NOON + 2 * MINUTE, words="we look"),),
    )
    [notice, outage] = outages_of([trouble], told=[incident], notes=[alone, during])
    assert [each.words for each in outage.notes] == ["we look", "we are on it"]
    assert (notice.parts, [each.words for each in notice.notes]) == ({}, ["tomorrow we move"])
