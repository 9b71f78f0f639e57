"""A salon's brand: the tokens it may choose, read from the `brand` column and turned into CSS.
Pages, error pages and icons use it; structure is never a brand's to change. See docs/brand.md.
"""
# ruff: noqa: RUF009 -- a Colour never changes, so sharing one is safe

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any, Literal

import orjson

from openchair.salons.branding.colours import Colour, contrast, parse

Art = Literal["poster", "arches"]
Tone = Literal["informal", "polite"]
TEXT_CONTRAST = 4.5
EDGE_CONTRAST = 3.0


@dataclass(frozen=True, slots=True)
class Palette:
    """Every colour a page uses; `on_x` is the text that stands on `x`."""

    paper: Colour = parse("oklch(0.985 0.003 250)")
    surface: Colour = parse("oklch(0.95 0.006 250)")
    ink: Colour = parse("oklch(0.22 0.02 255)")
    soft: Colour = parse("oklch(0.46 0.02 255)")
    line: Colour = parse("oklch(0.87 0.01 250)")
    edge: Colour = parse("oklch(0.58 0.02 255)")
    action: Colour = parse("oklch(0.32 0.06 255)")
    on_action: Colour = parse("oklch(0.985 0.003 250)")
    signal: Colour = parse("oklch(0.80 0.10 230)")
    on_signal: Colour = parse("oklch(0.22 0.03 255)")
    deep: Colour = parse("oklch(0.26 0.03 255)")
    on_deep: Colour = parse("oklch(0.97 0.005 250)")

    def weak_pairs(self) -> list[str]:
        """Pairs too close to read, as sentences; an accessible brand has none."""
        texts = [
            ("ink", "paper"),
            ("ink", "surface"),
            ("soft", "paper"),
            ("soft", "surface"),
            ("on_action", "action"),
            ("on_signal", "signal"),
            ("on_deep", "deep"),
        ]
        needed = [(*pair, TEXT_CONTRAST) for pair in texts] + [("edge", "paper", EDGE_CONTRAST)]
        return [
            f"{front} on {back} has a contrast of {ratio:.1f}; it needs {minimum}"
            for front, back, minimum in needed
            if (ratio := contrast(getattr(self, front), getattr(self, back))) < minimum
        ]


@dataclass(frozen=True, slots=True)
class Fonts:
    """Family names are those of the front end's build; tracking is a CSS length."""

    display: str = "inter-tight"
    text: str = "inter-tight"
    display_weight: int = 700
    display_tracking: str = "-0.02em"
    display_leading: float = 1.0


@dataclass(frozen=True, slots=True)
class Brand:
    """What makes one salon's pages look like nobody else's."""

    art: Art = "poster"
    tone: Tone = "polite"
    business_type: str = "HealthAndBeautyBusiness"
    wordmark: tuple[str, ...] = ()
    wordmark_small: str = ""
    fonts: Fonts = field(default_factory=Fonts)
    palette: Palette = field(default_factory=Palette)
    radius: str = "8px"
    radius_control: str = "8px"
    shadow: str = "none"
    map: Mapping[str, Any] = field(default_factory=dict)

    @property
    def families(self) -> tuple[str, ...]:
        """The font families it needs, each once."""
        return tuple(dict.fromkeys((self.fonts.display, self.fonts.text)))

    @property
    def css(self) -> str:
        """The `:root` block of this brand, for a style element in the page's head."""
        longest = max((len(line) for line in self.wordmark), default=10)
        tokens = {
            **{
                f"color-{item.name.replace('_', '-')}": getattr(self.palette, item.name).css
                for item in fields(Palette)
            },
            "font-display": f'"{self.fonts.display}", "{self.fonts.display} fallback", sans-serif',
            "font-text": f'"{self.fonts.text}", "{self.fonts.text} fallback", sans-serif',
            "display-weight": self.fonts.display_weight,
            "display-tracking": self.fonts.display_tracking,
            "display-leading": self.fonts.display_leading,
            "radius": self.radius,
            "radius-control": self.radius_control,
            "shadow": self.shadow,
            "wordmark-length": longest,
        }
        return ":root{" + ";".join(f"--{name}:{value}" for name, value in tokens.items()) + "}"


NEUTRAL = Brand()


def read_brand(*, name: str, brand: Mapping[str, Any]) -> Brand:
    """Build the brand from a salon's `brand` column; what is missing stays neutral.

    Raises ValueError with a sentence when a colour cannot be read.
    """
    return _read(name, orjson.dumps(brand, option=orjson.OPT_SORT_KEYS))


@lru_cache(maxsize=512)
def _read(name: str, stored: bytes) -> Brand:
    brand: dict[str, Any] = orjson.loads(stored)
    palette_names = {item.name for item in fields(Palette)}
    font_names = {item.name for item in fields(Fonts)}
    colours = {
        key: parse(value) for key, value in brand.get("colours", {}).items() if key in palette_names
    }
    fonts = {key: value for key, value in brand.get("fonts", {}).items() if key in font_names}
    plain = {
        key: _safe(str(brand[key]))
        for key in ("business_type", "wordmark_small", "radius", "radius_control", "shadow")
        if key in brand
    }
    return Brand(
        art="arches" if brand.get("art") == "arches" else "poster",
        tone="informal" if brand.get("tone") == "informal" else "polite",
        wordmark=tuple(brand.get("wordmark") or name.split()),
        fonts=Fonts(**{key: _safe(value) for key, value in fonts.items()}),
        palette=Palette(**colours),
        map=brand.get("map", {}),
        **plain,
    )


def _safe(value: Any) -> Any:
    """A token that could leave its declaration is refused: brands are data, not style sheets."""
    if isinstance(value, str) and any(mark in value for mark in ";{}<>\\\"'@"):
        raise ValueError(f"{value!r} is not a plain token")
    return value
