"""Who calls the API with a token: `Authorization: Bearer TOKEN` (RFC 6750). Called by the doors
for operators; the token itself is read by `identity/tokens/verify.py`.
"""

from dataclasses import dataclass

from starlette.requests import Request

from openchair.identity.audit.caller import client_of
from openchair.identity.audit.record import Actor
from openchair.identity.tokens.claims import TokenClaims
from openchair.identity.tokens.verify import verify_token
from openchair.platform.clock import utc_now
from openchair.platform.errors import Forbidden, Unauthorized

SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Bearer:
    """A program with a token of ours, and how the audit log names it."""

    claims: TokenClaims
    actor: Actor

    @property
    def named(self) -> dict[str, str]:
        """For the audit log's metadata: which token it was."""
        return {"token_id": str(self.claims.token_id), "role": self.claims.role}


def require_role(request: Request, *roles: str) -> Bearer:
    """The caller, if the token has one of the `roles`.

    Raises `Unauthorized` without a valid token, `Forbidden` for another role.
    """
    offered = request.headers.get("authorization", "")
    if not offered.lower().startswith(SCHEME):
        raise Unauthorized(
            "This needs a token. Please send it as Authorization: Bearer TOKEN; make one with:"
            " openchair token create --role operator",
            code="token_missing",
        )
    claims = verify_token(offered[len(SCHEME) :].strip(), now=utc_now())
    if claims.role not in roles:
        raise Forbidden(
            f"This token has the role {claims.role}; this needs {' or '.join(roles)}.",
            code="role_not_allowed",
        )
    caller = client_of(request)
    return Bearer(claims, Actor("system", ip=caller.ip, user_agent=caller.user_agent))
