"""One salon's public site in one language: what every page needs to speak, look and link.
Doors make one per request; view modules read it; it never touches the database itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from openchair.platform.errors import NotFound
from openchair.salons.queries import Salon
from openchair.salons.words import pick
from openchair.web.branding.brand import Brand, read_brand
from openchair.web.formats import Formats, formats_for
from openchair.web.languages import NAMES, Words, negotiate, words_for


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
        path = f"/{self.salon.slug}/{language}{rest}"
        if not isinstance(query, str):
            kept = {name: value for name, value in query.items() if value}
            query = urlencode(kept, doseq=True)
        return f"{path}?{query}" if query else path

    @property
    def alternates(self) -> list[Alternate]:
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
        return self.origin + self.url_in(self.language, self.rest)


def offered_languages(salon: Salon) -> tuple[str, ...]:
    """The salon's languages that the pages can speak."""
    return tuple(code for code in salon.languages if code in NAMES) or ("en",)


def make_site(*, request: Request, salon: Salon, language: str, now: datetime) -> Site:
    """The site in `language`. Raises `NotFound` for a language the salon does not offer."""
    if language not in offered_languages(salon):
        raise NotFound("This page does not exist in that language.", code="language_not_offered")
    brand = read_brand(name=salon.name, brand=salon.brand)
    prefix = f"/{salon.slug}/{language}"
    return Site(
        salon=salon,
        language=language,
        brand=brand,
        words=words_for(language=language, tone=brand.tone),
        formats=formats_for(
            language=language,
            country=salon.location.country,
            time_zone=salon.time_zone,
            currency=salon.currency,
        ),
        origin=str(request.base_url).rstrip("/"),
        rest=request.url.path.removeprefix(prefix),
        query=request.url.query,
        now=now,
    )


def preferred_language(*, request: Request, salon: Salon) -> str:
    """The language of a visitor who named none in the path."""
    offered = offered_languages(salon)
    default = salon.default_language if salon.default_language in offered else offered[0]
    return negotiate(
        accepted=request.headers.get("accept-language", ""), offered=offered, default=default
    )
