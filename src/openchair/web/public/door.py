"""What every public door needs of its request: the salon's site, who asks, and a page back.
Each transaction is opened and closed by the door itself.
"""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.salons.queries import Salon, get_salon
from openchair.web import pages
from openchair.web.public.site import Site, make_site, offered_languages, preferred_language
from openchair.web.slug import register_slug

register_slug()  # before the doors, which all import this, declare their routes

HOLD_COOKIE = "openchair_hold"


def database_of(request: Request) -> Database:
    """The pool of this process."""
    found: Database = request.app.state.database
    return found


async def open_site(session: AsyncSession, *, request: Request, slug: str, language: str) -> Site:
    """The salon's site in this language. Raises `NotFound`."""
    return _site(request, await get_salon(session, slug=slug), language)


async def site_of(session: AsyncSession, *, request: Request, slug: str, language: str) -> Site:
    """The salon's site for an error page: in a language it has, whatever the address says."""
    salon = await get_salon(session, slug=slug)
    if language not in offered_languages(salon):
        accepted = request.headers.get("accept-language", "")
        language = preferred_language(accepted=accepted, salon=salon)
    return _site(request, salon, language)


def _site(request: Request, salon: Salon, language: str) -> Site:
    return make_site(
        salon=salon,
        language=language,
        path=request.url.path,
        query=request.url.query,
        origin=load(InstallationSettings).address,
        now=utc_now(),
    )


def show(template: str, *, site: Site, status: int = 200, **data: Any) -> HTMLResponse:
    """A page of the site."""
    return pages.render(
        f"public/{template}",
        brand=site.brand,
        words=site.words,
        status=status,
        site=site,
        framed_by=site.salon.embed_origins,
        **data,
    )


def see_other(address: str) -> Response:
    """After a form: the page to look at now (RFC 9110, 15.4.4)."""
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def remember_hold(response: Response, *, site: Site, hold_id: UUID) -> None:
    """Let the browser bring its hold back, so that choosing another time gives the first back."""
    secure = site.origin.startswith("https:")
    framed = secure and bool(site.salon.embed_origins)
    response.set_cookie(
        HOLD_COOKIE,
        str(hold_id),
        max_age=site.salon.policies.hold_minutes * 60,
        path=f"/{site.salon.slug}/",
        httponly=True,
        samesite="none" if framed else "lax",  # a browser sends it within the salon's own site
        secure=secure,
    )


def forget_hold(response: Response, *, site: Site) -> None:
    """The hold became a booking, or is over."""
    response.delete_cookie(HOLD_COOKIE, path=f"/{site.salon.slug}/", httponly=True)


def remembered_hold(request: Request) -> UUID | None:
    """The hold that this browser made last."""
    try:
        return UUID(request.cookies.get(HOLD_COOKIE, ""))
    except ValueError:
        return None
