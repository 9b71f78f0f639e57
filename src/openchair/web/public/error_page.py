"""Error pages: in the salon's own brand where the address names one, plain where it does not or
where the database cannot be asked. Shows the correlation id; nothing else leaves the house.
"""

from starlette.requests import Request
from starlette.responses import Response

from openchair.platform.errors import NotFound, Problem, Unavailable
from openchair.platform.languages.catalogues import NAMES, words_for
from openchair.salons.branding.brand import NEUTRAL
from openchair.web import pages
from openchair.web.languages import DOMAIN, negotiate
from openchair.web.public.door import database_of, site_of
from openchair.web.public.problems import kind_title, problem_text
from openchair.web.public.site import Site


async def error_page(request: Request, problem: Problem) -> Response:
    """The page that says what happened, what is safe and what to do."""
    site = await _site(request, problem)
    if site is None:
        accepted = request.headers.get("accept-language", "")
        language = negotiate(accepted=accepted, offered=tuple(NAMES), default="en")
        words = words_for(domain=DOMAIN, language=language)
        return pages.render(
            "errors/plain.html",
            brand=NEUTRAL,
            words=words,
            status=problem.status,
            title=kind_title(words=words, problem=problem),
            text=problem_text(words=words, problem=problem),
        )
    return pages.render(
        "errors/salon.html",
        brand=site.brand,
        words=site.words,
        status=problem.status,
        site=site,
        title=kind_title(words=site.words, problem=problem),
        text=problem_text(words=site.words, problem=problem, phone=site.salon.phone),
    )


async def _site(request: Request, problem: Problem) -> Site | None:
    """The salon of the address, unless asking for it is what failed."""
    slug, _, rest = request.url.path.strip("/").partition("/")
    if isinstance(problem, Unavailable) or problem.code == "salon_not_found" or not slug:
        return None
    try:
        async with database_of(request).transaction() as session:
            return await site_of(session, request=request, slug=slug, language=rest.split("/")[0])
    except (NotFound, Unavailable):
        return None
