"""What is true of one-time codes without asking anybody (RFC 6238: SHA-1, 6 digits, 30 seconds)."""

import hmac
import re
import secrets
from datetime import datetime
from hashlib import sha256

import pyotp

STEP_SECONDS = 30
STEPS_AROUND = 1
"""A clock may be half a minute off, and a code takes a moment to type."""

RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
GROUP = 5


def new_secret() -> str:
    """160 random bits in base 32, as authenticators take them."""
    return pyotp.random_base32()


def address_of(*, secret: str, account: str, issuer: str) -> str:
    """The `otpauth://` address that an authenticator reads from the picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def matching_step(*, secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The step that `code` belongs to, if it is later than `last_step`: a code works once."""
    digits = re.sub(r"\s", "", code)
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    totp = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_SECONDS
    for step in range(current - STEPS_AROUND, current + STEPS_AROUND + 1):
        if step > last_step and hmac.compare_digest(totp.generate_otp(step), digits):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes of about 50 bits, in letters nobody mistakes: `k3m9p-x7w2q`."""
    return [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(2))
        for _ in range(RECOVERY_CODES)
    ]


def recovery_hash(code: str) -> bytes:
    """What is kept of a code, however it was typed."""
    return sha256(re.sub(r"[\s-]", "", code).lower().encode()).digest()
