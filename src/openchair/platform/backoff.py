"""How long to wait before something is tried again: doubled, bounded, spread by chance.

Called by whoever tries again: messages, calls, webhooks in both directions. Never waits itself.
"""

import random

QUARTER = 0.25
MANY = 60


def doubled(retries: int, *, longest: float) -> float:
    """Seconds to wait after `retries` earlier ones: 1, 2, 4 … `longest`."""
    return min(2.0 ** min(retries, MANY), longest)


def spread(seconds: float, *, by: float = QUARTER, chance: float | None = None) -> float:
    """`seconds` and up to a share of them on top, so that a thousand who wait do not come back at
    the same moment. `chance` (0 to 1) is drawn unless it is given.
    """
    if chance is None:
        chance = random.random()  # noqa: S311 -- spreads load, guards nothing
    return seconds * (1 + by * chance)
