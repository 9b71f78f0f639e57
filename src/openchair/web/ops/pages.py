"""Renders the pages of the operations console: never stored, nothing from another host.

They are in English only: what they show (readings, alerts, rules, advice, log lines, commands) is
said in English by the whole house, and a page that mixes two languages helps nobody at night.
"""

from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from openchair.platform import correlation
from openchair.platform.clock import utc_now
from openchair.web.ops import times
from openchair.web.ops.door import Operator
from openchair.web.ops.look import read_look
from openchair.web.pages import environment
from openchair.web.static_files import build

FONT = "inter-tight"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Content-Language": "en",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def render(
    request: Request,
    template: str,
    *,
    operator: Operator | None = None,
    status: int = 200,
    live: int = 0,
    **data: Any,
) -> HTMLResponse:
    """One page. `live` is after how many seconds it renews itself: by script, or without one when
    the reader asked for it (`?live=1`).
    """
    made, now = build(), operator.now if operator else utc_now()
    html = (
        environment()
        .get_template(f"ops/{template}")
        .render(
            built=made,
            font_urls=made.font_urls(families=(FONT,), scripts=()),
            correlation_id=correlation.current(),
            operator=operator,
            csrf=operator.session.csrf_token if operator else "",
            look=read_look(request),
            here=request.url.path,
            here_with_query=here(request),
            follows=bool(live) and "live" in request.query_params,
            live=live,
            now=now,
            when=partial(times.element, now=now),
            clock=partial(_clock, now=now),
            span=times.span,
            ident=ident,
            url=url,
            **data,
        )
    )
    page = HTMLResponse(html, status_code=status, headers=HEADERS)
    if live and "live" in request.query_params:
        page.headers["Refresh"] = str(live)
    return page


def here(request: Request) -> str:
    """The address of this page with its query."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def url(path: str, **query: object) -> str:
    """A path of the console; empty values are left out of the query."""
    kept = {name: value for name, value in query.items() if value not in {None, ""}}
    return f"{path}?{urlencode(kept)}" if kept else path


def see_other(address: str) -> Response:
    """After a form: the page to look at now (RFC 9110, 15.4.4)."""
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})


def ident(value: object) -> Markup:
    """An id that is marked as a whole by one tap; a script adds a button to copy it."""
    return Markup('<code class="id" data-copy>{}</code>').format(value)


def _clock(moment: datetime, *, now: datetime) -> Markup:
    return times.element(moment, now=now, words=times.clock(moment, now=now))
