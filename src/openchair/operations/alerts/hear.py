"""Listens to what happened: reads the events after the cursor, page by page, and takes them in.

Ids are ordered by the clock of whoever wrote them, and commits come late: the last half minute is
read again each time, and what was heard already is left out.
"""

from datetime import timedelta
from uuid import UUID

from openchair.operations.alerts.learn import Learnt, take_signs
from openchair.operations.alerts.load import DATABASE_SECONDS
from openchair.operations.alerts.memory import AlertMemory
from openchair.operations.alerts.park import end_quiet, park
from openchair.operations.alerts.signals import Heard, listened_to, signs_of
from openchair.operations.health.context import WatchContext
from openchair.platform.errors import Unavailable
from openchair.platform.events.queries import NumberedEvent, events_after
from openchair.platform.ids import first_id_at, time_of_id
from openchair.platform.logging.setup import logger

OVERLAP = timedelta(seconds=30)
FARTHEST_BACK = timedelta(hours=24)
PAGE = 1000
MOST_PAGES = 30

log = logger(__name__)


async def hear(watch: WatchContext, memory: AlertMemory, *, learnt: Learnt) -> bool:
    """Take in every event since the last look. Answers whether all could be heard."""
    now = watch.now
    begun = memory.cursor or now - OVERLAP
    after = first_id_at(max(begun, now - FARTHEST_BACK) - OVERLAP)
    try:
        for _ in range(MOST_PAGES):
            page = await _one_page(watch, memory, after=after, learnt=learnt)
            if len(page) < PAGE:
                memory.cursor = now
                async with watch.asking(within=DATABASE_SECONDS) as session:
                    await end_quiet(session, now=now)
                return True
            after = page[-1].id
            # The next look begins here, however much of the overlap it would read again.
            memory.cursor = min(time_of_id(after) + OVERLAP, now)
    except Unavailable:
        log.warning("the events could not be heard; the next look reads them")
    return False


async def _one_page(
    watch: WatchContext, memory: AlertMemory, *, after: UUID, learnt: Learnt
) -> list[NumberedEvent]:
    async with watch.asking(within=DATABASE_SECONDS) as session:
        page = await events_after(session, after=after, names=listened_to(), limit=PAGE)
        heard = [_heard(each) for each in page if each.id not in memory.seen_ids]
        signs = signs_of(heard, rules=memory.rules, rates=memory.rates, now=watch.now)
        no_room = take_signs(memory, signs, now=watch.now, learnt=learnt)
        if no_room:
            learnt.fresh.update(await park(session, no_room, now=watch.now))
    memory.seen_ids |= dict.fromkeys(UUID(int=each.id.int) for each in heard)
    return page


def _heard(event: NumberedEvent) -> Heard:
    about = {"subject_id": event.subject_id, "salon_id": event.salon_id}
    said = {name: str(value) for name, value in about.items() if value is not None}
    return Heard(
        id=event.id,
        name=event.name,
        payload={**event.payload, **said},
        at=event.at,
        correlation_id=event.correlation_id,
    )
