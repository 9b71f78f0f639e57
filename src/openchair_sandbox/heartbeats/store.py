"""The signs of life that were heard: a count and two moments for each name, however many come."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

SCHEMA = """
CREATE TABLE IF NOT EXISTS heartbeats (
    name TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    first_at TEXT NOT NULL,
    last_at TEXT NOT NULL
);
"""
MOST_NAMES = 1000


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Whoever calls itself `name`, how often it was heard, the first time and the last."""

    name: str
    count: int
    first_at: datetime
    last_at: datetime


class HeartbeatStore:
    """Every name that was heard; of more than `MOST_NAMES` those that were silent longest go."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.executescript(SCHEMA)

    def hear(self, name: str) -> int:
        """Count one; answers how many there are now of this name."""
        now = datetime.now(UTC).isoformat()
        row = self._database.execute(
            "INSERT INTO heartbeats (name, count, first_at, last_at) VALUES (?, 1, ?, ?)"
            " ON CONFLICT (name) DO UPDATE SET count = count + 1, last_at = excluded.last_at"
            " RETURNING count",
            (name, now, now),
        ).fetchone()
        self._database.execute(
            "DELETE FROM heartbeats WHERE name IN"
            " (SELECT name FROM heartbeats ORDER BY last_at DESC LIMIT -1 OFFSET ?)",
            (MOST_NAMES,),
        )
        return int(row[0])

    def all(self) -> list[Heartbeat]:
        """Whoever was heard last comes first."""
        rows = self._database.execute(
            "SELECT name, count, first_at, last_at FROM heartbeats ORDER BY last_at DESC, name"
        ).fetchall()
        return [
            Heartbeat(name, count, datetime.fromisoformat(first), datetime.fromisoformat(last))
            for name, count, first, last in rows
        ]

    def delete_all(self) -> int:
        """Forget them; answers how many names there were."""
        return int(self._database.execute("DELETE FROM heartbeats").rowcount)
