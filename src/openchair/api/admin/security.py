"""`POST /api/admin/security/block-ip`: the runbook's line against an address that attacks.

The gate (`identity/ip_blocks/gate.py`) turns it away within seconds; asking twice blocks once.
"""

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from openchair.api.admin import shapes
from openchair.api.admin.curl_route import CurlRoute
from openchair.api.admin.dead_letters import NEEDS_TOKEN, TOKEN, Operator
from openchair.api.answers import answer
from openchair.api.v1.described import BODY, Failure, answers
from openchair.api.v1.door import database_of
from openchair.identity.ip_blocks.block import block
from openchair.platform.clock import utc_now

PATHS = ("/api/admin/security/block-ip", "/.netlify/functions/admin/security/block-ip")
PROTECTED: Failure = (409, "It is your own address, this machine's or a trusted proxy's.")

router = APIRouter(route_class=CurlRoute, tags=["Operation"])


async def block_ip(request: Request, body: shapes.BlockRequest, bearer: Operator) -> Response:
    """Refuse every request from an address for a while. One that is blocked already stays so for
    longer, if that is longer.
    """
    now = utc_now()
    async with database_of(request).transaction() as session:
        found = await block(
            session,
            address=body.ip,
            reason=body.reason,
            by=bearer.actor,
            expires_at=now + timedelta(hours=body.hours),
            now=now,
            named=bearer.named,
        )
    return answer(
        {
            "block_id": found.id,
            "ip": found.address,
            "reason": found.reason,
            "expires_at": found.expires_at,
        }
    )


for path in PATHS:
    documented = path == PATHS[0]
    router.add_api_route(
        path,
        block_ip,
        methods=["POST"],
        operation_id="blockAddress" if documented else None,
        summary="Block an address",
        responses=answers(200, shapes.Blocked, *TOKEN, *BODY, PROTECTED),
        openapi_extra=NEEDS_TOKEN,
        include_in_schema=documented,
    )
