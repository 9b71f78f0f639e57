"""The API's own documentation: the OpenAPI document, and the page that is drawn from it.

The page is plain HTML with one style sheet of ours: nothing is fetched from another host.
"""

from functools import cache
from pathlib import Path

import orjson
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from openchair.api.answers import JSON
from openchair.api.reference_page import render

STYLE = Path(__file__).parent / "reference.css"
CACHED = {"Cache-Control": "public, max-age=300"}

router = APIRouter(include_in_schema=False)


@router.get("/api/openapi.json")
async def openapi(request: Request) -> Response:
    """The OpenAPI 3.1 document."""
    written = orjson.dumps(request.app.state.api_document, option=orjson.OPT_INDENT_2)
    return Response(written, media_type=JSON, headers=CACHED)


@router.get("/api/docs")
async def reference(request: Request) -> HTMLResponse:
    """The documentation page."""
    return HTMLResponse(render(request.app.state.api_document), headers=CACHED)


@router.get("/api/docs.css")
async def style() -> Response:
    """Its style sheet."""
    return Response(_style(), media_type="text/css", headers=CACHED)


@cache
def _style() -> bytes:
    return STYLE.read_bytes()
