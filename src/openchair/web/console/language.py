"""Which language the console speaks: the account's own, before the log-in the browser's."""

from starlette.requests import Request

from openchair.platform.languages.catalogues import NAMES, Words, words_for
from openchair.web.languages import negotiate

DOMAIN = "console"
DEFAULT = "en"


def console_words(language: str) -> Words:
    """The console's words in one language, English where it is not one of ours."""
    return words_for(domain=DOMAIN, language=language)


def browser_words(request: Request) -> Words:
    """For somebody who is not known yet: `?language=`, else what the browser asks for."""
    asked = request.query_params.get("language", "")
    if asked in NAMES:
        return console_words(asked)
    accepted = request.headers.get("accept-language", "")
    return console_words(negotiate(accepted=accepted, offered=tuple(NAMES), default=DEFAULT))
