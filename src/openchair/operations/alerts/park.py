"""Alerts that a storm brought beyond what the watcher keeps in mind: put into the table at once, so
that memory stays flat and `openchair alerts list --held` shows every one of them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.alerts.state import Sign
from openchair.operations.alerts.store import PARKED
from openchair.operations.alerts.storm import Kind
from openchair.platform.ids import new_id

QUIET = timedelta(minutes=15)
BATCH = 2000


async def park(session: AsyncSession, signs: Iterable[Sign], *, now: datetime) -> list[Kind]:
    """Write down what these signs say; answers the kinds of those that are new, one each."""
    rows = [_row(each, now=now) for each in _once(signs)]
    if not rows:
        return []
    found = await session.execute(PARK, {"rows": orjson.dumps(rows).decode()})
    return [Kind(row.name, row.component, row.severity) for row in found if row.is_new]


async def end_quiet(session: AsyncSession, *, now: datetime) -> int:
    """Parked alerts of which nothing was heard for a quarter of an hour end; a bounded step."""
    found = await session.execute(END, {"before": now - QUIET, "now": now, "limit": BATCH})
    return len(found.all())


def _once(signs: Iterable[Sign]) -> Sequence[tuple[Sign, int]]:
    """The last sign of a fingerprint, and how often it occurred."""
    found: dict[str, tuple[Sign, int]] = {}
    for each in signs:
        count = found[each.fingerprint][1] if each.fingerprint in found else 0
        found[each.fingerprint] = (each, count + max(each.occurrences, 1))
    return list(found.values())


def _row(each: tuple[Sign, int], *, now: datetime) -> dict[str, object]:
    sign, count = each
    return {
        "id": new_id(),
        "fingerprint": sign.fingerprint,
        "name": sign.name,
        "component": sign.component,
        "severity": sign.severity,
        "title": f"{sign.name}: {sign.component}",
        "summary": sign.summary,
        "labels": {**sign.labels, PARKED: "true"},
        "count": count,
        "started_at": min(sign.began_at or now, now),
        "now": now,
        "correlation_id": sign.correlation_id,
    }


PARK = text("""
    INSERT INTO alerts (id, fingerprint, name, component, severity, status, title, summary, labels,
        count, held_back, started_at, fired_at, seen_at, held_by, changes, correlation_id)
    SELECT id, fingerprint, name, component, severity, 'firing', title, summary, labels,
        count, count, started_at, now, now, 'storm', '[]', correlation_id
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given(id uuid, fingerprint text, name text,
        component text, severity text, title text, summary text, labels jsonb, count integer,
        started_at timestamptz, now timestamptz, correlation_id text)
    ON CONFLICT (fingerprint) WHERE status <> 'resolved' DO UPDATE
    SET count = alerts.count + excluded.count, seen_at = excluded.seen_at,
        held_back = alerts.held_back + excluded.count
    RETURNING name, component, severity, xmax = 0 AS is_new
""")
END = text("""
    UPDATE alerts SET status = 'resolved', resolved_at = :now WHERE id IN (
        SELECT id FROM alerts
        WHERE status <> 'resolved' AND held_by = 'storm' AND labels ? 'parked'
            AND seen_at <= :before
        LIMIT :limit
    ) RETURNING id
""")
