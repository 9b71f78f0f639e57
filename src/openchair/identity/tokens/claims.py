"""What a token of the API says: who may do what, where and until when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openchair.identity.accounts.permissions import ROLES as SALON_ROLES

INSTALLATION_ROLES = ("operator", "monitor")
"""`operator` may do everything of the installation, `monitor` may only look."""

ROLES = (*INSTALLATION_ROLES, *SALON_ROLES)


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """A token's content. `salon_id` is None for the roles of the whole installation."""

    token_id: UUID
    role: str
    salon_id: UUID | None
    issued_at: datetime
    expires_at: datetime
