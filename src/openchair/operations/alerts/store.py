"""Reads and writes of what the watcher keeps in PostgreSQL. Called by `load.py`, `hear.py` and
`save.py`; writes are idempotent, since a spool may hand the same row over twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import orjson
from pydantic import ValidationError
from sqlalchemy import RowMapping, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.heartbeat import Heartbeat
from openchair.operations.alerts.memory import (
    MOST_LATELY,
    MOST_READ,
    SNAPSHOT,
    Definition,
    Snapshot,
)
from openchair.operations.alerts.models import (
    AlertRow,
    AlertRuleRow,
    AlertSilenceRow,
    HeartbeatRow,
    WatchLeaseRow,
)
from openchair.operations.alerts.notice import Attempt
from openchair.operations.alerts.severity import badness
from openchair.operations.alerts.silence import Silence
from openchair.operations.alerts.spool import Row
from openchair.platform.logging.setup import logger

TOLD_ON, PARKED = "told_on", "parked"
MOST_RULES, MOST_SILENCES, MOST_HEARTBEATS = 300, 200, 200

log = logger(__name__)

_COLUMNS = [each.name for each in fields(Alert) if each.name != TOLD_ON]
_SILENCE = [each.name for each in fields(Silence)]


# ------------------------------------------------------------------ reading


def alert_of(row: Mapping[str, Any] | RowMapping) -> Alert:
    """A row of `alerts` as the watcher thinks of it."""
    values = {name: _plain(row[name]) for name in _COLUMNS}
    labels = dict(values["labels"])
    told_on = tuple(labels.pop(TOLD_ON, ()))
    changes = tuple(datetime.fromisoformat(each) for each in values["changes"])
    return Alert(**{**values, "labels": labels, "changes": changes, TOLD_ON: told_on})


async def read_open(session: AsyncSession) -> list[Alert]:
    """Every open alert but those that a storm put away, the worst first; bounded."""
    rows = await session.execute(
        select(*(getattr(AlertRow, name) for name in _COLUMNS))
        .where(AlertRow.status != "resolved", ~AlertRow.labels.has_key(PARKED))
        .order_by(AlertRow.started_at)
        .limit(MOST_READ)
    )
    return sorted(
        (alert_of(row) for row in rows.mappings()), key=lambda each: badness(each.severity)
    )


async def read_ended(session: AsyncSession, *, since: datetime) -> list[Alert]:
    """What ended since then, the first first; for throttle and flap hold."""
    rows = await session.execute(
        select(*(getattr(AlertRow, name) for name in _COLUMNS))
        .where(
            AlertRow.status == "resolved",
            AlertRow.resolved_at > since,
            AlertRow.started_at > since - timedelta(days=7),
            ~AlertRow.labels.has_key(PARKED),
        )
        .order_by(AlertRow.resolved_at.desc())
        .limit(MOST_LATELY)
    )
    return [alert_of(row) for row in rows.mappings()][::-1]


async def read_snapshot(session: AsyncSession) -> Snapshot | None:
    """What the last watcher left in the database, without its alerts."""
    state = await session.scalar(select(WatchLeaseRow.state))
    try:
        return SNAPSHOT.validate_json(orjson.dumps(state)) if state else None
    except ValidationError:
        log.exception("the watcher's state in the database cannot be read")
        return None


async def read_definitions(session: AsyncSession) -> tuple[Definition, ...]:
    """What operators made or changed of the rules."""
    names = [each.name for each in fields(Definition)]
    rows = await session.execute(
        select(*(getattr(AlertRuleRow, name) for name in names))
        .order_by(AlertRuleRow.name)
        .limit(MOST_RULES)
    )
    return tuple(Definition(**row) for row in rows.mappings())


async def read_silences(session: AsyncSession, *, now: datetime) -> tuple[Silence, ...]:
    """The silences that hold at `now` or later, by their end."""
    rows = await session.execute(
        select(*(getattr(AlertSilenceRow, name) for name in _SILENCE))
        .where(AlertSilenceRow.ended_at.is_(None), AlertSilenceRow.ends_at > now)
        .order_by(AlertSilenceRow.ends_at)
        .limit(MOST_SILENCES)
    )
    return tuple(
        Silence(**{name: _plain(value) for name, value in row.items()}) for row in rows.mappings()
    )


async def read_heartbeats(session: AsyncSession) -> tuple[Heartbeat, ...]:
    """Whoever has to be heard from, and whether they are late by the database's clock."""
    due = HeartbeatRow.heard_at + func.make_interval(
        0, 0, 0, 0, 0, 0, HeartbeatRow.every_seconds + HeartbeatRow.grace_seconds
    )
    names = [each.name for each in fields(Heartbeat) if each.name != "is_late"]
    rows = await session.execute(
        select(
            *(getattr(HeartbeatRow, name) for name in names), (due < func.now()).label("is_late")
        )
        .order_by(HeartbeatRow.name)
        .limit(MOST_HEARTBEATS)
    )
    return tuple(Heartbeat(**row) for row in rows.mappings())


