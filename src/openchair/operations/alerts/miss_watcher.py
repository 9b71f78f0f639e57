"""Who watches the watcher: every worker. When it falls silent, one of them tells people directly.

Called by `jobs.py`. The watcher ends the alert by itself when it looks again.
"""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import cast
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.alerts.alert import fingerprint_of
from openchair.operations.alerts.builtin.alerting import SILENT
from openchair.operations.alerts.catalogue import builtin_rules
from openchair.operations.alerts.channels.targets import CHANNELS
from openchair.operations.alerts.notice import Attempt, Notice
from openchair.operations.alerts.queries import get_alert
from openchair.operations.alerts.settings import AlertSettings
from openchair.operations.alerts.store import attempt_row, row_of, write_alerts, write_attempts
from openchair.operations.alerts.tell import Reach
from openchair.operations.alerts.words import lines_of
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

LOOKS_MISSED = 3
LEAST_SECONDS = 10.0


@dataclass(slots=True)
class Vigil:
    """Since when (monotonic seconds) this worker has seen the database without a gap. A database
    that was away kept the watcher from writing too, so it may not be blamed at once.
    """

    since: float | None = None
    seen_at: float = 0.0

    def note(self, *, patience: float) -> bool:
        """The database answers now. Whether it has for at least `patience` seconds."""
        now = monotonic()
        if self.since is None or now - self.seen_at > patience:
            self.since = now
        self.seen_at = now
        return now - self.since >= patience


async def miss_watcher(
    database: Database, vigil: Vigil, *, now: datetime, reach: Reach | None = None
) -> list[Attempt]:
    """Tell that the watcher is silent, if it is and nobody told lately; answers the attempts.

    Marked as told before it is sent, so that of many workers one tells: one that dies in between
    is made up for after the throttle.
    """
    patience = max(LOOKS_MISSED * load(InstallationSettings).watch_seconds, LEAST_SECONDS)
    async with database.transaction() as session:
        silent = await _silent_seconds(session)
        if not vigil.note(patience=patience) or silent is None or silent <= patience:
            return []
        claimed = await _claim(session, silent=silent, now=now)
        if claimed is None:
            return []
        alert = await get_alert(session, alert_id=claimed)
    reach = reach or Reach()
    notice = Notice(
        id=new_id(),
        kind="firing" if alert.told == 0 else "reminder",
        severity=alert.severity,
        title=alert.title,
        lines=lines_of([alert], rules=builtin_rules()),
        at=now,
        link=f"{load(InstallationSettings).address}/ops/alerts",
    )
    attempts = await reach.deliver(notice, targets=reach.targets_for(alert.severity))
    reached = {each.channel for each in attempts if each.outcome == "sent"}
    async with database.transaction() as session:
        row = row_of(alert)
        row["labels"]["told_on"] = [each for each in CHANNELS if each in reached]
        row["told"], row["told_at"] = alert.told + 1, now.isoformat()
        await write_alerts(session, [row])
        await write_attempts(session, [attempt_row(each) for each in attempts])
    return attempts


async def _silent_seconds(session: AsyncSession) -> float | None:
    """For how long no watcher was heard; None when there never was one."""
    found = await session.scalar(SILENCE)
    return None if found is None else float(found)


async def _claim(session: AsyncSession, *, silent: float, now: datetime) -> UUID | None:
    """The alert's id for the one worker that may tell now."""
    rule = builtin_rules()[SILENT]
    values = {
        "id": new_id(),
        "fingerprint": fingerprint_of(
            title=rule.name, component=rule.component, action="", severity=rule.severity
        ),
        "name": rule.name,
        "component": rule.component,
        "severity": rule.severity,
        "title": f"{rule.name}: {rule.component}",
        "summary": f"The watcher was last heard {silent:.0f} s ago. {rule.meaning}",
        "now": now,
        "before": now - load(AlertSettings).throttle,
    }
    return cast("UUID | None", await session.scalar(CLAIM, values))


SILENCE = text("""
    SELECT extract(epoch FROM now() - seen_at)::float8 FROM watch_leases WHERE id = 1
""")
CLAIM = text("""
    INSERT INTO alerts (id, fingerprint, name, component, severity, status, title, summary, labels,
        started_at, fired_at, seen_at, told_at, changes)
    VALUES (:id, :fingerprint, :name, :component, :severity, 'firing', :title, :summary, '{}',
        :now, :now, :now, :now, '[]')
    ON CONFLICT (fingerprint) WHERE status <> 'resolved' DO UPDATE
    SET told_at = excluded.told_at, seen_at = excluded.seen_at, summary = excluded.summary
    WHERE alerts.told_at <= :before AND coalesce(alerts.acknowledged_until <= :now, true)
    RETURNING id
""")
