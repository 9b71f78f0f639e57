"""Lays a mail out as HTML (Jinja, then MJML by mrml) and as text. Pure.

Called by the rooms that have something to say, each with a folder of layouts of its own; the
parts that all mails of a salon share lie beside this file. What people typed is cleaned of
control and direction characters and escaped on its way in.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import mrml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from openchair.notifications.mails.look import look_of
from openchair.salons.branding.brand import Brand

SHARED = Path(__file__).parent
# Control characters are no XML; direction overrides could turn a sentence of ours around.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def fill_html(layout: str, *, folder: Path, brand: Brand, view: Any) -> str:
    """The mail as HTML: tables and inline styles, as mail programs need them.

    `layout` is a file of `folder`; it finds `view` as `mail` and the brand's tokens as `look`.
    """
    filled = _layouts(folder, html=True).get_template(layout)
    return str(mrml.to_html(filled.render(mail=view, look=look_of(brand))).content)


def fill_text(layout: str, *, folder: Path, view: Any) -> str:
    """The same mail as plain text."""
    filled = _layouts(folder, html=False).get_template(layout).render(mail=view, rule="-" * 40)
    return re.sub(r"\n{3,}", "\n\n", filled).strip() + "\n"


@lru_cache(maxsize=16)
def _layouts(folder: Path, *, html: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader([folder, SHARED]),
        autoescape=html,  # noqa: S701 -- the text part is no HTML and is never read as such
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )


def _clean(value: Any) -> Any:
    return _UNSAFE.sub("", value) if isinstance(value, str) else value
