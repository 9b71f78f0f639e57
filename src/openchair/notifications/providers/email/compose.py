"""Builds the mail that goes over the wire (RFC 5322) from a rendered message. Pure."""

import re
from datetime import datetime
from email.utils import format_datetime

from openchair.notifications.providers.email.mime import (
    EOL,
    Part,
    file_part,
    header,
    mailbox,
    multipart,
    text_part,
)
from openchair.notifications.providers.provider import Outgoing
from openchair.notifications.rendering import Rendered

CALENDAR = "text/calendar"
# Control characters and line ends would begin a new header; bidirectional overrides could make
# a subject or a sender's name read as something else.
_UNSAFE_IN_HEADER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
MAX_HEADER_CHARACTERS = 200


def compose(outgoing: Outgoing, *, mail_from: str, now: datetime) -> bytes:
    """The whole mail as bytes, with text, HTML and attachments.

    A calendar file also stands among the alternatives, which is where mail programs look for an
    invitation (RFC 6047, 2.4). Header values can never contain a line end.
    """
    raw_utf8 = not (outgoing.recipient.isascii() and mail_from.isascii())
    content = _content(outgoing.rendered)
    lines = [
        header(name, value, raw_utf8=raw_utf8)
        for name, value in _headers(outgoing, mail_from=mail_from, now=now, raw_utf8=raw_utf8)
    ]
    return EOL.join([*lines, *content.headers, b"", content.body, b""])


def header_text(value: str) -> str:
    """One line that is safe in a header: no control or direction characters, bounded length."""
    flat = " ".join(_UNSAFE_IN_HEADER.sub(" ", value).split())
    return flat if len(flat) <= MAX_HEADER_CHARACTERS else f"{flat[: MAX_HEADER_CHARACTERS - 1]}…"


def _headers(
    outgoing: Outgoing, *, mail_from: str, now: datetime, raw_utf8: bool
) -> list[tuple[str, str]]:
    rendered = outgoing.rendered
    name = header_text(rendered.sender_name)
    found = [
        ("From", mailbox(header_text(mail_from), name=name, raw_utf8=raw_utf8)),
        ("To", header_text(outgoing.recipient)),
    ]
    if rendered.reply_to:
        reply_to = mailbox(header_text(rendered.reply_to), name=name, raw_utf8=raw_utf8)
        found.append(("Reply-To", reply_to))
    found += [
        ("Subject", header_text(rendered.subject)),
        ("Date", format_datetime(now)),
        ("Message-ID", outgoing.message_id),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", outgoing.language),
        ("MIME-Version", "1.0"),
    ]
    if outgoing.correlation_id:
        found.append(("X-Correlation-Id", outgoing.correlation_id))
    if outgoing.unsubscribe_url:  # RFC 2369, and by one click RFC 8058
        found.append(("List-Unsubscribe", f"<{outgoing.unsubscribe_url}>"))
        found.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return found


def _content(rendered: Rendered) -> Part:
    alternatives = [text_part(rendered.text, kind="plain")]
    if rendered.html:
        alternatives.append(text_part(rendered.html, kind="html"))
    files = []
    for attachment in rendered.attachments:
        kind, content = attachment.content_type, attachment.content
        if kind.startswith(CALENDAR):
            alternatives.append(file_part(content, content_type=kind, filename=None))
        name = header_text(attachment.filename)
        files.append(file_part(content, content_type=kind, filename=name))
    return multipart("mixed", [multipart("alternative", alternatives), *files])
