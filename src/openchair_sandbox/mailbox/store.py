"""The received mails in one SQLite file: raw bytes as they came, bounded in number.

Written by the SMTP side, read by the pages. Write-ahead logging survives a kill of the process.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from openchair_sandbox.mailbox.mail import subject_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    raw BLOB NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One mail as it came in: the envelope, the moment (UTC) and the raw bytes."""

    id: int
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class MailPage:
    """Some mails, newest first; `older` is the id to go on before, or None at the end."""

    mails: tuple[ReceivedMail, ...]
    total: int
    older: int | None


class MailStore:
    """All mails of one sandbox; keeps the newest `keep` of them."""

    def __init__(self, path: Path, *, keep: int) -> None:
        self._keep = keep
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file; nothing is pending, every mail was committed when it came."""
        self._database.close()

    def add(self, *, sender: str, recipients: list[str], raw: bytes) -> int:
        """Store one mail, drop the oldest beyond the bound, answer its id."""
        mail_id = self._database.execute(
            "INSERT INTO mails (received_at, sender, recipients, subject, raw)"
            " VALUES (?, ?, ?, ?, ?) RETURNING id",
            (
                datetime.now(UTC).isoformat(),
                sender,
                json.dumps(recipients, ensure_ascii=False),
                subject_of(raw),
                raw,
            ),
        ).fetchone()[0]
        self._database.execute("DELETE FROM mails WHERE id <= ?", (mail_id - self._keep,))
        return int(mail_id)

    def find(self, *, text: str = "", before: int | None = None, limit: int = 25) -> MailPage:
        """Mails whose recipient or subject contains `text` (case does not matter)."""
        pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        matching = "(recipients LIKE ? ESCAPE '\\' OR subject LIKE ? ESCAPE '\\')"
        rows = self._database.execute(
            "SELECT id, received_at, sender, recipients, subject, raw FROM mails"  # noqa: S608 -- the text is constant
            f" WHERE {matching} AND id < ? ORDER BY id DESC LIMIT ?",
            (pattern, pattern, before or 2**62, limit + 1),
        ).fetchall()
        total = self._database.execute(
            f"SELECT count(*) FROM mails WHERE {matching}",  # noqa: S608 -- the text is constant
            (pattern, pattern),
        ).fetchone()[0]
        mails = tuple(_mail(row) for row in rows[:limit])
        return MailPage(mails, int(total), mails[-1].id if len(rows) > limit else None)

    def get(self, mail_id: int) -> ReceivedMail | None:
        """One mail, or None when it was never there or is gone."""
        row = self._database.execute(
            "SELECT id, received_at, sender, recipients, subject, raw FROM mails WHERE id = ?",
            (mail_id,),
        ).fetchone()
        return _mail(row) if row else None

    def delete_all(self) -> int:
        """Empty the mailbox; answers how many mails went."""
        return int(self._database.execute("DELETE FROM mails").rowcount)


def _mail(row: tuple[int, str, str, str, str, bytes]) -> ReceivedMail:
    mail_id, received_at, sender, recipients, subject, raw = row
    return ReceivedMail(
        id=mail_id,
        received_at=datetime.fromisoformat(received_at),
        sender=sender,
        recipients=tuple(json.loads(recipients)),
        subject=subject,
        raw=raw,
    )
