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
    """The failure to raise for what aiosmtplib raised at `step`."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _answered(error, step=step)
    words = f"{type(error).__name__}: {error}"[:MAX_WORDS]
    if isinstance(error, TimeoutError):
        return Temporary(words, failure_type="timeout")
    return Temporary(words, failure_type="provider_error")


def _answered(error: aiosmtplib.SMTPResponseException, *, step: Step) -> DeliveryFailed:
    code, words = error.code, f"{error.code} {error.message}"[:MAX_WORDS]
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return Temporary(words, failure_type="auth_error", status_code=code)
    if step == "connect":
        return Temporary(words, failure_type=_busy(code), status_code=code)
    if isinstance(error, aiosmtplib.SMTPSenderRefused):
        # Our own address or log-in is at fault, not this message: it waits until that is mended.
        kind = "auth_error" if code >= PERMANENT_FROM else _busy(code)
        return Temporary(words, failure_type=kind, status_code=code)
    if code == MAILBOX_FULL and step == "address":
        return Temporary(words, failure_type="soft_bounce", status_code=code)
    if code >= PERMANENT_FROM:
        kind = "hard_bounce" if step == "address" else "content_rejected"
        return Permanent(words, failure_type=kind, status_code=code)
    kind = "soft_bounce" if step == "address" and code != CLOSING else _busy(code)
    return Temporary(words, failure_type=kind, status_code=code)


def _busy(code: int) -> str:
    return "rate_limit" if code == CLOSING else "provider_error"
