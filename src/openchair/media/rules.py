"""What is accepted as a picture and which sizes are made of it. Pure."""

MOST_BYTES = 15_000_000
MOST_PIXELS = 50_000_000
LEAST_SIDE = 16
WIDTHS = (160, 320, 640, 1280)
"""Pixels. A picture is kept in those that are narrower than itself, and in its own."""

PURPOSES = ("service", "staff", "client")
PUBLIC_PURPOSES = ("service", "staff")
"""What any visitor of the salon's site may see; the others never leave the console."""

CONTENT_TYPE = "image/webp"


def widths_of(width: int) -> tuple[int, ...]:
    """The widths in which a picture is kept whose largest is `width`, the narrowest first."""
    return (*(each for each in WIDTHS if each < width), width)


def kept_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of the largest one kept: never larger than it came."""
    if width <= WIDTHS[-1]:
        return width, height
    return WIDTHS[-1], max(1, round(height * WIDTHS[-1] / width))
