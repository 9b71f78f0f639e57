"""The address that ends one kind of message to one recipient: made here, and read back.

Renderers and the dispatcher make it, the page `web/public/unsubscribe.py` reads it. What it asks
for is signed, so nobody can unsubscribe somebody else; it never expires, as mails are kept.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

from openchair.platform.errors import NotFound
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

PURPOSE = b"openchair unsubscribe 1"
PATH = "/unsubscribe"
SIGNATURE_BYTES = 15
LONGEST_TOKEN = 600
CHANNELS = {"email": "e", "sms": "s"}
CATEGORIES = {"reminder": "r", "marketing": "m"}
CHANNEL_OF = {code: name for name, code in CHANNELS.items()}
CATEGORY_OF = {code: name for name, code in CATEGORIES.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsubscription:
    """What a token asks for: this salon, this recipient, no more of this category this way.

    `language` is the one the message was written in.
    """

    salon_id: UUID
    channel: str
    recipient: str
    category: str
    language: str


def unsubscribe_url(
    *, salon_id: UUID, channel: str, recipient: str, category: str, language: str
) -> str | None:
    """The address for `List-Unsubscribe` (RFC 2369, one-click by RFC 8058) and for footers.

    None for a transactional message: nobody can unsubscribe from what they ordered.
    """
    if category not in CATEGORIES:
        return None
    asked = Unsubscription(
        salon_id=salon_id,
        channel=channel,
        recipient=recipient,
        category=category,
        language=language,
    )
    return f"{load(InstallationSettings).address}{PATH}/{make_token(asked)}"


def make_token(asked: Unsubscription) -> str:
    """The signed token, of letters that stand in an address as they are."""
    codes = CHANNELS[asked.channel] + CATEGORIES[asked.category]
    said = asked.salon_id.bytes + f"{codes}{asked.language}:{asked.recipient}".encode()
    return _text(_signature(said) + said)


def read_token(token: str) -> Unsubscription:
    """What a token asks for. Raises `NotFound` (`unsubscribe_unknown`) for one that is not ours."""
    said = _said(token)
    if said is None:
        raise NotFound(
            "This link to unsubscribe is not complete. Please open it from the mail once more.",
            code="unsubscribe_unknown",
        )
    codes, _, recipient = said[16:].decode().partition(":")
    return Unsubscription(
        salon_id=UUID(bytes=said[:16]),
        channel=CHANNEL_OF[codes[0]],
        category=CATEGORY_OF[codes[1]],
        language=codes[2:],
        recipient=recipient,
    )


def _said(token: str) -> bytes | None:
    """What was signed; None unless every letter is as we wrote it."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    try:
        raw = base64.b64decode(f"{token}{'=' * (-len(token) % 4)}", altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    signature, said = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    whole = _text(raw) == token and hmac.compare_digest(signature, _signature(said))
    return said if whole else None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _signature(said: bytes) -> bytes:
    """A new `OPENCHAIR_SECRET_KEY` makes older links unknown."""
    secret = load(InstallationSettings).secret_key.get_secret_value().encode()
    key = hmac.digest(secret, PURPOSE, hashlib.sha256)
    return hmac.digest(key, said, hashlib.sha256)[:SIGNATURE_BYTES]
