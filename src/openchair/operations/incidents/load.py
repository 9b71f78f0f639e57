"""What the watcher's step reads before it judges: what people did to incidents, how their alerts
stand, who can be called. Called by `watch.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.queries import NumberedAct
from openchair.operations.health.context import WatchContext
from openchair.operations.incidents import store
from openchair.operations.incidents.follow import say
from openchair.operations.incidents.incident import Incident
from openchair.operations.incidents.save import DATABASE_SECONDS, handed_over, write_all
from openchair.operations.incidents.watched import IncidentMemory, Linked, Watched
from openchair.operations.oncall.snapshot import take_snapshot
from openchair.platform.errors import Unavailable
from openchair.platform.logging.setup import logger

OVERLAP = timedelta(minutes=1)

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNow:
    """What the database said: of alerts that are over, when that was."""

    ended: dict[UUID, datetime] = field(default_factory=dict)


async def refresh(watch: WatchContext, memory: IncidentMemory) -> ReadNow | None:
    """Hand over what waited for the database, and take what people did as it is there. None when
    the database is away: the last known holds.
    """
    if not watch.database_alive:
        return None
    try:
        async with watch.asking(within=DATABASE_SECONDS) as session:
            written = await write_all(session, memory)
            stored = await store.read_watched(session)
            contacts = tuple(await take_snapshot(session))
            acts = await _acts(session, memory, stored)
    except Unavailable:
        log.warning("the database did not say how incidents stand; the last known holds")
        return None
    handed_over(memory, written)
    memory.contacts = contacts
    ended = _adopt(memory, stored)
    _enter_acts(memory, acts, now=watch.now)
    return ReadNow(ended=ended)


async def _acts(
    session: AsyncSession, memory: IncidentMemory, stored: Sequence[Watched]
) -> list[NumberedAct]:
    """What operators did since the last look, while an incident is open."""
    if not stored:
        memory.acts_until = None
        return []
    since = min(each.incident.started_at for each in stored)
    if memory.acts_until is not None:
        since = max(since, memory.acts_until - OVERLAP)
    return await store.read_acts(session, since=since)


def _adopt(memory: IncidentMemory, stored: Sequence[Watched]) -> dict[UUID, datetime]:
    """Incidents as the database has them now, alerts as the timeline knows them; answers when
    alerts ended of which it does not know yet.
    """
    ended: dict[UUID, datetime] = {}
    found: dict[UUID, Watched] = {}
    for each in stored:
        known = memory.watched.get(each.incident.id)
        heard = {alert.id: alert for alert in known.alerts} if known else {}
        alerts = {
            alert.id: heard.get(alert.id) or _new(memory, each.incident, alert)
            for alert in each.alerts
        }
        # Those that are not in the database yet, such as an alert that it did not take.
        alerts = {**heard, **alerts}
        ended |= {
            alert.id: alert.resolved_at for alert in each.alerts if alert.resolved_at is not None
        }
        found[each.incident.id] = replace(each, alerts=tuple(alerts.values()))
    memory.watched = found
    return ended


def _new(memory: IncidentMemory, incident: Incident, alert: Linked) -> Linked:
    """An alert that somebody else put into the incident. Whether it was over when we came is news
    only as long as nobody works on it: who opened it again knows.
    """
    say(
        memory,
        incident,
        "alert",
        f"{alert.name} belongs to it.",
        at=alert.fired_at,
        source=f"alert:{alert.id}:fired",
    )
    is_news = incident.phase in {"detection", "triage"}
    return replace(
        alert,
        resolved_at=None if is_news else alert.resolved_at,
        acknowledged_at=None if is_news else alert.acknowledged_at,
    )


def _enter_acts(memory: IncidentMemory, acts: Sequence[NumberedAct], *, now: datetime) -> None:
    for act in acts:
        if act.id in memory.acts_heard:
            continue
        memory.acts_heard[act.id] = None
        for each in memory.open_ones():
            if act.at >= each.incident.started_at:
                words = f"{act.action}: {act.resource_type} {act.resource_id[:200]}"
                source = f"act:{act.id}"
                say(
                    memory,
                    each.incident,
                    "act",
                    words,
                    at=act.at,
                    source=source,
                    author=act.actor,
                )
    memory.acts_until = now
