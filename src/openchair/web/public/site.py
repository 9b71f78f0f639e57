"""One salon's public site in one language: what every page needs to speak, look and link.
Doors make one per request; view modules read it; it never touches the database itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from openchair.platform.errors import NotFound
from openchair.platform.languages.catalogues import NAMES, Words, words_for
from openchair.platform.languages.formats import Formats, formats_for
from openchair.salons.branding.brand import Brand, read_brand
from openchair.salons.queries import Salon, SalonSummary
from openchair.salons.words import pick
from openchair.web.languages import DOMAIN, negotiate

WIZARD = "/book"


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in one of the salon's languages."""

    language: str
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Site:
    """`origin` is scheme and host without a trailing slash; `now` is the request's instant."""

    salon: Salon
    language: str
    brand: Brand
    words: Words
    formats: Formats
    origin: str
    rest: str
    query: str
    now: datetime

    def say(self, texts: Mapping[str, str]) -> str:
        """What the salon wrote, in the page's language or its own."""
        return pick(texts, self.language, self.salon.default_language)

    def url(self, rest: str = "", **query: Any) -> str:
        """A path on this site in this language; list values repeat, empty ones are left out."""
        return self.url_in(self.language, rest, query)

    def url_in(self, language: str, rest: str, query: Mapping[str, Any] | str = "") -> str:
        """The same in another language."""
        path = f"/{self.salon.slug}/{language}{rest}"
        if not isinstance(query, str):
            kept = {name: value for name, value in query.items() if value}
            query = urlencode(kept, doseq=True)
        return f"{path}?{query}" if query else path

    @property
    def alternates(self) -> list[Alternate]:
        """This very page in every language of the salon."""
        return [
            Alternate(
                language=code,
                name=NAMES[code],
                url=self.url_in(code, self.rest, self.query),
                current=code == self.language,
            )
            for code in offered_languages(self.salon)
        ]

    @property
    def canonical(self) -> str:
        """The page's address for search engines: absolute, without a query. The wizard's steps
        are one page to them.
        """
        return self.canonical_in(self.language)

    def canonical_in(self, language: str) -> str:
        """The same in another language."""
        rest = WIZARD if self.rest.startswith(WIZARD) else self.rest
        return self.origin + self.url_in(language, rest)

    @property
    def map_url(self) -> str:
        """A page with the real map. A link: nothing is loaded from there."""
        place = self.salon.location
        where = f"mlat={place.latitude:.5f}&mlon={place.longitude:.5f}"
        view = f"map=18/{place.latitude:.5f}/{place.longitude:.5f}"
        return f"https://www.openstreetmap.org/?{where}#{view}"


def offered_languages(salon: Salon | SalonSummary) -> tuple[str, ...]:
    """The salon's languages that the pages can speak."""
    return tuple(code for code in salon.languages if code in NAMES) or ("en",)


def make_site(
    *, salon: Salon, language: str, path: str, query: str, origin: str, now: datetime
) -> Site:
    """The site in `language`. Raises `NotFound` for a language the salon does not offer."""
    if language not in offered_languages(salon):
        raise NotFound("This page does not exist in that language.", code="language_not_offered")
    brand = read_brand(name=salon.name, brand=salon.brand)
    return Site(
        salon=salon,
        language=language,
        brand=brand,
        words=words_for(domain=DOMAIN, language=language, tone=brand.tone),
        formats=formats_for(
            language=language,
            country=salon.location.country,
            time_zone=salon.time_zone,
            currency=salon.currency,
        ),
        origin=origin,
        rest=path.removeprefix(f"/{salon.slug}/{language}"),
        query=query,
        now=now,
    )


def preferred_language(*, accepted: str, salon: Salon) -> str:
    """The language of a visitor who named none in the path."""
    offered = offered_languages(salon)
    default = salon.default_language if salon.default_language in offered else offered[0]
    return negotiate(accepted=accepted, offered=offered, default=default)
