"""What the servers accepted can be asked for, longer than the mails themselves are kept."""

import smtplib
import sqlite3
from pathlib import Path

from openchair_sandbox.database import open_database
from openchair_sandbox.mailbox.headers import message_id_of, subject_of
from openchair_sandbox.mailbox.store import MailStore
from tests.sandbox.conftest import letter
from tests.sandbox_process import sandbox


async def test_what_made_room_is_still_known() -> None:
    async with sandbox(keep=2) as outside:
        with smtplib.SMTP("127.0.0.1", outside.smtp_port) as client:
            for number in range(5):
                mail = letter(to="a@example.org")
                mail.replace_header("Message-ID", f"<n{number}@example.org>")
                client.send_message(mail)
        assert len(await outside.mails()) == 2
        brief = await outside.mails(brief="1")
        assert [each["message_id"] for each in brief] == ["<n4@example.org>", "<n3@example.org>"]
        assert [each["message_id"] for each in await outside.accepted()] == [
            f"n{number}@example.org" for number in range(5)
        ]
        answer = await outside.client.get("/api/lookup/n0%40example.org")
        assert answer.json()["accepted"][0]["server"] == "smtp"
        assert (await outside.client.get("/api/lookup/never@example.org")).status_code == 404


def test_mails_of_the_first_release_are_taken_over(tmp_path: Path) -> None:
    database = open_database(tmp_path / "mailbox.sqlite3")
    database.execute(
        "CREATE TABLE mails (id INTEGER PRIMARY KEY AUTOINCREMENT, received_at TEXT NOT NULL,"
        " sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, raw BLOB NOT NULL)"
    )
    database.execute(
        "INSERT INTO mails VALUES (7, '2026-01-01T10:00:00+00:00', 'a@b.example',"
        " '[\"c@d.example\"]', 'Old', x'00')"
    )
    for _ in range(2):  # and a second start changes nothing
        found = MailStore(database, keep=10).get(7)
        assert found is not None
        assert (found.server, found.subject, found.recipients) == ("smtp", "Old", ("c@d.example",))
    assert MailStore(database, keep=10).add(server="smtp", sender="", recipients=[], raw=b"") == 8


def test_headers_are_read_without_taking_the_mail_apart() -> None:
    raw = (
        b"Subject: =?utf-8?b?0J/RgNC40LLRltGC?=\r\n =?utf-8?q?_und_Gru=C3=9F?=\r\n"
        b"message-id:\r\n <a@b.example>\r\n\r\nSubject: in the text\r\n"
    )
    assert subject_of(raw) == "Привіт und Gruß"
    assert message_id_of(raw) == "a@b.example"
    assert subject_of(b"To: a@b.example\n\nSubject: in the text\n") == ""
    assert subject_of(b"Subject: =?no-such-charset?q?x?=\n\n") == "=?no-such-charset?q?x?="
    assert subject_of("Subject: Grüße\n\n".encode()) == "Grüße"
    assert (subject_of(b""), message_id_of(b"")) == ("", "")


def test_a_store_that_fails_in_the_middle_keeps_nothing(tmp_path: Path) -> None:
    database = open_database(tmp_path / "mailbox.sqlite3")
    store = MailStore(database, keep=10)
    database.execute("DROP TABLE accepted")
    try:
        store.add(server="smtp", sender="", recipients=[], raw=b"")
    except sqlite3.OperationalError:
        assert store.find().total == 0
    else:
        raise AssertionError("it was stored without being remembered")
