"""Whether a form was sent by one of our own pages: the guard of every form that changes things."""

from urllib.parse import urlsplit

from starlette.requests import Request

from openchair.identity.sessions.rules import is_own_page
from openchair.platform.errors import Forbidden
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings


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
