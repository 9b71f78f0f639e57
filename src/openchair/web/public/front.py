"""The doors that show: the installation's front door and a salon's home page."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from openchair.booking.availability.find import find_times
from openchair.booking.catalogue.queries import get_catalogue
from openchair.platform.languages.catalogues import NAMES, words_for
from openchair.salons.branding.brand import NEUTRAL, read_brand
from openchair.salons.queries import get_salon, list_salons
from openchair.salons.words import pick
from openchair.web import pages
from openchair.web.languages import DOMAIN, negotiate
from openchair.web.public.door import database_of, open_site, show
from openchair.web.public.home import view_home
from openchair.web.public.site import preferred_language
from openchair.web.public.structured_data import describe_salon

DAYS_LOOKED_AT = 7
SALONS_SHOWN = 50

router = APIRouter()


@router.get("/")
async def chooser(request: Request) -> Response:
    """The salons of this installation."""
    accepted = request.headers.get("accept-language", "")
    language = negotiate(accepted=accepted, offered=tuple(NAMES), default="en")
    async with database_of(request).transaction() as session:
        salons = await list_salons(session, limit=SALONS_SHOWN)
    brands = {each.slug: read_brand(name=each.name, brand=each.brand) for each in salons}
    response = pages.render(
        "public/chooser.html",
        brand=NEUTRAL,
        words=words_for(domain=DOMAIN, language=language),
        extra_css="".join(
            brand.css.replace(":root", f".salon-{slug}") for slug, brand in brands.items()
        ),
        salons=[
            {
                "slug": each.slug,
                "name": each.name,
                "tagline": pick(each.tagline, language, each.default_language),
                "city": each.city,
                "brand": brands[each.slug],
                "url": f"/{each.slug}",
            }
            for each in salons
        ],
    )
    response.headers["Vary"] = "Accept-Language"
    return response


@router.get("/{slug:salon}")
async def in_your_language(request: Request, slug: str) -> Response:
    """Lead to the home page in the browser's language."""
    async with database_of(request).transaction() as session:
        salon = await get_salon(session, slug=slug)
    accepted = request.headers.get("accept-language", "")
    language = preferred_language(accepted=accepted, salon=salon)
    return RedirectResponse(
        f"/{slug}/{language}",
        status_code=302,
        headers={"Vary": "Accept-Language", "Cache-Control": "private, no-cache"},
    )


@router.get("/{slug:salon}/")
@router.get("/{slug:salon}/{language}/")
async def without_slash(slug: str, language: str = "") -> Response:
    """An address that was typed with a slash too many."""
    path = f"/{slug}/{language}" if language else f"/{slug}"
    return RedirectResponse(path, status_code=308)


@router.get("/{slug:salon}/{language}")
async def home(request: Request, slug: str, language: str) -> Response:
    """The salon's home page."""
    async with database_of(request).transaction() as session:
        site = await open_site(session, request=request, slug=slug, language=language)
        catalogue = await get_catalogue(session, salon_id=site.salon.id)
        today = site.formats.local(site.now).date()
        availability = None
        if catalogue.services:
            availability = await find_times(
                session,
                salon=site.salon,
                service_ids=[catalogue.services[0].id],
                first=today,
                last=today + timedelta(days=DAYS_LOOKED_AT - 1),
                now=site.now,
                catalogue=catalogue,
            )
    view = view_home(site=site, catalogue=catalogue, availability=availability)
    return show(
        "home.html",
        site=site,
        home=view,
        structured_data=describe_salon(site=site, catalogue=catalogue),
        indexed=True,
    )
