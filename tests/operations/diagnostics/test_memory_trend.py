"""What grows is told from what only jumps, wobbles or has just begun."""

from datetime import UTC, datetime, timedelta
from random import Random

from openchair.operations.diagnostics.memory_trend import (
    FEWEST_POINTS,
    MemoryLine,
    growth_of,
    kendall_confidence,
)

BEGIN = datetime(2026, 11, 22, tzinfo=UTC)
MB = 1_000_000.0


def line(values: list[float]) -> MemoryLine:
    points = [(BEGIN + timedelta(minutes=n), value) for n, value in enumerate(values)]
    return MemoryLine(process="web", instance="host:1", points=tuple(points))


def noise(count: int) -> list[float]:
    dice = Random(7)
    return [dice.uniform(-1, 1) * MB for _ in range(count)]


def test_a_steady_rise_through_noise_is_growth_and_its_slope_is_right() -> None:
    values = [100 * MB + 0.5 * MB * n + wobble for n, wobble in enumerate(noise(120))]
    found = growth_of(line(values))
    assert found.verdict == "grows"
    assert found.slope is not None
    assert abs(found.slope / MB - 30) < 2
    assert found.confidence is not None
    assert found.confidence > 0.999


def test_noise_and_a_single_jump_are_no_growth() -> None:
    assert growth_of(line([100 * MB + each for each in noise(120)])).verdict == "steady"
    for when in (30, 65, 100):
        jump = [(100 if n < when else 130) * MB + wobble for n, wobble in enumerate(noise(120))]
        assert growth_of(line(jump)).verdict == "steady", when


def test_what_rises_surely_but_by_little_only_may_grow() -> None:
    assert growth_of(line([100 * MB + n * 1000 for n in range(120)])).verdict == "may grow"


def test_too_few_points_are_said_so_and_the_first_minutes_do_not_count() -> None:
    found = growth_of(line([(100 + n) * MB for n in range(FEWEST_POINTS + 5)]))
    assert (found.verdict, found.slope, found.points) == ("too few points", None, 25)
    warm = [(n * 10 if n < 10 else 100) * MB for n in range(120)]
    assert growth_of(line(warm)).verdict == "steady"


def test_equal_values_say_nothing() -> None:
    assert kendall_confidence([5.0] * 40) == 0.5
    assert kendall_confidence([float(40 - n) for n in range(40)]) < 0.001
