"""A brand as mail programs understand it: hexadecimal colours, safe font stacks, plain radii."""

from dataclasses import dataclass

from openchair.salons.branding.brand import Brand

STACKS = {
    "inter-tight": "'Inter Tight', 'Helvetica Neue', Helvetica, Arial, sans-serif",
    "archivo": "Archivo, 'Helvetica Neue', Helvetica, Arial, sans-serif",
    "mulish": "Mulish, 'Avenir Next', 'Segoe UI', Helvetica, Arial, sans-serif",
    "cormorant": "'Cormorant', 'Cormorant Garamond', Georgia, 'Times New Roman', serif",
    "fraunces": "Fraunces, Georgia, 'Times New Roman', serif",
}
SANS = "'Helvetica Neue', Helvetica, Arial, sans-serif"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The tokens of one brand for a mail; `art` chooses how the time is staged."""

    art: str
    align: str
    wordmark: tuple[str, ...]
    wordmark_small: str
    display: str
    text: str
    weight: int
    tracking: str
    radius: str
    radius_control: str
    paper: str
    surface: str
    ink: str
    soft: str
    line: str
    action: str
    on_action: str
    signal: str
    deep: str
    on_deep: str


def look_of(brand: Brand) -> Look:
    """Turn a brand's tokens into a mail's."""
    palette = brand.palette
    return Look(
        art=brand.art,
        align="left" if brand.art == "poster" else "center",
        wordmark=brand.wordmark,
        wordmark_small=brand.wordmark_small,
        display=STACKS.get(brand.fonts.display, SANS),
        text=STACKS.get(brand.fonts.text, SANS),
        weight=brand.fonts.display_weight,
        tracking=brand.fonts.display_tracking,
        radius=brand.radius,
        radius_control=brand.radius_control,
        paper=palette.paper.hex,
        surface=palette.surface.hex,
        ink=palette.ink.hex,
        soft=palette.soft.hex,
        line=palette.line.hex,
        action=palette.action.hex,
        on_action=palette.on_action.hex,
        signal=palette.signal.hex,
        deep=palette.deep.hex,
        on_deep=palette.on_deep.hex,
    )
