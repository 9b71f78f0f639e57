"""When an incoming webhook whose handler failed is tried again. Pure."""

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 3600.0
JITTER = 0.25


def wait_seconds(*, failures: int, chance: float) -> float:
    """Seconds until the next try after so many `failures` in a row: 1, 2, 4 … 3600, and up to a
    quarter on top by `chance` (0 to 1), so that not all come back at the same moment.
    """
    wait = min(FIRST_WAIT_SECONDS * 2.0 ** (failures - 1), LONGEST_WAIT_SECONDS)
    return wait * (1 + JITTER * chance)
