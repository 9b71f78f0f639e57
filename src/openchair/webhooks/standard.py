"""Signatures after the Standard Webhooks specification 1.0.0: both sides, pure.

The door for mail providers verifies with it, the outgoing side signs with it. Knows no table.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32
LEAST_BYTES, MOST_BYTES = 24, 64
VERSION = "v1"
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE_SECONDS = 300
MOST_ID = 200
MOST_SIGNATURES = 10


class BadSignature(Exception):
    """Not signed by who it claims to be from, or not just now; the words say which."""


def new_secret() -> str:
    """A fresh secret, `whsec_` and base64 of 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a `whsec_…` secret. Raises `ValueError` for what cannot be one."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("it has to be whsec_ and base64") from error
    if not LEAST_BYTES <= len(key) <= MOST_BYTES:
        raise ValueError(f"it has to hold {LEAST_BYTES} to {MOST_BYTES} bytes")
    return key


def sign(key: bytes, *, message_id: str, timestamp: int, body: bytes) -> str:
    """One signature, `v1,…`; `timestamp` is Unix seconds."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return f"{VERSION},{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def signed_headers(
    keys: Sequence[bytes], *, message_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The three headers of a request; every key signs, so that the receiver can change over."""
    each = (sign(key, message_id=message_id, timestamp=timestamp, body=body) for key in keys)
    return {ID: message_id, TIMESTAMP: str(timestamp), SIGNATURE: " ".join(each)}


def verify(keys: Sequence[bytes], *, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """The message's id, if one of the keys signed this body within 300 s of `now` (Unix seconds,
    either way). Compares in constant time. Raises `BadSignature`.
    """
    message_id, sent, offered = (headers.get(name, "") for name in (ID, TIMESTAMP, SIGNATURE))
    if not (message_id and sent and offered):
        raise BadSignature(f"the headers {ID}, {TIMESTAMP} and {SIGNATURE} are needed")
    if len(message_id) > MOST_ID or not message_id.isascii() or not message_id.isprintable():
        raise BadSignature(f"{ID} is not an id")
    if not sent.isascii() or not sent.isdigit() or len(sent) > 12:
        raise BadSignature(f"{TIMESTAMP} is not a time in Unix seconds")
    timestamp = int(sent)
    if abs(now - timestamp) > TOLERANCE_SECONDS:
        raise BadSignature(f"{TIMESTAMP} is more than {TOLERANCE_SECONDS} s from now")
    # Signed as it came: a leading zero is part of what was signed.
    signed = b".".join((message_id.encode(), sent.encode(), body))
    candidates = [
        each.removeprefix(f"{VERSION},").encode()
        for each in offered.split(" ")[:MOST_SIGNATURES]
        if each.startswith(f"{VERSION},")
    ]
    for key in keys:
        expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
        if any(hmac.compare_digest(expected, each) for each in candidates):
            return message_id
    raise BadSignature("no signature fits the body and our secret")
