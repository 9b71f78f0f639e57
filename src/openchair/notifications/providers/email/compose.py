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
    mail["From"] = _address(mail_from, name=rendered.sender_name)
    mail["To"] = _address(outgoing.recipient)
    if rendered.reply_to:
        mail["Reply-To"] = _address(rendered.reply_to, name=rendered.sender_name)
    mail["Subject"] = header_text(rendered.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = outgoing.message_id
    mail["Auto-Submitted"] = "auto-generated"
    if outgoing.correlation_id:
        mail["X-Correlation-Id"] = outgoing.correlation_id
    if outgoing.unsubscribe_url:  # RFC 2369, and by one click RFC 8058
        mail["List-Unsubscribe"] = f"<{outgoing.unsubscribe_url}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(rendered.text, cte="quoted-printable")
    if rendered.html:
        mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    for attachment in rendered.attachments:
        if attachment.content_type.startswith(CALENDAR):
            mail.add_alternative(attachment.content, **_content_type(attachment))
    for attachment in rendered.attachments:
        name = header_text(attachment.filename)
        mail.add_attachment(attachment.content, filename=name, **_content_type(attachment))
    mail["Content-Language"] = outgoing.language  # last: setting content clears Content-… headers
    return mail.as_bytes()


def header_text(value: str) -> str:
    """One line that is safe in a header: no control or direction characters, bounded length."""
    flat = " ".join(_UNSAFE_IN_HEADER.sub(" ", value).split())
    return flat if len(flat) <= MAX_HEADER_CHARACTERS else f"{flat[: MAX_HEADER_CHARACTERS - 1]}…"


def _address(address: str, *, name: str = "") -> Address:
    username, _, domain = address.rpartition("@")
    return Address(header_text(name), username=username, domain=domain)


def _content_type(attachment: Attachment) -> dict[str, Any]:
    """`text/calendar; method=REQUEST` as the arguments of `email.message`."""
    kind, *rest = (part.strip() for part in attachment.content_type.split(";"))
    maintype, _, subtype = kind.partition("/")
    parameters = dict(part.split("=", 1) for part in rest)
    return {"maintype": maintype, "subtype": subtype, "params": parameters, "cte": "base64"}
