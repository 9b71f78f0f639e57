"""How many segments an SMS takes, and what it costs. Pure.

Source: 3GPP TS 23.038 (GSM 03.38), 6.2.1 and 6.2.1.1 for the alphabet; 3GPP TS 23.040, 9.2.3.24.1
for what the header of a concatenated message takes from each segment.
"""

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
GSM_ALONE, GSM_JOINED = 160, 153
UCS2_ALONE, UCS2_JOINED = 70, 67


def is_gsm(text: str) -> bool:
    """Whether the GSM alphabet has every character; one that it has not makes all of them wide."""
    return all(character in BASIC or character in EXTENSION for character in text)


def count_segments(text: str) -> int:
    """At least one. A character of the extension table (an escape and a code) and a character
    beyond the basic plane (two UTF-16 units) are never cut in two: they move to the next segment.
    """
    if is_gsm(text):
        widths = [2 if character in EXTENSION else 1 for character in text]
        return _segments(widths, alone=GSM_ALONE, joined=GSM_JOINED)
    widths = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return _segments(widths, alone=UCS2_ALONE, joined=UCS2_JOINED)


def _segments(widths: list[int], *, alone: int, joined: int) -> int:
    if sum(widths) <= alone:
        return 1
    segments, used = 1, 0
    for width in widths:
        if used + width > joined:
            segments, used = segments + 1, 0
        used += width
    return segments
