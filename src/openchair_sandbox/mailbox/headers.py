"""Reads single headers out of raw mails without taking the mail apart: several hundred a second.

Used by the store as a mail comes in; for people a mail is read whole, by `mail.py`.
"""

import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header

END_OF_HEADERS = re.compile(rb"\r?\n\r?\n")
SUBJECT = re.compile(rb"^subject:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
MESSAGE_ID = re.compile(rb"^message-id:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)
FOLD = re.compile(r"\r?\n(?=[ \t])")
MAX_HEADER_BYTES = 100_000


def subject_of(raw: bytes) -> str:
    """The decoded subject line; empty when there is none."""
    text = _header(raw, SUBJECT)
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return text  # an unknown charset is shown as it came


def message_id_of(raw: bytes) -> str:
    """The Message-ID without its angle brackets; empty when there is none."""
    return _header(raw, MESSAGE_ID).strip("<>")


def _header(raw: bytes, name: re.Pattern[bytes]) -> str:
    end = END_OF_HEADERS.search(raw, 0, MAX_HEADER_BYTES)
    found = name.search(raw, 0, end.start() if end else min(len(raw), MAX_HEADER_BYTES))
    if found is None:
        return ""
    return FOLD.sub("", found[1].decode("utf-8", errors="replace")).strip()
