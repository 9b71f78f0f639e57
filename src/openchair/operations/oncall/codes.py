"""The codes by which a contact proves that an address is theirs: made, hashed, compared. Pure.

A hash is bound to the contact, the kind of address and the address itself: a code confirms nothing
else, and nothing at all once the address is another.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

DIGITS = 6
VALID = timedelta(minutes=30)
MOST_TRIES = 5
PAUSE = timedelta(seconds=60)
_PURPOSE = b"openchair contact codes 1"
_BYTES = hashlib.sha256().digest_size


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def plain(code: str) -> str:
    """A code as people type it, `123 456` or `123-456`, without what they put between."""
    return "".join(letter for letter in code if letter.isalnum())


def hashed(code: str, *, contact_id: UUID, kind: str, address: str, secret: str) -> bytes:
    """32 bytes; `secret` is the installation's, of which a key is derived for this alone."""
    key = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)
    return hmac.digest(key, f"{contact_id.hex}:{kind}:{code}:{address}".encode(), hashlib.sha256)


def pieces(stored: bytes | None) -> tuple[bytes, ...]:
    """The hashes under way, one for each address: they are kept one behind the other."""
    return tuple(
        (stored or b"")[start : start + _BYTES] for start in range(0, len(stored or b""), _BYTES)
    )


def fitting(
    code: str, *, addresses: Mapping[str, str], stored: bytes | None, contact_id: UUID, secret: str
) -> tuple[str | None, bytes | None]:
    """Which kind of address `code` belongs to, if any, and what is still under way without it."""
    kept = pieces(stored)
    for kind, address in addresses.items():
        wanted = hashed(
            plain(code), contact_id=contact_id, kind=kind, address=address, secret=secret
        )
        left = tuple(each for each in kept if not hmac.compare_digest(each, wanted))
        if len(left) < len(kept):
            return kind, b"".join(left) or None
    return None, stored


def is_over(sent_at: datetime | None, *, now: datetime) -> bool:
    """Whether a code of that time is no longer good."""
    return sent_at is None or now >= sent_at + VALID
