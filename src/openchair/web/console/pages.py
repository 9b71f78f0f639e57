"""Renders the console's pages: never stored, nothing from another host, no script inside
the page.

Doors hand it plain view data. Redirects after a form go through `see_other`.
"""

from typing import Any

from starlette.responses import HTMLResponse, RedirectResponse, Response

from openchair.platform import correlation
from openchair.platform.languages.catalogues import NAMES, Words
from openchair.web.console.door import Desk, Person
from openchair.web.console.menu import main_menu
from openchair.web.languages import SCRIPTS
from openchair.web.pages import environment
from openchair.web.static_files import build

FONT = "inter-tight"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


def render(
    template: str,
    *,
    words: Words,
    person: Person | None = None,
    desk: Desk | None = None,
    status: int = 200,
    **data: Any,
) -> HTMLResponse:
    """One page; `desk` adds the salon's frame around it, `person` the log-out button."""
    made = build()
    who = desk.person if desk else person
    html = (
        environment()
        .get_template(f"console/{template}")
        .render(
            _=words.text,
            n_=words.plural,
            language=words.language,
            language_names=NAMES,
            built=made,
            font_urls=made.font_urls(families=(FONT,), scripts=SCRIPTS[words.language]),
            correlation_id=correlation.current(),
            desk=desk,
            menu=main_menu(desk) if desk else (),
            person=who,
            csrf=who.session.csrf_token if who else "",
            **data,
        )
    )
    return HTMLResponse(
        html, status_code=status, headers={**HEADERS, "Content-Language": words.language}
    )


def see_other(address: str) -> Response:
    """After a form: the page to look at now (RFC 9110, 15.4.4)."""
    return RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
