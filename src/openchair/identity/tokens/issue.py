"""Makes a token for a service that calls the API. Called by `openchair token create`.

The token itself is kept nowhere; the audit log remembers that it was made, by its id.
"""

from datetime import datetime, timedelta
from uuid import UUID

from joserfc import jwt
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import Actor, record
from openchair.identity.tokens.claims import INSTALLATION_ROLES, ROLES
from openchair.identity.tokens.key import ALGORITHM, AUDIENCE, ISSUER, signing_key
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id

MOST_DAYS = 366


async def issue_token(
    session: AsyncSession,
    *,
    role: str,
    salon_id: UUID | None,
    days: int,
    by: Actor,
    now: datetime,
) -> str:
    """A signed token (JWT, RFC 7519) that lasts `days`, 1 to 366.

    Raises `Invalid` on `role`, `salon` or `days`.
    """
    _check(role=role, salon_id=salon_id, days=days)
    token_id, expires_at = new_id(), now + timedelta(days=days)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "jti": str(token_id),
        "iat": int(now.timestamp()),
        "nbf": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
        "role": role,
        **({"salon": str(salon_id)} if salon_id is not None else {}),
    }
    await record(
        session,
        actor=by,
        action="token.create",
        resource_type="token",
        resource_id=token_id,
        salon_id=salon_id,
        metadata={"role": role, "expires_at": expires_at.isoformat()},
    )
    return jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, signing_key())


def _check(*, role: str, salon_id: UUID | None, days: int) -> None:
    if role not in ROLES:
        raise Invalid(
            f"There is no role {role}. The roles are {', '.join(ROLES)}.",
            field="role",
            code="role_not_known",
        )
    if role in INSTALLATION_ROLES and salon_id is not None:
        raise Invalid(
            f"The role {role} is for the whole installation; please leave the salon out.",
            field="salon",
        )
    if role not in INSTALLATION_ROLES and salon_id is None:
        raise Invalid(f"The role {role} is one in a salon; please name the salon.", field="salon")
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"A token lasts between 1 and {MOST_DAYS} days.", field="days")
