"""Which language a visitor gets, and what a page in it needs. The words themselves are read by
`platform/languages`; nothing here knows what a page says.
"""

from collections.abc import Sequence

DOMAIN = "openchair"
SCRIPTS: dict[str, tuple[str, ...]] = {
    "de": (),
    "en": (),
    "pl": ("polish",),
    "uk": ("cyrillic",),
}
"""Font files that a language needs besides the Latin ones."""
LONGEST_HEADER = 512


def negotiate(*, accepted: str, offered: Sequence[str], default: str) -> str:
    """The offered language a browser likes best, by its `Accept-Language` (RFC 9110, 12.5.4)."""
    best, best_weight = default, 0.0
    for part in accepted[:LONGEST_HEADER].split(","):
        tag, _, parameters = part.strip().partition(";")
        language = tag.split("-")[0].lower()
        weight = _weight(parameters)
        if language in offered and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
