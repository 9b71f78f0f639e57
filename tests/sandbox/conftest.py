"""The sandbox as a process of its own, as `openchair up` starts it."""

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.served import five_free_ports, wait_for


@dataclass
class Sandbox:
    """A running sandbox and its folder."""

    data: Path
    http_port: int
    smtp_port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def get(self, path: str, **query: Any) -> httpx.Response:
        return httpx.get(self.url + path, params=query or None)

    def send(self, mail: EmailMessage) -> None:
        """By SMTP, as anybody would."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as client:
            client.send_message(mail)


def launch(data: Path, *, keep: int = 5000) -> Sandbox:
    """Start it and wait until it answers."""
    http_port = five_free_ports()
    smtp_port, backup_port = http_port + 1, http_port + 2
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "openchair_sandbox", "--keep", str(keep)),
            *("--http-port", str(http_port), "--smtp-port", str(smtp_port), "--data", str(data)),
            *("--smtp-backup-port", str(backup_port)),
        ]
    )
    found = Sandbox(data, http_port, smtp_port, process)
    wait_for(f"{found.url}/api/health")
    return found


def end(sandbox: Sandbox) -> None:
    """Kill it, if it still runs."""
    sandbox.process.kill()
    sandbox.process.wait()


def letter(
    *, to: str = "anna@example.org", subject: str = "Hello", html: str | None = "<h1>Hello</h1>"
) -> EmailMessage:
    """A mail with text, HTML and a file."""
    mail = EmailMessage()
    mail["From"] = "Salon <salon@example.org>"
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = "<1@example.org>"
    mail.set_content("Hello in plain words")
    if html:
        mail.add_alternative(html, subtype="html")
    mail.add_attachment(
        b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="termin ö.ics"
    )
    return mail


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    found = launch(tmp_path_factory.mktemp("sandbox"))
    yield found
    end(found)
