"""What an SMTP server's refusal means: whether to try again, and which category it is. Pure.

Codes after RFC 5321, 4.2.3; the categories are the runbook contract's.
"""

from typing import Literal

import aiosmtplib

from openchair.notifications.errors import DeliveryFailed, Permanent, Temporary

Step = Literal["connect", "address", "content"]
MAX_WORDS = 500
MAILBOX_FULL = 552
CLOSING = 421
PERMANENT_FROM = 500


def refused(error: Exception, *, step: Step) -> DeliveryFailed:
    """The failure to raise for what aiosmtplib raised at `step`.

    Whatever happens before the content and is no answer to this sender or recipient is the
    server's fault: its breaker counts, and another server may be tried.
    """
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _answered(error, step=step)
    words = readable(f"{type(error).__name__}: {error}")
    kind = "timeout" if isinstance(error, TimeoutError) else "provider_error"
    return Temporary(words, failure_type=kind, provider_down=True)


def readable(words: str) -> str:
    """What a server said, as text that a database and a log can keep, of bounded length.

    aiosmtplib keeps bytes that are no UTF-8 as lone surrogates, which neither takes: the message
    would look as if it had ended its worker. Servers that speak so mostly mean Latin-1.
    """
    raw = words.encode("utf-8", "surrogateescape")
    try:
        found = raw.decode()
    except UnicodeDecodeError:
        found = raw.decode("latin-1")
    return found.replace("\0", " ")[:MAX_WORDS]


def _answered(error: aiosmtplib.SMTPResponseException, *, step: Step) -> DeliveryFailed:
    code, words = error.code, readable(f"{error.code} {error.message}")
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return _down(words, code, "auth_error")
    if step == "connect" or code == CLOSING:
        return _down(words, code, "rate_limit" if code == CLOSING else "provider_error")
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        # Our own address or log-in is at fault, not this message: it waits until that is mended.
        kind = "auth_error" if code >= PERMANENT_FROM else "provider_error"
        return _down(words, code, kind)
    if code == MAILBOX_FULL and step == "address":
        return Temporary(words, failure_type="soft_bounce", status_code=code)
    if code >= PERMANENT_FROM:
        kind = "hard_bounce" if step == "address" else "content_rejected"
        return Permanent(words, failure_type=kind, status_code=code)
    kind = "soft_bounce" if step == "address" else "provider_error"
    return Temporary(words, failure_type=kind, status_code=code)


def _down(words: str, code: int, kind: str) -> Temporary:
    return Temporary(words, failure_type=kind, status_code=code, provider_down=True)