def _plain(value: object) -> Any:
    """The driver's own kind of UUID is none for whoever writes JSON."""
    return UUID(int=value.int) if isinstance(value, UUID) else value


# ------------------------------------------------------------------ writing


def row_of(alert: Alert) -> Row:
    """An alert as JSON data, for the table and the spool."""
    values = asdict(alert)
    values["labels"] = {**alert.labels, TOLD_ON: list(values.pop(TOLD_ON))}
    return cast("Row", orjson.loads(orjson.dumps(values)))


def attempt_row(attempt: Attempt) -> Row:
    """An attempt as JSON data."""
    values = asdict(attempt)
    values["created_at"] = values.pop("at")
    return cast("Row", orjson.loads(orjson.dumps(values)))


async def write_alerts(session: AsyncSession, rows: Sequence[Row]) -> None:
    """Alerts as they are now, each once. What people did to them (acknowledged, put into an
    incident) is theirs and stays. Another open row of a fingerprint is closed.
    """
    latest = {each["id"]: each for each in rows if each["status"] != "pending"}
    if latest:
        values = {"rows": orjson.dumps(list(latest.values())).decode()}
        await session.execute(CLOSE_OTHERS, values)
        await session.execute(UPSERT, values)


async def write_attempts(session: AsyncSession, rows: Sequence[Row]) -> None:
    """Attempts to tell, each once however often it is handed over."""
    if rows:
        await session.execute(INSERT_ATTEMPTS, {"rows": orjson.dumps(list(rows)).decode()})


async def write_snapshot(session: AsyncSession, snapshot: Snapshot, *, holder: str) -> None:
    """The watcher's state; only of who holds the lease, or of the first."""
    state = SNAPSHOT.dump_json(snapshot).decode()
    await session.execute(WRITE_STATE, {"state": state, "holder": holder})


_TYPES = {
    "id": "uuid",
    "labels": "jsonb",
    "changes": "jsonb",
    "value": "double precision",
    "count": "integer",
    "held_back": "integer",
    "told": "integer",
    "incident_id": "uuid",
    **dict.fromkeys(
        (
            "started_at",
            "seen_at",
            "told_at",
            "fired_at",
            "resolved_at",
            "acknowledged_at",
            "acknowledged_until",
        ),
        "timestamptz",
    ),
}
_OF_PEOPLE = {
    "id",
    "acknowledged_by",
    "acknowledged_at",
    "acknowledged_until",
    "incident_id",
}
_RECORD = ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in _COLUMNS)
_ROWS = f"jsonb_to_recordset(CAST(:rows AS jsonb)) AS given({_RECORD})"
_SET = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name not in _OF_PEOPLE)

CLOSE_OTHERS = text(f"""
    UPDATE alerts SET status = 'resolved', resolved_at = now()
    FROM {_ROWS}
    WHERE alerts.fingerprint = given.fingerprint AND alerts.status <> 'resolved'
        AND alerts.id <> given.id
""")  # noqa: S608 - the names are this module's own
UPSERT = text(f"""
    INSERT INTO alerts ({", ".join(_COLUMNS)})
    SELECT {", ".join(_COLUMNS)} FROM {_ROWS} ORDER BY given.status DESC
    ON CONFLICT (id) DO UPDATE SET {_SET}
""")  # noqa: S608 - as above
INSERT_ATTEMPTS = text("""
    INSERT INTO alert_attempts (id, notice_id, kind, channel, target, severity, title, outcome,
        instead_of, status_code, error, duration_ms, alert_ids, held_back, created_at)
    SELECT id, notice_id, kind, channel, target, severity, title, outcome,
        instead_of, status_code, error, duration_ms, alert_ids, held_back, created_at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given(id uuid, notice_id uuid, kind text,
        channel text, target text, severity text, title text, outcome text, instead_of text,
        status_code integer, error text, duration_ms integer, alert_ids jsonb, held_back integer,
        created_at timestamptz)
    ON CONFLICT (id) DO NOTHING
""")
WRITE_STATE = text("""
    INSERT INTO watch_leases (id, holder, until, seen_at, state)
    VALUES (1, :holder, now(), now(), CAST(:state AS jsonb))
    ON CONFLICT (id) DO UPDATE SET state = excluded.state WHERE watch_leases.holder = :holder
""")
