"""Builds the mail that goes over the wire (RFC 5322, MIME) from a rendered message. Pure."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Any

from openchair.notifications.providers.provider import Outgoing
from openchair.notifications.rendering import Attachment

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
    rendered = outgoing.rendered
    unicode_address = not (outgoing.recipient.isascii() and mail_from.isascii())
    mail = EmailMessage(policy=SMTPUTF8 if unicode_address else SMTP)
    mail["From"] = Address(header_text(rendered.sender_name), addr_spec=mail_from)
    mail["To"] = Address(addr_spec=outgoing.recipient)
    if rendered.reply_to:
        mail["Reply-To"] = Address(header_text(rendered.sender_name), addr_spec=rendered.reply_to)
    mail["Subject"] = header_text(rendered.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = outgoing.message_id
    mail["Content-Language"] = outgoing.language
    mail["Auto-Submitted"] = "auto-generated"
    if outgoing.correlation_id:
        mail["X-Correlation-Id"] = outgoing.correlation_id
    mail.set_content(rendered.text, cte="quoted-printable")
    if rendered.html:
        mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    for attachment in rendered.attachments:
        if attachment.content_type.startswith(CALENDAR):
            mail.add_alternative(attachment.content, **_calendar_type(attachment))
    for attachment in rendered.attachments:
        maintype, _, subtype = attachment.content_type.partition(";")[0].partition("/")
        mail.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype,
            filename=header_text(attachment.filename),
        )
    return mail.as_bytes()


def header_text(value: str) -> str:
    """One line that is safe in a header: no control or direction characters, bounded length."""
    flat = " ".join(_UNSAFE_IN_HEADER.sub(" ", value).split())
    return flat if len(flat) <= MAX_HEADER_CHARACTERS else f"{flat[: MAX_HEADER_CHARACTERS - 1]}…"


def _calendar_type(attachment: Attachment) -> dict[str, Any]:
    parameters = {
        name.strip(): value.strip()
        for name, _, value in (
            each.partition("=") for each in attachment.content_type.split(";")[1:]
        )
    }
    return {"maintype": "text", "subtype": "calendar", "params": parameters, "cte": "base64"}
