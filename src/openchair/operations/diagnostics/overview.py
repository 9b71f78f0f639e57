"""How everything is, at one look: readings of all probes, the pages, alerts and incidents, with the
sentence on top. `openchair monitoring status` and `realtime`; works with the database away.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.queries import list_alerts
from openchair.operations.alerts.rule import Rule
from openchair.operations.alerts.rules import effective, list_rules
from openchair.operations.diagnostics.own_site import look_at_site
from openchair.operations.diagnostics.sentence import Sentence, say
from openchair.operations.health.prober import Prober
from openchair.operations.incidents.incident import Incident
from openchair.operations.incidents.queries import open_incidents
from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable
from openchair.platform.probes import Reading, State

MOST_ALERTS = 200
PATIENCE_SECONDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the tables say; `missing` is why they say nothing."""

    alerts: tuple[Alert, ...] = ()
    incidents: tuple[Incident, ...] = ()
    rules: Mapping[str, Rule]
    missing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`readings` include `site`, which is our own front page's door as callers find it."""

    at: datetime
    sentence: Sentence
    readings: Mapping[str, Reading]
    told: Told

    @property
    def is_well(self) -> bool:
        """Nothing fires, and nothing looked at is in error."""
        firing = any(each.is_firing for each in self.told.alerts)
        failing = any(each.state is State.ERROR for each in self.readings.values())
        return not firing and not failing


async def look_over(*, prober: Prober, database: Database, address: str, now: datetime) -> Overview:
    """One look at everything, within three seconds. `address` is where our pages are served."""
    readings, site, told = await asyncio.gather(
        prober.round(), look_at_site(address), read_told(database)
    )
    return overview(readings={**readings, "site": site}, told=told, now=now)


def overview(*, readings: Mapping[str, Reading], told: Told, now: datetime) -> Overview:
    """Pure: the sentence to what was found. With the database away its own words stand on top,
    since the alerts cannot be read then.
    """
    sentence = say(alerts=told.alerts, readings=readings, rules=told.rules, now=now)
    failing = [each for each in readings.values() if each.state is State.ERROR]
    if failing and not any(each.is_firing for each in told.alerts):
        first = min(failing, key=lambda each: (each.name != "database", each.name))
        sentence = Sentence(
            state=State.ERROR,
            words=f"{first.name}: {first.message}",
            waiting=sentence.waiting,
            safe=sentence.safe,
            others=len(failing) - 1,
            remarks=sentence.remarks,
        )
    return Overview(at=now, sentence=sentence, readings=readings, told=told)


async def read_told(database: Database) -> Told:
    """Alerts, incidents and rules; without the database the rules that are built in."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), database.transaction() as session:
            return Told(
                alerts=tuple(await list_alerts(session, limit=MOST_ALERTS)),
                incidents=tuple(await open_incidents(session)),
                rules=await list_rules(session),
            )
    except Unavailable as away:
        missing = away.message
    except TimeoutError:
        missing = "The database does not answer."
    return Told(rules=effective(()), missing=missing)
