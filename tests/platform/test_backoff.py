import pytest

from openchair.platform.backoff import doubled, spread


@pytest.mark.parametrize(
    ("retries", "seconds"), [(0, 1), (1, 2), (5, 32), (11, 2048), (12, 3600), (100_000, 3600)]
)
def test_waits_double_up_to_the_longest(retries: int, seconds: float) -> None:
    assert doubled(retries, longest=3600) == seconds


def test_those_who_wait_are_spread() -> None:
    assert spread(8, chance=0) == 8
    assert spread(8, chance=1) == 10
    assert spread(10, by=0.1, chance=0.5) == pytest.approx(10.5)
    drawn = {spread(8) for _ in range(50)}
    assert len(drawn) > 10
    assert all(8 <= each <= 10 for each in drawn)
