"""Public incidents for the page: which there are, and the public lines of each. Read by `watch.py`.

The title, the description and the impact of an incident are for the team; only lines that somebody
wrote for the public come out of here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.incidents.incident import Entry, Incident
from openchair.operations.incidents.queries import entries_of, list_incidents, open_incidents
from openchair.operations.status_page.components import touched
from openchair.operations.status_page.history import DAYS, Note, Told

MOST = 100
MOST_NOTES = 50
SETTLED_AFTER = timedelta(days=1)


async def read_told(session: AsyncSession, *, known: Iterable[Told], now: datetime) -> list[Told]:
    """Incidents of ninety days with what was said about them. Those that ended a day ago are as
    they are `known`: nobody adds to them.
    """
    since = now - timedelta(days=DAYS)
    found = {
        each.id: each
        for each in [
            *await list_incidents(session, since=since, only_public=True, limit=MOST),
            *await open_incidents(session, only_public=True),
        ]
    }
    before = {each.id: each for each in known}
    return [
        before[each.id]
        if each.id in before and _is_settled(each, now=now)
        else await _told(session, each)
        for each in found.values()
    ]


async def _told(session: AsyncSession, incident: Incident) -> Told:
    entries = await entries_of(session, incident_id=incident.id, only_public=True, limit=MOST_NOTES)
    notes = [Note(id=each.id, at=each.at, words=each.words) for each in entries if _is_meant(each)]
    return Told(
        id=incident.id,
        since=incident.started_at,
        until=_end(incident),
        components=touched(incident.components),
        notes=tuple(notes),
    )


def _is_meant(entry: Entry) -> bool:
    """Words that somebody addressed to the public; how the team closed it is the team's."""
    return entry.is_public and entry.kind == "update"


def _end(incident: Incident) -> datetime | None:
    return incident.resolved_at or incident.closed_at


def _is_settled(incident: Incident, *, now: datetime) -> bool:
    end = _end(incident)
    return end is not None and now - end > SETTLED_AFTER
