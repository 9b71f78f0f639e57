"""The SMS that both providers took, with what became of each, and every callback that was posted.

Written by `twilio/`, `vonage/` and `callbacks.py`; bounded in number like the mailbox.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from openchair_sandbox.database import pattern

SCHEMA = """
CREATE TABLE IF NOT EXISTS sms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider TEXT NOT NULL,
    sid TEXT NOT NULL UNIQUE,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    body TEXT NOT NULL,
    segments INTEGER NOT NULL,
    reference TEXT NOT NULL,
    callback_url TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at REAL NOT NULL,
    sent_at REAL,
    updated_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS sms_recipient ON sms (recipient);
CREATE TABLE IF NOT EXISTS callbacks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sms_id INTEGER NOT NULL,
    status TEXT NOT NULL,
    posted_at REAL NOT NULL,
    answer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS callbacks_sms_id ON callbacks (sms_id);
"""
COLUMNS = (
    "id, provider, sid, sender, recipient, body, segments, reference, callback_url, status,"
    " created_at, sent_at, updated_at"
)
CALLBACKS_FOR_EACH = 10  # kept on average; bounds the table of callbacks


@dataclass(frozen=True, slots=True)
class Sms:
    """One message. `sid` is the provider's id; times are seconds since 1970 (UTC)."""

    id: int
    provider: str
    sid: str
    sender: str
    recipient: str
    body: str
    segments: int
    reference: str
    callback_url: str
    status: str
    created_at: float
    sent_at: float | None
    updated_at: float


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback that was posted; `answer` is the status code or what went wrong."""

    status: str
    posted_at: float
    answer: str


@dataclass(frozen=True, slots=True)
class SmsPage:
    """Some messages, newest first; `older` is the id to go on before, or None at the end."""

    messages: tuple[Sms, ...]
    total: int
    older: int | None


class SmsStore:
    """All SMS of one sandbox; keeps the newest `keep` of them."""

    def __init__(self, database: sqlite3.Connection, *, keep: int) -> None:
        self._keep = keep
        self._database = database
        database.executescript(SCHEMA)

    def add(
        self,
        *,
        provider: str,
        sid: str,
        sender: str,
        recipient: str,
        body: str,
        segments: int,
        reference: str,
        callback_url: str,
        status: str,
    ) -> Sms:
        """Store one message, drop the oldest beyond the bound."""
        now = datetime.now(UTC).timestamp()
        row = self._database.execute(
            "INSERT INTO sms (provider, sid, sender, recipient, body, segments, reference,"  # noqa: S608 -- the text is constant
            " callback_url, status, created_at, sent_at, updated_at)"
            f" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?) RETURNING {COLUMNS}",
            (
                *(provider, sid, sender, recipient, body, segments, reference, callback_url),
                *(status, now, now),
            ),
        ).fetchone()
        found = Sms(*row)
        self._database.execute("DELETE FROM sms WHERE id <= ?", (found.id - self._keep,))
        return found

    def set_status(self, sms: Sms, status: str) -> None:
        """What became of it; every status but the first ones means that it was sent."""
        now = datetime.now(UTC).timestamp()
        self._database.execute(
            "UPDATE sms SET status = ?, updated_at = ?, sent_at = coalesce(sent_at, ?)"
            " WHERE id = ?",
            (status, now, None if status in {"queued", "submitted"} else now, sms.id),
        )

    def add_callback(self, sms: Sms, *, status: str, answer: str) -> None:
        """That a callback was posted, and what came of it."""
        number = self._database.execute(
            "INSERT INTO callbacks (sms_id, status, posted_at, answer) VALUES (?, ?, ?, ?)",
            (sms.id, status, datetime.now(UTC).timestamp(), answer[:300]),
        ).lastrowid
        self._database.execute(
            "DELETE FROM callbacks WHERE id <= ?",
            ((number or 0) - self._keep * CALLBACKS_FOR_EACH,),
        )

    def find(
        self,
        *,
        text: str = "",
        provider: str = "",
        recipient: str = "",
        sender: str = "",
        reference: str = "",
        since: float | None = None,
        until: float | None = None,
        before: int | None = None,
        limit: int = 25,
    ) -> SmsPage:
        """Newest first. `text` is part of number, body or reference; the others are exact.

        `since` and `until` are seconds since 1970, of the sending or, before that, the taking.
        """
        matching = (
            "(recipient LIKE :text ESCAPE '\\' OR body LIKE :text ESCAPE '\\'"
            " OR reference LIKE :text ESCAPE '\\' OR callback_url LIKE :text ESCAPE '\\')"
            " AND (:provider = '' OR provider = :provider)"
            " AND (:recipient = '' OR recipient = :recipient)"
            " AND (:sender = '' OR sender = :sender)"
            " AND (:reference = '' OR reference = :reference)"
            " AND (:since IS NULL OR coalesce(sent_at, created_at) >= :since)"
            " AND (:until IS NULL OR coalesce(sent_at, created_at) <= :until)"
        )
        given = {
            "text": pattern(text),
            "provider": provider,
            "recipient": recipient,
            "sender": sender,
            "reference": reference,
            "since": since,
            "until": until,
            "before": before or 2**62,
            "limit": limit + 1,
        }
        rows = self._database.execute(
            f"SELECT {COLUMNS} FROM sms"  # noqa: S608 -- the text is constant
            f" WHERE {matching} AND id < :before ORDER BY id DESC LIMIT :limit",
            given,
        ).fetchall()
        total = self._database.execute(
            f"SELECT count(*) FROM sms WHERE {matching}",  # noqa: S608 -- the text is constant
            given,
        ).fetchone()[0]
        found = tuple(Sms(*row) for row in rows[:limit])
        return SmsPage(found, int(total), found[-1].id if len(rows) > limit else None)

    def get(self, which: str) -> Sms | None:
        """One message by its number here or by its provider's id."""
        row = self._database.execute(
            f"SELECT {COLUMNS} FROM sms WHERE sid = ? OR id = ?",  # noqa: S608 -- the text is constant
            (which, int(which) if which.isdecimal() and len(which) < 16 else -1),
        ).fetchone()
        return Sms(*row) if row else None

    def unfinished(self, *, final: frozenset[str], limit: int) -> list[Sms]:
        """Messages of which nobody has said yet what became of them."""
        rows = self._database.execute(
            f"SELECT {COLUMNS} FROM sms ORDER BY id DESC LIMIT ?",  # noqa: S608 -- the text is constant
            (limit,),
        ).fetchall()
        return [sms for row in rows if (sms := Sms(*row)).status not in final]

    def callbacks(self, sms: Sms) -> list[Callback]:
        """The newest hundred callbacks of one message, in the order they were posted."""
        rows = self._database.execute(
            "SELECT status, posted_at, answer FROM callbacks WHERE sms_id = ?"
            " ORDER BY id DESC LIMIT 100",
            (sms.id,),
        ).fetchall()
        return [Callback(*row) for row in reversed(rows)]

    def delete_all(self) -> int:
        """Forget every message; answers how many there were."""
        self._database.execute("DELETE FROM callbacks")
        return int(self._database.execute("DELETE FROM sms").rowcount)
