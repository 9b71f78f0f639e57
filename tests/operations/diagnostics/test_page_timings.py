"""Sampling asks in turn, never faster than it was told, and counts what failed."""

from openchair.operations.diagnostics.own_site import Answered, ask, caller
from openchair.operations.diagnostics.page_timings import sample, timings


def answered(path: str, milliseconds: float, *, status: int = 200) -> Answered:
    return Answered(
        path=path, status=status, first_byte_ms=milliseconds / 2, total_ms=milliseconds, words=""
    )


def test_percentiles_are_of_the_answers_that_came() -> None:
    answers = [answered("/", float(n)) for n in range(1, 101)]
    answers += [answered("/", 5000.0, status=0), answered("/away", 9.0, status=0)]
    front, away = timings(answers)
    assert (front.asked, front.failed) == (101, 1)
    assert (front.p50_ms, front.p95_ms, front.slowest_ms) == (50.0, 95.0, 100.0)
    assert (away.failed, away.p50_ms) == (1, None)


async def test_nobody_there_is_an_answer_too() -> None:
    async with caller("http://127.0.0.1:9") as asking:
        found = await ask(asking, "/")
    assert (found.status, found.is_fine, found.words) == (
        0,
        False,
        "refuses: nobody listens there",
    )


async def test_it_asks_for_so_long_and_so_often_in_turn() -> None:
    found = [
        each
        async for each in sample(
            "http://127.0.0.1:9", paths=["/one", "/two"], seconds=1.0, a_second=10
        )
    ]
    assert 4 <= len(found) <= 11
    counts = [sum(each.path == path for each in found) for path in ("/one", "/two")]
    assert abs(counts[0] - counts[1]) <= 1
