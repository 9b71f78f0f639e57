"""Figures of the alerting, for `/api/metrics`: what fires, and whether telling worked. One short
read over the connection kept for operations.
"""

from dataclasses import dataclass

import orjson

from openchair.platform.db.kept import KeptConnection

MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStatistics:
    """`open` counts the alerts that are not over, by status and severity; the rest is of the last
    24 hours. `held_back` is what the throttle kept of the alerts seen in that time. Counts end at
    10,000.
    """

    open: dict[str, dict[str, int]]
    acknowledged: int
    silences: int
    fired_24h: int
    resolved_24h: int
    held_back_24h: int
    attempts_24h: dict[str, int]


async def alert_statistics(kept: KeptConnection) -> AlertStatistics:
    """Raises `DatabaseSilent` as `KeptConnection.fetchrow` does."""
    row = await kept.fetchrow(FIGURES, MOST)
    by_status: dict[str, dict[str, int]] = {}
    for each in orjson.loads(row["open"]):
        by_status.setdefault(each["status"], {})[each["severity"]] = each["count"]
    return AlertStatistics(
        open=by_status,
        acknowledged=row["acknowledged"],
        silences=row["silences"],
        fired_24h=row["fired"],
        resolved_24h=row["resolved"],
        held_back_24h=row["held_back"],
        attempts_24h=orjson.loads(row["attempts"]),
    )


FIGURES = """
    WITH open AS (
        SELECT status, severity, acknowledged_until FROM alerts WHERE status <> 'resolved' LIMIT $1
    ), lately AS (
        SELECT fired_at, resolved_at, held_back FROM alerts
        WHERE started_at > now() - interval '24 hours' LIMIT $1
    ), tried AS (
        SELECT outcome FROM alert_attempts WHERE created_at > now() - interval '24 hours' LIMIT $1
    )
    SELECT
        (SELECT coalesce(json_agg(found), '[]') FROM (
            SELECT status, severity, count(*) AS count FROM open GROUP BY status, severity) AS found
        ) AS open,
        (SELECT count(*) FROM open WHERE acknowledged_until > now()) AS acknowledged,
        (SELECT count(*) FROM alert_silences
            WHERE ends_at > now() AND starts_at <= now() AND ended_at IS NULL) AS silences,
        (SELECT count(fired_at) FROM lately) AS fired,
        (SELECT count(resolved_at) FROM lately) AS resolved,
        (SELECT coalesce(sum(held_back), 0)::bigint FROM lately) AS held_back,
        (SELECT coalesce(json_object_agg(outcome, n), '{}') FROM (
            SELECT outcome, count(*) AS n FROM tried GROUP BY outcome) AS found) AS attempts
"""
