"""Signs a composed mail with the domain's key (DKIM, RFC 6376), where the installation has one.

`sign` is bytes to bytes and asks nobody; whoever hands a mail to a server calls it last, as
nothing may be changed afterwards. Without the settings there is no key, and mails leave as they
are.
"""

import re
from base64 import b64encode
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from textwrap import wrap
from time import time

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from openchair.notifications.providers.email.settings import DkimSettings
from openchair.platform.settings.base import load
from openchair.platform.settings.files import BadSettings

# What the recipient sees and what a program acts on (RFC 6376, 5.4.1; RFC 8058, 4).
SIGNED = (
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "auto-submitted",
)
# Named once more than they stand there, so that nobody can add another without breaking the
# signature (RFC 6376, 8.15).
OVERSIGNED = ("from", "to", "reply-to", "subject", "date", "message-id")
# Shorter ones are not believed by anybody (RFC 8301, 3.2).
MIN_KEY_BITS = 1024
LINE = 78


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
        rsa_key(key.private_key)
    except ValueError:
        raise BadSettings(
            f"DKIM_PRIVATE_KEY_FILE: {path} holds no RSA key in PEM, of {MIN_KEY_BITS} bits or"
            " more and without a password. One can be made with: openssl genrsa 2048"
        ) from None
    return key


@lru_cache(maxsize=4)
def rsa_key(pem: bytes) -> rsa.RSAPrivateKey:
    """The key itself, kept, as reading one costs more than signing with it. Raises ValueError."""
    try:
        found = serialization.load_pem_private_key(pem, password=None)
    except (TypeError, UnsupportedAlgorithm) as error:  # TypeError: it wants a password
        raise ValueError(str(error)) from error
    if not isinstance(found, rsa.RSAPrivateKey) or found.key_size < MIN_KEY_BITS:
        raise ValueError("no RSA key, or a short one")
    return found


def sign(mail: bytes, *, key: DkimKey) -> bytes:
    """The mail with its signature on top, its lines ended as they travel (RFC 6376, 5.3); relaxed,
    so that a server may fold its lines. Raises ValueError if the key is none.
    """
    mail = _LINE_END.sub(b"\r\n", mail)
    head, _, body = mail.partition(b"\r\n\r\n")
    fields = _fields(head)
    names = [name for name in SIGNED for _ in fields[name]] + list(OVERSIGNED)
    tags = (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={key.domain}; s={key.selector}; t={int(time())};"
        f" h={' : '.join(names)}; bh={b64encode(sha256(_relaxed_body(body)).digest()).decode()};"
    )
    # Folding puts a line's end before a space, which relaxing takes away again: what is signed is
    # the one line. Its last tag is empty, and no line's end follows it (RFC 6376, 3.7).
    lines = [fields[name].pop() for name in names if fields[name]]
    signed = b"".join(lines) + f"dkim-signature:{tags} b=".encode()
    signature = rsa_key(key.private_key).sign(signed, padding.PKCS1v15(), hashes.SHA256())
    folded = _fold(f"DKIM-Signature: {tags}") + _fold(f"b={b64encode(signature).decode()}")
    return "\r\n ".join(folded).encode() + b"\r\n" + mail


def _fields(head: bytes) -> defaultdict[str, list[bytes]]:
    """The relaxed lines of each header by its name, from top to bottom: the last is signed first
    (RFC 6376, 3.4.2 and 5.4.2).
    """
    found = defaultdict(list)
    for line in _FOLD.sub(b"", head).split(b"\r\n"):
        before, colon, value = line.partition(b":")
        name = before.rstrip(b" \t").lower()
        if colon:
            relaxed = _SPACES.sub(b" ", value).strip(b" ")
            found[name.decode("latin-1")].append(name + b":" + relaxed + b"\r\n")
    return found


def _relaxed_body(body: bytes) -> bytes:
    """One space for many, none before a line's end, no empty lines at the end (RFC 6376, 3.4.4)."""
    text = _SPACES.sub(b" ", body + b"\r\n").replace(b" \r\n", b"\r\n").rstrip(b"\r\n")
    return text + b"\r\n" if text else b""


def _fold(words: str) -> list[str]:
    """Lines that fit with the space in front; a name that is longer than a line stays whole, a
    signature is cut anywhere.
    """
    cut = words.startswith("b=")
    return wrap(words, LINE - 1, break_long_words=cut, break_on_hyphens=False)


_LINE_END = re.compile(rb"\r\n|\r|\n")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_SPACES = re.compile(rb"[ \t]+")
