"""Whether a form was sent by one of our own pages, and by a page of this very log-in: the guards of
every form that changes things.
"""

from urllib.parse import urlsplit

from starlette.requests import Request

from openchair.identity.sessions.rules import is_own_page, same_token
from openchair.platform.errors import Forbidden
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.web.forms import MOST_FIELDS

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_FIELD = "csrf"


class Anybody:
    """The route is open to people who are not logged in; a form still has to be our own page's."""

    action = "anybody"

    async def __call__(self, request: Request) -> None:
        """Let them in."""
        if request.method not in SAFE_METHODS:
            require_own_page(request)


ANYBODY = Anybody()


def require_own_page(request: Request) -> None:
    """Raises `Forbidden` when the browser says that another site sent this form."""
    public = urlsplit(load(InstallationSettings).address).netloc.lower()
    mine = is_own_page(
        fetch_site=request.headers.get("sec-fetch-site"),
        origin=request.headers.get("origin"),
        hosts=frozenset({request.headers.get("host", "").lower(), public}),
    )
    if not mine:
        raise Forbidden(
            "This form was sent from another site. Nothing was changed.", code="other_site"
        )


async def require_own_form(request: Request, csrf_token: str, *, files: int = 0) -> None:
    """Raises `Forbidden` when a form was not sent by a page of this very session. It may bring as
    many `files` with it.
    """
    if request.method in SAFE_METHODS:
        return
    require_own_page(request)
    form = await request.form(max_files=files, max_fields=MOST_FIELDS)
    offered = form.get(CSRF_FIELD)
    if not isinstance(offered, str) or not same_token(csrf_token, offered):
        await form.close()  # it may hold a file
        raise Forbidden(
            "This page was opened before you logged in. Nothing was changed;"
            " please open it again and repeat.",
            code="form_not_current",
        )
