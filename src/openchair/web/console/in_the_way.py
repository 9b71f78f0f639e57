"""What stands in the way when a form's time is refused, in the calendar's words and within its
rights. It is looked up where the refusal arose: of a group those are in the way of each other.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from openchair.booking.appointments.clashes import Clash
from openchair.platform.errors import Conflict
from openchair.web.console.calendar.clash_words import clash_data
from openchair.web.console.door import Desk

TAKEN = frozenset({"time_taken", "customer_busy"})
MOST_SHOWN = 6
DETAIL = "in_the_way"


@asynccontextmanager
async def with_what_is_in_the_way(
    desk: Desk, look: Callable[[Conflict], Awaitable[tuple[Clash, ...]]]
) -> AsyncIterator[None]:
    """Whoever is refused a time within this is told why: `look` finds it."""
    try:
        yield
    except Conflict as refusal:
        if refusal.code in TAKEN:
            refusal.details[DETAIL] = sentences(desk, await look(refusal))
        raise


def in_the_way(refusal: Conflict) -> tuple[str, ...]:
    """The sentences, by their time."""
    return tuple(refusal.details.get(DETAIL, ()))


def sentences(desk: Desk, clashes: Iterable[Clash]) -> list[str]:
    """One for each, and how many more there are than anybody wants to read."""
    said = list(
        dict.fromkeys(each["words"] for each in clash_data(desk, clashes, may_overbook=True))
    )
    more = len(said) - MOST_SHOWN
    if more <= 0:
        return said
    return [*said[:MOST_SHOWN], desk.words.plural("and {number} more", "and {number} more", more)]
