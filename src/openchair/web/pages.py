"""Renders every HTML page: the Jinja environment, what all templates may use, and the headers.
Doors hand it plain view data; it opens no transaction and knows no salon's rules."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from openchair.platform import correlation
from openchair.platform.languages.catalogues import Words
from openchair.salons.branding.brand import Brand
from openchair.web.languages import SCRIPTS
from openchair.web.static_files import build

TEMPLATES = Path(__file__).parent / "templates"
NO_ONE = "'none'"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one template environment; an unknown name in a template is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["icon"] = icon
    return made


def icon(name: str) -> Markup:
    """A decorative icon from the sprite; the words beside it carry the meaning."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="#i-{}"></use></svg>').format(
        name
    )


def render(
    template: str,
    *,
    brand: Brand,
    words: Words,
    status: int = 200,
    extra_css: str = "",
    framed_by: tuple[str, ...] = (),
    **data: Any,
) -> HTMLResponse:
    """One page. `data` is plain view data; words and brand decide how it speaks and looks.

    `extra_css` stands behind the brand's tokens, for a page that shows several brands. Only the
    sites of `framed_by` (origins) may show the page inside their own.
    """
    made = build()
    style = brand.css + extra_css + made.sheet
    html = (
        environment()
        .get_template(template)
        .render(
            _=words.text,
            n_=words.plural,
            language=words.language,
            tone=words.tone,
            brand=brand,
            style=Markup(style),  # noqa: S704  our own sheet, parsed colours, checked tokens
            built=made,
            font_urls=made.font_urls(families=brand.families, scripts=SCRIPTS[words.language]),
            correlation_id=correlation.current(),
            page_kind=Path(template).stem,
            **data,
        )
    )
    return HTMLResponse(
        html,
        status_code=status,
        headers={
            "Content-Security-Policy": content_policy(style, framed_by),
            "Content-Language": words.language,
            "Cache-Control": "no-store" if status >= 400 else "private, no-cache",
        },
    )


@lru_cache(maxsize=512)
def content_policy(css: str, framed_by: tuple[str, ...] = ()) -> str:
    """Nothing from another host, no inline script, no style but our sheet and these tokens."""
    digest = b64encode(sha256(css.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' 'sha256-{digest}'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {' '.join(framed_by) or NO_ONE}",
        )
    )
