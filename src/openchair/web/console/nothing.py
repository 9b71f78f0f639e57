"""Every other address under `/console`: there is nothing, and the console's own page says so."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from openchair.platform.errors import NotFound
from openchair.web.console.door import LOGGED_IN

router = APIRouter()


@router.api_route(
    "/console/{rest:path}", methods=["GET", "POST"], dependencies=[Depends(LOGGED_IN)]
)
async def show_nothing() -> Response:
    """Only whoever is logged in is told."""
    raise NotFound("There is nothing at this address. Please check the link.")
