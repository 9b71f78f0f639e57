"""Argon2id on threads of its own, a few at once, so that log-ins never stop the event loop.

Called by the verbs of accounts and sessions; knows nothing of tables.
"""

import asyncio
import base64
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from openchair.identity.accounts.settings import AccountSettings
from openchair.platform.errors import Invalid
from openchair.platform.settings.base import load

MAX_LENGTH = 1024
SALT_BYTES = 16
HASH_BYTES = 32

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the password was right, and whether its hash is older than today's settings."""

    right: bool
    outdated: bool


async def hash_password(password: str) -> str:
    """The encoded Argon2id hash, about a tenth of a second later."""
    return await _on_thread(partial(_hasher().hash, _normal(password)))


async def check_password(*, password_hash: str | None, password: str) -> Verdict:
    """Compare in the same time whether or not there is an account: without a `password_hash`,
    a hash nobody has the password of is compared.
    """
    return await _on_thread(
        partial(_compare, password_hash or _nobodys_hash(), password, known=bool(password_hash))
    )


def require_strong(password: str) -> None:
    """Raises `Invalid` (field `password`) when too short or too long (NIST SP 800-63B 5.1.1)."""
    least = load(AccountSettings).password_min_length
    if len(_normal(password)) < least:
        raise Invalid(
            f"Please choose a password of at least {least} characters; a short sentence is fine.",
            field="password",
            code="password_too_short",
        )
    if len(password) > MAX_LENGTH:
        raise Invalid(
            f"Please choose a password of at most {MAX_LENGTH} characters.",
            field="password",
            code="password_too_long",
        )


def require_other(*, present: str, password: str) -> None:
    """Raises `Invalid` (field `password`) for the password somebody has already."""
    if _normal(password) == _normal(present):
        raise Invalid(
            "This is the password you have already. Please choose another one.",
            field="password",
            code="password_same",
        )


def _compare(password_hash: str, password: str, *, known: bool) -> Verdict:
    try:
        _hasher().verify(password_hash, _normal(password)[:MAX_LENGTH])
    except (VerificationError, InvalidHashError):
        return Verdict(right=False, outdated=False)
    right = known and len(password) <= MAX_LENGTH
    return Verdict(right=right, outdated=_hasher().check_needs_rehash(password_hash))


def _normal(password: str) -> str:
    """The same password from every keyboard (RFC 8265: NFC, here the stricter NFKC of NIST)."""
    return unicodedata.normalize("NFKC", password)


async def _on_thread(work: Callable[[], Result]) -> Result:
    return await asyncio.get_running_loop().run_in_executor(_threads(), work)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(load(AccountSettings).password_checks_at_once, "passwords")


@cache
def _hasher() -> PasswordHasher:
    settings = load(AccountSettings)
    return PasswordHasher(
        time_cost=settings.argon2_passes,
        memory_cost=settings.argon2_memory_kib,
        parallelism=settings.argon2_lanes,
        salt_len=SALT_BYTES,
        hash_len=HASH_BYTES,
    )


@cache
def _nobodys_hash() -> str:
    settings = load(AccountSettings)
    cost = f"m={settings.argon2_memory_kib},t={settings.argon2_passes},p={settings.argon2_lanes}"
    return f"$argon2id$v=19${cost}${_random(SALT_BYTES)}${_random(HASH_BYTES)}"


def _random(length: int) -> str:
    return base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")
