"""A salon's pictures as its pages show them: addresses, widths to choose from, and the room to keep
free until one is there. Pure.
"""

from dataclasses import dataclass

from openchair.media.queries import Shape
from openchair.web.media import picture_address
from openchair.web.public.site import Site

SHARP = 2
"""Pixels of the finest usual screens for one of the page's."""


@dataclass(frozen=True, slots=True)
class PictureView:
    """What an `img` needs; width and height in pixels are those of the picture it begins with."""

    src: str
    srcset: str
    width: int
    height: int


def view_picture(*, site: Site, shape: Shape | None, shown: int) -> PictureView | None:
    """The picture where it is about `shown` pixels of the page wide; None where there is none."""
    if shape is None:
        return None
    widths = sorted({shape.width_for(shown), shape.width_for(SHARP * shown)})
    addresses = [(each, picture_address(site.salon.slug, shape.id, each)) for each in widths]
    return PictureView(
        src=addresses[0][1],
        srcset=", ".join(f"{address} {each}w" for each, address in addresses),
        width=widths[0],
        height=max(1, round(shape.height * widths[0] / shape.width)),
    )
