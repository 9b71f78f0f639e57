from openchair.notifications.outcomes import wait_before_try


def test_waits_double_up_to_an_hour_with_some_chance() -> None:
    for retries, least in [(0, 1), (1, 2), (2, 4), (5, 32), (11, 2048), (12, 3600), (500, 3600)]:
        waits = {wait_before_try(retries, retry_after=None) for _ in range(50)}
        assert all(least <= wait <= least * 1.25 for wait in waits)
        assert len(waits) > 1


def test_a_provider_that_names_a_time_is_heard() -> None:
    assert 120 <= wait_before_try(0, retry_after=120) <= 150
