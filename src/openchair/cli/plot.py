"""Small plots out of characters: one line, one column a value."""

from collections.abc import Sequence
from itertools import pairwise

BLOCKS = " ▁▂▃▄▅▆▇█"
WIDEST = 72


def bars(values: Sequence[float], *, width: int = WIDEST) -> str:
    """Each value as a bar from zero to the greatest; many values are averaged to fit `width`."""
    if not values:
        return ""
    shrunk = _shrunk(values, width)
    most = max(shrunk) or 1.0
    return "".join(BLOCKS[_height(each / most, each)] for each in shrunk)


def trend(values: Sequence[float], *, width: int = WIDEST) -> str:
    """Each value between the least and the greatest, so that small changes show."""
    if not values:
        return ""
    shrunk = _shrunk(values, width)
    least, most = min(shrunk), max(shrunk)
    if most == least:
        return BLOCKS[4] * len(shrunk)
    return "".join(BLOCKS[1 + round((each - least) / (most - least) * 7)] for each in shrunk)


def _height(share: float, value: float) -> int:
    return max(1, round(share * 8)) if value > 0 else 0


def _shrunk(values: Sequence[float], width: int) -> list[float]:
    if len(values) <= width:
        return [*values]
    edges = [len(values) * place // width for place in range(width + 1)]
    return [sum(values[a:b]) / (b - a) for a, b in pairwise(edges)]
