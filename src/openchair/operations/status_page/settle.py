"""When what was measured becomes what is shown: not at the first look. Pure.

One look that fails may be a hiccup, and one that succeeds between others no recovery, so it takes
two in a row either way.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from openchair.operations.status_page.components import CONDITIONS, Condition

LOOKS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What holds for one component since when; `looks` in a row said otherwise, first at `from_`:
    all of them that it is worse, or all that it is better.
    """

    condition: Condition = "operational"
    since: datetime
    looks: int = 0
    is_worse: bool = False
    from_: datetime | None = None


def settle(
    before: Settled, seen: Condition, *, now: datetime, apart: timedelta = timedelta()
) -> Settled:
    """After one more look. A change counts from the first look that saw it; a look that follows it
    sooner than `apart` may have been the same one and does not count.
    """
    if seen == before.condition:
        return replace(before, looks=0, from_=None)
    is_worse = CONDITIONS.index(seen) > CONDITIONS.index(before.condition)
    goes_on = before.looks > 0 and before.is_worse == is_worse and before.from_ is not None
    looks, began = (before.looks + 1, before.from_ or now) if goes_on else (1, now)
    if goes_on and now - began < apart:
        return before
    if looks < LOOKS:
        return replace(before, looks=looks, is_worse=is_worse, from_=began)
    return Settled(condition=seen, since=began)
