"""The received mails: raw bytes as they came, bounded in number, with the server that took each.

Written by the SMTP side, read by the pages. What a server accepted is remembered for much longer
than the mail itself, because a look-up by Message-ID must never deny what was accepted.
"""

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from openchair_sandbox.database import has_column, pattern
from openchair_sandbox.mailbox.headers import message_id_of, subject_of

SCHEMA = """
CREATE TABLE IF NOT EXISTS mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    server TEXT NOT NULL,
    received_at TEXT NOT NULL,
    sender TEXT NOT NULL,
    recipients TEXT NOT NULL,
    subject TEXT NOT NULL,
    message_id TEXT NOT NULL,
    raw BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS accepted (
    id INTEGER PRIMARY KEY,
    server TEXT NOT NULL,
    received_at TEXT NOT NULL,
    message_id TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS accepted_message_id ON accepted (message_id);
"""
MAILS_OF_THE_FIRST_RELEASE = f"""
ALTER TABLE mails RENAME TO first_mails;
{SCHEMA}
INSERT INTO mails (id, server, received_at, sender, recipients, subject, message_id, raw)
SELECT id, 'smtp', received_at, sender, recipients, subject, '', raw FROM first_mails;
DROP TABLE first_mails;
"""  # noqa: S608 -- the text is constant
COLUMNS = "id, server, received_at, sender, recipients, subject, message_id, raw"
ACCEPTED_KEPT = 1_000_000


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One mail as it came in: the envelope, the moment (UTC) and the raw bytes.

    `message_id` has no angle brackets.
    """

    id: int
    server: str
    received_at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class MailPage:
    """Some mails, newest first; `older` is the id to go on before, or None at the end."""

    mails: tuple[ReceivedMail, ...]
    total: int
    older: int | None


@dataclass(frozen=True, slots=True)
class Accepted:
    """That a server took a mail, when (ISO 8601, UTC), and by which number."""

    id: int
    server: str
    received_at: str
    message_id: str


class MailStore:
    """All mails of one sandbox; keeps the newest `keep` of them."""

    def __init__(self, database: sqlite3.Connection, *, keep: int) -> None:
        self._keep = keep
        self._database = database
        old = has_column(database, table="mails", column="raw") and not has_column(
            database, table="mails", column="server"
        )
        database.executescript(MAILS_OF_THE_FIRST_RELEASE if old else SCHEMA)

    def add(self, *, server: str, sender: str, recipients: list[str], raw: bytes) -> int:
        """Store one mail, drop the oldest beyond the bound, answer its id."""
        message_id, now = message_id_of(raw), datetime.now(UTC).isoformat()
        to = json.dumps(recipients, ensure_ascii=False)
        run = self._database.execute
        run("BEGIN")
        try:
            mail_id = run(
                "INSERT INTO mails (server, received_at, sender, recipients, subject, message_id,"
                " raw) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (server, now, sender, to, subject_of(raw), message_id, raw),
            ).lastrowid
            run("INSERT INTO accepted VALUES (?, ?, ?, ?)", (mail_id, server, now, message_id))
            run("DELETE FROM mails WHERE id <= ?", ((mail_id or 0) - self._keep,))
            run("DELETE FROM accepted WHERE id <= ?", ((mail_id or 0) - ACCEPTED_KEPT,))
        except BaseException:
            run("ROLLBACK")
            raise
        run("COMMIT")
        return int(mail_id or 0)

    def find(
        self,
        *,
        text: str = "",
        message_id: str = "",
        server: str = "",
        before: int | None = None,
        limit: int = 25,
    ) -> MailPage:
        """Mails whose recipient or subject contains `text` (case does not matter).

        `message_id` (with or without brackets) and `server` are exact; empty means any.
        """
        matching = (
            "(recipients LIKE :text ESCAPE '\\' OR subject LIKE :text ESCAPE '\\')"
            " AND (:message_id = '' OR message_id = :message_id)"
            " AND (:server = '' OR server = :server)"
        )
        given = {
            "text": pattern(text),
            "message_id": message_id.strip("<> "),
            "server": server,
            "before": before or 2**62,
            "limit": limit + 1,
        }
        rows = self._database.execute(
            f"SELECT {COLUMNS} FROM mails"  # noqa: S608 -- the text is constant
            f" WHERE {matching} AND id < :before ORDER BY id DESC LIMIT :limit",
            given,
        ).fetchall()
        total = self._database.execute(
            f"SELECT count(*) FROM mails WHERE {matching}",  # noqa: S608 -- the text is constant
            given,
        ).fetchone()[0]
        mails = tuple(_mail(row) for row in rows[:limit])
        return MailPage(mails, int(total), mails[-1].id if len(rows) > limit else None)

    def get(self, mail_id: int) -> ReceivedMail | None:
        """One mail, or None when it was never there or is gone."""
        row = self._database.execute(
            f"SELECT {COLUMNS} FROM mails WHERE id = ?",  # noqa: S608 -- the text is constant
            (mail_id,),
        ).fetchone()
        return _mail(row) if row else None

    def accepted(self, message_id: str) -> list[Accepted]:
        """Each time that a server took a mail with this Message-ID, the first 100."""
        rows = self._database.execute(
            "SELECT id, server, received_at, message_id FROM accepted"
            " WHERE message_id = ? ORDER BY id LIMIT 100",
            (message_id.strip("<> "),),
        ).fetchall()
        return [Accepted(*row) for row in rows]

    def log(self, *, after: int, limit: int) -> list[Accepted]:
        """What the servers took, in order, from the number `after` on."""
        rows = self._database.execute(
            "SELECT id, server, received_at, message_id FROM accepted"
            " WHERE id > ? ORDER BY id LIMIT ?",
            (after, limit),
        ).fetchall()
        return [Accepted(*row) for row in rows]

    def delete_all(self) -> int:
        """Empty the mailbox and forget what was accepted; answers how many mails went."""
        self._database.execute("DELETE FROM accepted")
        return int(self._database.execute("DELETE FROM mails").rowcount)


def _mail(row: tuple[int, str, str, str, str, str, str, bytes]) -> ReceivedMail:
    mail_id, server, received_at, sender, recipients, subject, message_id, raw = row
    return ReceivedMail(
        id=mail_id,
        server=server,
        received_at=datetime.fromisoformat(received_at),
        sender=sender,
        recipients=tuple(json.loads(recipients)),
        subject=subject,
        message_id=message_id,
        raw=raw,
    )
