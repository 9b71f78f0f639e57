"""What machines ask for: site map, robots, a salon's manifest and its icons drawn from tokens."""

from xml.sax.saxutils import escape

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from openchair.platform.errors import NotFound
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.salons.branding.brand import NEUTRAL, Brand, read_brand
from openchair.salons.queries import get_salon, list_salons
from openchair.web.icons import draw_png, draw_svg
from openchair.web.public.door import database_of
from openchair.web.public.site import offered_languages, preferred_language

SALONS_LISTED = 100
ICON_SIZES = (180, 192, 512)
A_DAY = "public, max-age=86400"

router = APIRouter()


@router.get("/robots.txt")
async def robots() -> Response:
    """Everything public may be indexed; personal pages say `noindex` themselves."""
    address = load(InstallationSettings).address
    lines = (
        "User-agent: *",
        "Disallow: /console",
        "Disallow: /api",
        f"Sitemap: {address}/sitemap.xml",
    )
    return PlainTextResponse("\n".join(lines) + "\n", headers={"Cache-Control": A_DAY})


@router.get("/sitemap.xml")
async def site_map(request: Request) -> Response:
    """Every salon's home in every language (sitemaps.org 0.9, with hreflang links)."""
    address = load(InstallationSettings).address
    async with database_of(request).transaction() as session:
        salons = await list_salons(session, limit=SALONS_LISTED)
    entries = []
    for salon in salons:
        languages = offered_languages(salon)
        links = "".join(
            f'<xhtml:link rel="alternate" hreflang="{each}" href="{address}/{salon.slug}/{each}"/>'
            for each in languages
        )
        entries += [
            f"<url><loc>{escape(f'{address}/{salon.slug}/{each}')}</loc>{links}</url>"
            for each in languages
        ]
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:xhtml="http://www.w3.org/1999/xhtml">' + "".join(entries) + "</urlset>"
    )
    return Response(xml, media_type="application/xml", headers={"Cache-Control": A_DAY})


@router.get("/icon.svg")
async def neutral_icon() -> Response:
    """The front door's icon."""
    return _svg("O", NEUTRAL)


@router.get("/favicon.ico", include_in_schema=False)
async def favicon() -> Response:
    """Browsers ask for it unasked; a PNG answers as well."""
    return _png(NEUTRAL, 192)


@router.get("/{slug:salon}/manifest.webmanifest")
async def manifest(request: Request, slug: str, lang: str = "") -> Response:
    """Lets a phone keep the salon as an app (W3C Web Application Manifest)."""
    async with database_of(request).transaction() as session:
        salon = await get_salon(session, slug=slug)
    accepted = lang or request.headers.get("accept-language", "")
    language = preferred_language(accepted=accepted, salon=salon)
    brand = read_brand(name=salon.name, brand=salon.brand)
    described = {
        "name": salon.name,
        "short_name": "".join(brand.wordmark)[:16],
        "lang": language,
        "id": f"/{slug}",
        "start_url": f"/{slug}/{language}",
        "scope": f"/{slug}/",
        "display": "standalone",
        "background_color": brand.palette.paper.hex,
        "theme_color": brand.palette.paper.hex,
        "icons": [
            {"src": f"/{slug}/icon.svg", "sizes": "any", "type": "image/svg+xml"},
            *(
                {
                    "src": f"/{slug}/icon-{size}.png",
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": "any maskable",
                }
                for size in (192, 512)
            ),
        ],
    }
    return Response(
        orjson.dumps(described),
        media_type="application/manifest+json",
        headers={"Cache-Control": A_DAY, "Vary": "Accept-Language"},
    )


@router.get("/{slug:salon}/icon.svg")
async def salon_icon(request: Request, slug: str) -> Response:
    """The salon's icon for browsers."""
    name, brand = await _brand(request, slug)
    return _svg(name[:1], brand)


@router.get("/{slug:salon}/icon-{size}.png")
async def salon_png(request: Request, slug: str, size: int) -> Response:
    """The salon's icon for phones, in the sizes they ask for."""
    if size not in ICON_SIZES:
        raise NotFound("There is no icon of this size.")
    _, brand = await _brand(request, slug)
    return _png(brand, size)


async def _brand(request: Request, slug: str) -> tuple[str, Brand]:
    async with database_of(request).transaction() as session:
        salon = await get_salon(session, slug=slug)
    return salon.name, read_brand(name=salon.name, brand=salon.brand)


def _svg(letter: str, brand: Brand) -> Response:
    return Response(
        draw_svg(letter=letter, brand=brand),
        media_type="image/svg+xml",
        headers={"Cache-Control": A_DAY},
    )


def _png(brand: Brand, size: int) -> Response:
    return Response(
        draw_png(art=brand.art, palette=brand.palette, size=size),
        media_type="image/png",
        headers={"Cache-Control": A_DAY},
    )
