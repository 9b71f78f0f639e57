"""Icons drawn from a brand's tokens: a letter as SVG, and the brand's sign as PNG for phones.
The PNG is written here (RFC 2083), so that no picture library is needed for three shapes.
"""

import struct
import zlib
from functools import lru_cache
from html import escape
from math import sqrt

from openchair.salons.branding.brand import Art, Brand, Palette

SIGNAL, INK, PAPER, ACTION = range(4)
Span = tuple[float, float, int]
"""From, to (both 0..1) and the colour between them."""


def draw_svg(*, letter: str, brand: Brand) -> str:
    """A square with the salon's first letter, readable at 16 px."""
    colours = brand.palette
    round_corner = 14 if brand.art == "arches" else 0
    weight = 500 if brand.art == "arches" else 800
    family = "Georgia,serif" if brand.art == "arches" else "Arial,sans-serif"
    back, front = (
        (colours.action, colours.on_action)
        if brand.art == "arches"
        else (colours.signal, colours.on_signal)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="{round_corner}" fill="{back.hex}"/>'
        f'<text x="32" y="49" text-anchor="middle" font-family="{family}" font-weight="{weight}"'
        f' font-size="48" fill="{front.hex}">{escape(letter)}</text></svg>'
    )


@lru_cache(maxsize=64)
def draw_png(*, art: Art, palette: Palette, size: int) -> bytes:
    """The brand's sign, `size` pixels square: scissors, or a sun within an arch."""
    colours = (palette.signal, palette.on_signal, palette.paper, palette.action)
    sign = _arch if art == "arches" else _scissors
    rows = bytearray()
    for line in range(size):
        row = bytearray(size)
        for left, right, colour in sign((line + 0.5) / size):
            begin, end = max(0, round(left * size)), min(size, round(right * size))
            row[begin:end] = bytes([colour]) * max(0, end - begin)
        rows += b"\0" + row  # filter type "none"
    header = struct.pack(">IIBBBBB", size, size, 8, 3, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"PLTE", b"".join(bytes(colour.rgb) for colour in colours))
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + _chunk(b"IEND", b"")
    )


def _scissors(y: float) -> list[Span]:
    """Ink on the signal colour, within the circle that masks leave."""
    spans: list[Span] = []
    for side in (-1, 1):
        if 0.2 < y < 0.6:
            middle = 0.5 + side * (0.47 - y) * 0.42
            spans.append((middle - 0.042, middle + 0.042, INK))
        spans += _disc(0.5 + side * 0.15, 0.66, 0.135, y, INK)
        spans += _disc(0.5 + side * 0.15, 0.66, 0.075, y, SIGNAL)
    return spans


def _arch(y: float) -> list[Span]:
    """A paper window in the colour of action, the sun in the signal colour."""
    spans: list[Span] = [(0, 1, ACTION), *_disc(0.5, 0.44, 0.24, y, PAPER)]
    if 0.44 <= y < 0.78:
        spans.append((0.26, 0.74, PAPER))
    return spans + _disc(0.5, 0.46, 0.12, y, SIGNAL)


def _disc(x: float, y: float, radius: float, line: float, colour: int) -> list[Span]:
    reach = radius**2 - (line - y) ** 2
    return [(x - sqrt(reach), x + sqrt(reach), colour)] if reach > 0 else []


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
