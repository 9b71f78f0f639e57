"""The console as an app on a telephone: its manifest, its icons, and the script that keeps the day
that was seen last for when there is no network.
"""

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.salons.branding.brand import NEUTRAL
from openchair.web.console.language import browser_words
from openchair.web.icons import draw_png
from openchair.web.own_page import ANYBODY
from openchair.web.static_files import DIST, build

A_DAY = "public, max-age=86400"
SIZES = (192, 512)
WORKER_POLICY = "default-src 'none'; connect-src 'self'"
router = APIRouter(dependencies=[Depends(ANYBODY)])


@router.get("/console/manifest.webmanifest")
async def send_manifest(request: Request) -> Response:
    """W3C Web Application Manifest."""
    words = browser_words(request)
    told = {
        "id": "/console",
        "name": "OpenChair",
        "short_name": "OpenChair",
        "lang": words.language,
        "start_url": "/console",
        "scope": "/console",
        "display": "standalone",
        "background_color": "#fbfbfc",
        "theme_color": "#fbfbfc",
        "icons": [
            {"src": f"/console/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"}
            for size in SIZES
        ],
    }
    headers = {"Cache-Control": "private, max-age=86400"}
    return Response(orjson.dumps(told), media_type="application/manifest+json", headers=headers)


@router.get("/console/icon-192.png")
async def send_small_icon() -> Response:
    """For the home screen."""
    return _icon(192)


@router.get("/console/icon-512.png")
async def send_large_icon() -> Response:
    """For the splash."""
    return _icon(512)


@router.get("/console/service-worker.js")
async def send_worker() -> Response:
    """The service worker: asked for anew each time, as browsers do (W3C Service Workers)."""
    content = (DIST / build().files["service-worker.js"]).read_bytes()
    return Response(
        content,
        media_type="text/javascript; charset=utf-8",
        headers={
            "Cache-Control": "no-cache",
            "Content-Security-Policy": WORKER_POLICY,
            "Service-Worker-Allowed": "/console",
        },
    )


def _icon(size: int) -> Response:
    content = draw_png(art=NEUTRAL.art, palette=NEUTRAL.palette, size=size)
    return Response(content, media_type="image/png", headers={"Cache-Control": A_DAY})
