"""Makes the part of an address that names something, out of what people call it."""

import re
import unicodedata
from collections.abc import Collection

SLUG_LENGTH = 50


def free_slug(name: str, *, taken: Collection[str], otherwise: str) -> str:
    """`Balayage & Glanz` → `balayage-glanz`, with a number behind it where that is taken;
    `otherwise` for a name without a Latin letter or figure.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    root = re.sub(r"[^a-z0-9]+", "-", plain)[:SLUG_LENGTH].strip("-") or otherwise
    found, number = root, 2
    while found in taken:
        found, number = f"{root}-{number}", number + 1
    return found
