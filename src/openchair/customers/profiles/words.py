"""What the team writes about a client, made clean: line breaks stay, other signs that cannot be
printed go. Pure.
"""

import unicodedata

from openchair.platform.errors import Invalid

JOINER = "\u200d"


def clean_lines(text: str, *, field: str, most: int, needed: bool = False) -> str:
    """The text without blanks around it. Raises `Invalid` on `field` for more than `most`
    characters, and for none where some are `needed`.
    """
    cleaned = "".join(
        sign
        for sign in text.replace("\r\n", "\n")
        if sign in "\n\t" or sign == JOINER or unicodedata.category(sign)[0] != "C"
    ).strip()
    if needed and not cleaned:
        raise Invalid("Please write something first.", code="empty", field=field)
    if len(cleaned) > most:
        raise Invalid("This is too long. Please shorten it.", code="too_long", field=field)
    return cleaned
