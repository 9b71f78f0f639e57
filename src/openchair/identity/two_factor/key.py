"""Locks the authenticators' secrets away: a copy of the table alone opens nothing.

A new `OPENCHAIR_SECRET_KEY` makes every authenticator worthless; an operator then resets them.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from openchair.platform.errors import Conflict
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

_PURPOSE = b"openchair second factor 1"


def lock(secret: str) -> bytes:
    """The secret, encrypted."""
    return _fernet().encrypt(secret.encode())


def unlock(kept: bytes) -> str:
    """The secret again. Raises `Conflict` when the installation's key is another one now."""
    try:
        return _fernet().decrypt(kept).decode()
    except InvalidToken:
        raise Conflict(
            "The installation's secret key was changed, so this authenticator no longer fits."
            " An operator can reset it: openchair account reset-second-factor EMAIL",
            code="second_factor_unreadable",
        ) from None


def _fernet() -> Fernet:
    secret = load(InstallationSettings).secret_key.get_secret_value().encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret)
    return Fernet(base64.urlsafe_b64encode(derived))
