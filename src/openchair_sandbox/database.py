"""The one SQLite file that holds everything received; opened by `run.py`, shared by the stores.

Write-ahead logging survives a kill of the process. Nothing is forced to disk: a power cut may
lose test data, and an fsync for every mail would make this the slowest mail server in the house.
"""

import sqlite3
from pathlib import Path


def open_database(path: Path) -> sqlite3.Connection:
    """Open or make the file. Each store makes its own tables."""
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = OFF")
    return database


def has_column(database: sqlite3.Connection, *, table: str, column: str) -> bool:
    """Whether a table of that name is there and has that column."""
    rows = database.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    return column in {name for (name,) in rows}


def pattern(text: str) -> str:
    """For `LIKE` with a backslash as escape: contains `text`, in which wildcards are letters."""
    return "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
