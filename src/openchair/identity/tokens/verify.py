"""Reads a token that came with a call of the API. Called by the API's doors; touches no table."""

from datetime import UTC, datetime
from uuid import UUID

from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError

from openchair.identity.tokens.claims import ROLES, TokenClaims
from openchair.identity.tokens.key import ALGORITHM, AUDIENCE, ISSUER, signing_key
from openchair.platform.errors import Unauthorized

LEEWAY_SECONDS = 30
MAX_LENGTH = 2048


def verify_token(token: str, *, now: datetime) -> TokenClaims:
    """What the token says, if we signed it and it holds at `now` (clocks may be 30 s apart).

    Raises `Unauthorized` (`token_expired`, `token_not_valid`).
    """
    if len(token) > MAX_LENGTH:
        raise _not_valid()
    try:
        claims = jwt.decode(token, signing_key(), algorithms=[ALGORITHM]).claims
        _registry(now).validate(claims)
        return _read(claims)
    except ExpiredTokenError as error:
        raise Unauthorized(
            "This token has expired. Please make a new one with: openchair token create",
            code="token_expired",
        ) from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise _not_valid() from error


def _registry(now: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY_SECONDS,
        iss={"essential": True, "value": ISSUER},
        aud={"essential": True, "value": AUDIENCE},
        exp={"essential": True},
        iat={"essential": True},
        jti={"essential": True},
        role={"essential": True, "values": list(ROLES)},
    )


def _read(claims: dict[str, object]) -> TokenClaims:
    salon = claims.get("salon")
    return TokenClaims(
        token_id=UUID(str(claims["jti"])),
        role=str(claims["role"]),
        salon_id=UUID(str(salon)) if salon is not None else None,
        issued_at=datetime.fromtimestamp(int(str(claims["iat"])), UTC),
        expires_at=datetime.fromtimestamp(int(str(claims["exp"])), UTC),
    )


def _not_valid() -> Unauthorized:
    return Unauthorized("This token is not one of ours, or is damaged.", code="token_not_valid")
