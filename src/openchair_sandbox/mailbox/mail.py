"""Reads raw mails: subject, headers, text, HTML, attachments. Pure; takes odd mails as they are."""

from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser


@dataclass(frozen=True, slots=True)
class Part:
    """An attached file; its place in `Mail.attachments` is its number in addresses."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail taken apart for reading."""

    headers: tuple[tuple[str, str], ...]
    sender: str
    subject: str
    message_id: str
    text: str
    html: str
    attachments: tuple[Part, ...]


def read_mail(raw: bytes) -> Mail:
    """Take a raw mail apart; undecodable bytes are shown as replacement characters."""
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)
    return Mail(
        headers=tuple((name, str(value)) for name, value in message.items()),
        sender=str(message.get("From", "")),
        subject=str(message.get("Subject", "")),
        message_id=str(message.get("Message-ID", "")).strip(),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_part(part) for part in message.walk() if _is_file(part)),
    )


def _body(message: EmailMessage, kind: str) -> str:
    for part in message.walk():
        if part.get_content_type() == f"text/{kind}" and not part.get_filename():
            payload = _bytes_of(part)
            return payload.decode(part.get_content_charset("utf-8"), errors="replace")
    return ""


def _is_file(part: EmailMessage) -> bool:
    return not part.is_multipart() and part.get_filename() is not None


def _part(part: EmailMessage) -> Part:
    return Part(
        filename=part.get_filename() or "file",
        content_type=str(part.get("Content-Type", part.get_content_type())),
        content=_bytes_of(part),
    )


def _bytes_of(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
