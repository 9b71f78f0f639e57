"""The key that signs tokens: derived from the installation's secret, for this purpose alone."""

import hashlib
import hmac

from joserfc.jwk import OctKey

from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

ALGORITHM = "HS256"
ISSUER = "openchair"
AUDIENCE = "openchair-api"
_PURPOSE = b"openchair api tokens 1"


def signing_key() -> OctKey:
    """A new `OPENCHAIR_SECRET_KEY` makes every token worthless at once."""
    secret = load(InstallationSettings).secret_key.get_secret_value()
    return OctKey.import_key(hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256))
