"""The one cookie of people who log in: the session's token, readable by no script and sent to no
other site.

Over https its name begins with `__Host-`, so that no neighbouring host can set it (RFC 6265bis).
"""

from starlette.requests import Request
from starlette.responses import Response

from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

NAME = "openchair"
SECURE_NAME = "__Host-openchair"
MOST_LETTERS = 200


def read_token(request: Request) -> str | None:
    """The token that the browser holds, if it looks like one."""
    token = request.cookies.get(SECURE_NAME if is_secure(request) else NAME, "")
    return token if 0 < len(token) <= MOST_LETTERS and token.isascii() else None


def set_token(request: Request, response: Response, *, token: str) -> None:
    """Give the browser its token, until it is closed or the session ends."""
    secure = is_secure(request)
    response.set_cookie(
        SECURE_NAME if secure else NAME,
        token,
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def drop_token(request: Request, response: Response) -> None:
    """Take the token back."""
    secure = is_secure(request)
    response.delete_cookie(
        SECURE_NAME if secure else NAME, path="/", secure=secure, httponly=True, samesite="lax"
    )


def is_secure(request: Request) -> bool:
    """Whether browsers reach this installation by https."""
    public = load(InstallationSettings).public_url
    return public.startswith("https://") or request.url.scheme == "https"
