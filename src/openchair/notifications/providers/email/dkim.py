"""Signs a composed mail with the domain's key (DKIM, RFC 6376), where the installation has one.

`sign` is pure, bytes to bytes; whoever hands a mail to a server calls it last, as nothing may be
changed afterwards. Without the settings there is no key, and mails leave as they are.
"""

import re
from dataclasses import dataclass
from functools import cache

import dkim

from openchair.notifications.providers.email.settings import DkimSettings
from openchair.platform.settings.base import load
from openchair.platform.settings.files import BadSettings

# What the recipient sees and what a program acts on (RFC 6376, 5.4.1; RFC 8058, 4).
SIGNED = (
    b"from",
    b"to",
    b"reply-to",
    b"subject",
    b"date",
    b"message-id",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"auto-submitted",
)
# Named once more than they stand there, so that nobody can add another without breaking the
# signature (RFC 6376, 8.15).
OVERSIGNED = (b"from", b"to", b"reply-to", b"subject", b"date", b"message-id")


@dataclass(frozen=True, slots=True, repr=False)
class DkimKey:
    """A private RSA key in PEM with the names under which its public half is found."""

    domain: str
    selector: str
    private_key: bytes


@cache
def current_key() -> DkimKey | None:
    """The installation's key, read once; None where mails are not signed. Raises `BadSettings`."""
    settings = load(DkimSettings)
    path = settings.dkim_private_key_file
    if path is None:
        return None
    try:
        key = DkimKey(settings.dkim_domain, settings.dkim_selector, path.read_bytes())
    except OSError as error:
        raise BadSettings(
            f"DKIM_PRIVATE_KEY_FILE: {path} cannot be read: {error.strerror}."
        ) from None
    try:
        sign(b"From: a@example.org\r\n\r\n", key=key)
    except dkim.DKIMException:
        raise BadSettings(
            f"DKIM_PRIVATE_KEY_FILE: {path} holds no RSA key in PEM. One can be made with:"
            " openssl genrsa -traditional 2048"
        ) from None
    return key


def sign(mail: bytes, *, key: DkimKey) -> bytes:
    """The mail with its signature on top; relaxed, so that a server may fold its lines."""
    present = {name.lower() for name in _NAMES.findall(mail.partition(b"\r\n\r\n")[0])}
    signed = [name for name in SIGNED if name in present]
    signature: bytes = dkim.sign(
        mail,
        selector=key.selector.encode(),
        domain=key.domain.encode(),
        privkey=key.private_key,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[*signed, *OVERSIGNED],
    )
    return signature + mail


_NAMES = re.compile(rb"^([!-9;-~]+):", re.MULTILINE)
