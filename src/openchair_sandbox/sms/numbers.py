"""Telephone numbers and addresses of callbacks, checked as a provider checks them. Pure."""

import re
from urllib.parse import urlsplit

E164 = re.compile(r"\+[1-9]\d{6,14}")


def is_e164(number: str) -> bool:
    """`+` and 7 to 15 digits (ITU-T E.164)."""
    return E164.fullmatch(number) is not None


def is_callback_url(text: str) -> bool:
    """An absolute http or https address."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
