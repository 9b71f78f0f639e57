"""What is true of invitations without asking anybody: their secret, how long they count, what one
is worth now.
"""

import base64
import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID

from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

VALID = timedelta(days=7)
LONGEST_TOKEN = 64
_PURPOSE = b"openchair invitation 1"

State = Literal["open", "expired", "revoked", "accepted"]


def token_of(invitation_id: UUID, expires_at: datetime) -> str:
    """The secret of the link: 256 bits that only this installation can make, so that nobody has to
    keep it until the mail is written. A renewed invitation has another one.
    """
    key = load(InstallationSettings).secret_key.get_secret_value().encode()
    said = b"%s %s %d" % (_PURPOSE, invitation_id.bytes, round(expires_at.timestamp()))
    return base64.urlsafe_b64encode(hmac.digest(key, said, "sha256")).decode().rstrip("=")


def token_hash(token: str) -> bytes:
    """What is kept of it; a copy of the table opens no salon."""
    return sha256(token.encode()).digest()


def state_of(
    *,
    expires_at: datetime,
    accepted_at: datetime | None,
    revoked_at: datetime | None,
    now: datetime,
) -> State:
    """What the invitation is worth at `now`."""
    if accepted_at is not None:
        return "accepted"
    if revoked_at is not None:
        return "revoked"
    return "open" if now < expires_at else "expired"


def link_of(token: str) -> str:
    """The address in the mail."""
    return f"{load(InstallationSettings).address}/console/invitation/{token}"
