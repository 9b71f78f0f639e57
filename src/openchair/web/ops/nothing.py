"""Every other address under `/ops`: there is nothing, and only operators are told so."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from openchair.platform.edge.failures import nothing_here
from openchair.web.ops.door import KNOWN

router = APIRouter()


@router.api_route("/ops/{rest:path}", methods=["GET", "POST"], dependencies=[Depends(KNOWN)])
async def show_nothing() -> Response:
    """A page of this console, with its way back."""
    raise nothing_here()
