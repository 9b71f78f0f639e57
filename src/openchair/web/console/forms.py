"""The console's forms: as all of the house, and addresses only of its own pages."""

from openchair.web import forms
from openchair.web.forms import Typed, read_file, read_form

__all__ = ["Typed", "own_address", "read_file", "read_form"]

ROOT = "/console"


def own_address(offered: str, *, otherwise: str) -> str:
    """`offered` if it is a page of the console, so that no link sends anybody elsewhere."""
    return forms.own_address(offered, root=ROOT, otherwise=otherwise)
