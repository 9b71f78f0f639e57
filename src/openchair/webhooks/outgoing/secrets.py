"""Keeps endpoints' secrets: encrypted at rest with a key that is derived from the installation's
secret for this purpose alone (AES-256-GCM, bound to the endpoint). Shown once, by `create.py`.
"""

import base64
import hashlib
import hmac
import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from openchair.platform.errors import Unavailable
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.webhooks.standard import key_of

_PURPOSE = b"openchair webhook secrets 1"
_VERSION = "1."
_NONCE_BYTES = 12


def seal(secret: str, *, endpoint_id: UUID) -> str:
    """`secret` as it is stored."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher().encrypt(nonce, secret.encode(), endpoint_id.bytes)
    return _VERSION + base64.b64encode(nonce + sealed).decode()


def signing_key(sealed: str, *, endpoint_id: UUID) -> bytes:
    """The bytes that sign. Raises `Unavailable` when the installation's secret is another than
    the one it was sealed with.
    """
    stored = base64.b64decode(sealed.removeprefix(_VERSION))
    try:
        opened = _cipher().decrypt(stored[:_NONCE_BYTES], stored[_NONCE_BYTES:], endpoint_id.bytes)
    except InvalidTag as error:
        raise Unavailable(
            "The secret of this endpoint was kept under another OPENCHAIR_SECRET_KEY."
            " Please rotate the endpoint's secret."
        ) from error
    return key_of(opened.decode())


def _cipher() -> AESGCM:
    ours = load(InstallationSettings).secret_key.get_secret_value()
    return AESGCM(hmac.digest(ours.encode(), _PURPOSE, hashlib.sha256))
