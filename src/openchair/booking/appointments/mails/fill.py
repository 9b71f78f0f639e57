"""Lays a mail's view out as HTML (Jinja, then MJML by mrml) and as text. Pure.

What people typed is cleaned of control and direction characters and escaped on its way in.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import mrml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from openchair.booking.appointments.mails.look import look_of
from openchair.booking.appointments.mails.view import MailView

HERE = Path(__file__).parent
# Control characters are no XML; direction overrides could turn a sentence of ours around.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def fill_html(view: MailView) -> str:
    """The mail as HTML: tables and inline styles, as mail programs need them."""
    layout = _templates(html=True).get_template("booking.mjml")
    return str(mrml.to_html(layout.render(mail=view, look=look_of(view.brand))).content)


def fill_text(view: MailView) -> str:
    """The same mail as plain text."""
    filled = _templates(html=False).get_template("booking.txt").render(mail=view, rule="-" * 40)
    return re.sub(r"\n{3,}", "\n\n", filled).strip() + "\n"


@lru_cache(maxsize=2)
def _templates(*, html: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE),
        autoescape=html,  # noqa: S701 -- the text part is no HTML and is never read as such
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_clean,
    )


def _clean(value: Any) -> Any:
    return _UNSAFE.sub("", value) if isinstance(value, str) else value
