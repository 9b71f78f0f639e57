"""The brand of a salon as its file writes it: tokens, nothing that could leave a style sheet.

The names are those the pages read; what is left out stays neutral there. See docs/salon-file.md.
"""

from typing import Annotated, Literal

from pydantic import Field

from openchair.booking.salon_file.strict import Strict

Plain = Annotated[str, Field(max_length=120, pattern=r"^[A-Za-z0-9 .,/%()#-]*$")]
Oklch = Annotated[
    str, Field(max_length=60, pattern=r"^oklch\(\s*[0-9.]+%?\s+[0-9.]+\s+-?[0-9.]+\s*\)$")
]
Label = Annotated[str, Field(max_length=40)]
Drawing = Annotated[str, Field(max_length=600, pattern=r"^[MmLlHhVvCcSsQqTtAaZz0-9 .,-]+$")]


class Fonts(Strict):
    """Families of the front end's build; tracking is a CSS length."""

    display: Plain | None = None
    text: Plain | None = None
    display_weight: Annotated[int, Field(ge=100, le=900)] | None = None
    display_tracking: Plain | None = None
    display_leading: Annotated[float, Field(ge=0.7, le=2)] | None = None


class Colours(Strict):
    """`on_x` is the text that stands on `x`."""

    paper: Oklch | None = None
    surface: Oklch | None = None
    ink: Oklch | None = None
    soft: Oklch | None = None
    line: Oklch | None = None
    edge: Oklch | None = None
    action: Oklch | None = None
    on_action: Oklch | None = None
    signal: Oklch | None = None
    on_signal: Oklch | None = None
    deep: Oklch | None = None
    on_deep: Oklch | None = None


class MapShape(Strict):
    """A street, park or square of the drawn map, as an SVG path in a box of 600 by 400."""

    kind: Literal["main", "street", "park", "square", "water"]
    d: Drawing


class MapLabel(Strict):
    """A word on the drawn map."""

    x: Annotated[int, Field(ge=0, le=600)]
    y: Annotated[int, Field(ge=0, le=400)]
    text: Label


class Map(Strict):
    """The drawn surroundings; the salon stands in the middle."""

    areas: Annotated[tuple[MapShape, ...], Field(max_length=40)] = ()
    lines: Annotated[tuple[MapShape, ...], Field(max_length=80)] = ()
    labels: Annotated[tuple[MapLabel, ...], Field(max_length=20)] = ()


class Brand(Strict):
    """What makes one salon's pages look like nobody else's."""

    art: Literal["poster", "arches"] | None = None
    tone: Literal["informal", "polite"] | None = None
    business_type: Annotated[str, Field(pattern=r"^[A-Za-z]{3,40}$")] | None = None
    wordmark: Annotated[tuple[Label, ...], Field(max_length=4)] = ()
    wordmark_small: Label | None = None
    fonts: Fonts = Fonts()
    radius: Plain | None = None
    radius_control: Plain | None = None
    shadow: Plain | None = None
    colours: Colours = Colours()
    map: Map = Map()
