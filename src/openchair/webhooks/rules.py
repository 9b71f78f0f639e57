"""When an incoming webhook whose handler failed is tried again. Pure."""

from openchair.platform.backoff import doubled, spread

LONGEST_WAIT_SECONDS = 3600


def wait_seconds(*, failures: int, chance: float) -> float:
    """Seconds until the next try after so many `failures` in a row: 1, 2, 4 … 3600, and up to a
    quarter on top by `chance` (0 to 1).
    """
    return spread(doubled(failures - 1, longest=LONGEST_WAIT_SECONDS), chance=chance)
