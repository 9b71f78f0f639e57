"""Colours as a brand writes them (oklch), and what other formats need: hexadecimal and contrast.
Pure arithmetic after Björn Ottosson's OKLab and WCAG 2.2; called by the brand's tokens and icons."""

import math
import re
from dataclasses import dataclass

_OKLCH = re.compile(
    r"oklch\(\s*(?P<l>[0-9.]+)(?P<percent>%?)\s+(?P<c>[0-9.]+)\s+(?P<h>-?[0-9.]+)\s*\)"
)


@dataclass(frozen=True, slots=True)
class Colour:
    """An opaque colour: lightness 0..1, chroma from 0 up, hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    @property
    def css(self) -> str:
        return f"oklch({self.lightness:g} {self.chroma:g} {self.hue:g})"

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Eight-bit sRGB, clipped to what a screen can show."""
        red, green, blue = (round(255 * _gamma(channel)) for channel in _linear(self))
        return red, green, blue

    @property
    def hex(self) -> str:
        return "#{:02x}{:02x}{:02x}".format(*self.rgb)


def parse(text: str) -> Colour:
    """Read `oklch(0.67 0.22 34)`; raises ValueError for anything else."""
    found = _OKLCH.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is not a colour such as oklch(0.67 0.22 34)")
    lightness = float(found["l"]) / (100 if found["percent"] else 1)
    return Colour(lightness=lightness, chroma=float(found["c"]), hue=float(found["h"]))


def contrast(first: Colour, second: Colour) -> float:
    """WCAG 2.2 contrast ratio, 1..21; text needs 4.5, a control's edge 3."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: Colour) -> tuple[float, float, float]:
    angle = math.radians(colour.hue)
    a, b = colour.chroma * math.cos(angle), colour.chroma * math.sin(angle)
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _clip(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _clip(channel: float) -> float:
    return min(1.0, max(0.0, channel))


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
