"""Which dead channels took a notice of somebody else since: of an incident, from a terminal or a
page, or a test. Called by `watch.py` once a look; never tells anybody.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.builtin.alerting import UNDELIVERED
from openchair.operations.alerts.load import DATABASE_SECONDS
from openchair.operations.alerts.memory import AlertMemory
from openchair.operations.alerts.state import Sign
from openchair.operations.health.context import WatchContext
from openchair.platform.errors import Unavailable
from openchair.platform.logging.setup import logger

FARTHEST_BACK = timedelta(hours=1)

log = logger(__name__)


async def signs_of_others(
    watch: WatchContext, memory: AlertMemory, *, tried: Collection[str]
) -> list[Sign]:
    """The end of every `AlertUndelivered` whose channel works for others. Those `tried` at this
    look know it better.
    """
    dead = [
        each
        for each in memory.alerts.values()
        if each.name == UNDELIVERED and each.labels.get("channel", "") not in {"", *tried}
    ]
    if not dead:
        return []
    try:
        async with watch.asking(within=DATABASE_SECONDS) as session:
            return [_end(each) for each in dead if await _is_back(session, each, now=watch.now)]
    except Unavailable:
        log.warning("the database did not say which channels work; the next look asks again")
        return []


async def _is_back(session: AsyncSession, alert: Alert, *, now: datetime) -> bool:
    """Whether the newest attempt on its channel since it was last seen dead arrived."""
    since = max(alert.seen_at, now - FARTHEST_BACK)
    values = {"channel": alert.labels["channel"], "since": since}
    return bool(await session.scalar(NEWEST, values) == "sent")


def _end(alert: Alert) -> Sign:
    return Sign(
        name=alert.name,
        component=alert.component,
        severity=alert.severity,
        action=alert.labels["channel"],
        holds=False,
        summary=alert.summary,
        labels=alert.labels,
    )


NEWEST = text("""
    SELECT outcome FROM alert_attempts
    WHERE created_at > :since AND channel = :channel AND outcome <> 'held'
    ORDER BY created_at DESC, outcome DESC LIMIT 1
""")
