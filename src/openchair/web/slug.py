"""A salon's name in an address: anything but the names at which OpenChair itself answers. So what
another door answers for one method only stays its own for every method.
"""

import re

from starlette.convertors import StringConvertor, register_url_convertor

from openchair.salons.reserved import RESERVED_SLUGS

OURS = "|".join(re.escape(each) for each in (*sorted(RESERVED_SLUGS), ".netlify"))


class SalonConvertor(StringConvertor):
    """`{slug:salon}` in a route."""

    regex = rf"(?!(?:{OURS})(?:/|$))[^/]+"


def register_slug() -> None:
    """Make it known to the routes. Called before they are declared."""
    register_url_convertor("salon", SalonConvertor())
