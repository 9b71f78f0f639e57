"""The wizard on a salon's own site: the script of one line, and the way to the right language."""

from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from openchair.salons.queries import get_salon
from openchair.web.public.door import database_of
from openchair.web.public.site import offered_languages, preferred_language
from openchair.web.static_files import DIST, build

AN_HOUR = "public, max-age=3600"
router = APIRouter()


@router.get("/widget.js")
async def send_widget() -> Response:
    """The script. Its address stays, as salons write it down, so it is kept for an hour only."""
    content = (DIST / build().files["widget.js"]).read_bytes()
    return Response(
        content,
        media_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": AN_HOUR, "Cross-Origin-Resource-Policy": "cross-origin"},
    )


@router.get("/{slug:salon}/widget")
async def begin_wizard(request: Request, slug: str, lang: str = "", service: str = "") -> Response:
    """To the wizard in the language of the site around it, else in the browser's."""
    async with database_of(request).transaction() as session:
        salon = await get_salon(session, slug=slug)
    accepted = request.headers.get("accept-language", "")
    known = lang in offered_languages(salon)
    language = lang if known else preferred_language(accepted=accepted, salon=salon)
    query = f"?{urlencode({'service': service})}" if service else ""
    return RedirectResponse(
        f"/{slug}/{language}/book{query}",
        status_code=302,
        headers={"Vary": "Accept-Language", "Cache-Control": "private, no-cache"},
    )
