"""A small curve as the points of an SVG polyline. Pure; the words beside it carry the meaning."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 120, 28
EDGE = 2
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Sparkline:
    """`points` is empty while there is too little to draw; `threshold` is the warning's height, if
    it is within the picture.
    """

    points: str
    threshold: float | None


def draw(values: Sequence[tuple[float, float]], *, warning: float | None) -> Sparkline:
    """From 0 to the highest value, or to the threshold if the values come near it."""
    if len(values) < FEWEST:
        return Sparkline("", None)
    first, last = values[0][0], values[-1][0]
    highest = max(value for _, value in values)
    near = warning is not None and highest >= warning / 2
    top = max(highest, warning if near and warning else 0.0) or 1.0
    length = (last - first) or 1.0

    def height(value: float) -> float:
        return round(HEIGHT - EDGE - value / top * (HEIGHT - 2 * EDGE), 1)

    points = " ".join(
        f"{round((at - first) / length * WIDTH, 1)},{height(value)}" for at, value in values
    )
    return Sparkline(points, height(warning) if near and warning is not None else None)
