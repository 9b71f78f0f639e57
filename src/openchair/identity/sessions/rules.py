"""What is true of sessions without asking anybody: tokens, expiry, where a form came from."""

import hmac
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

TOKEN_BYTES = 32
SEEN_EVERY = timedelta(minutes=1)
"""How exact `last_seen_at` is, so that reading a page is seldom a write."""


def new_token() -> str:
    """256 random bits, fit for a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """What is stored of a token; a copy of the table opens no session."""
    return sha256(token.encode()).digest()


def same_token(expected: str, offered: str) -> bool:
    """Whether the form's token is the session's, compared in constant time."""
    return hmac.compare_digest(expected.encode(), offered.encode())


def is_due(*, last_seen_at: datetime, now: datetime) -> bool:
    """Whether it is time to note that the session is in use."""
    return now - last_seen_at >= SEEN_EVERY


def is_own_page(*, fetch_site: str | None, origin: str | None, hosts: frozenset[str]) -> bool:
    """Whether a form was sent by one of our own pages, as far as the browser says.

    `Sec-Fetch-Site` decides where there is one; else `Origin` has to name one of our `hosts`.
    A caller that sends neither is no browser and holds nobody's cookies.
    """
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    return origin is None or urlsplit(origin).netloc.lower() in hosts
