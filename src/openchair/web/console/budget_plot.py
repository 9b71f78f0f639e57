"""A bar plot as plain data: drawn by `templates/console/messages/plot.html` without a script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

WIDTH = 10
"""Of one bar with its gap; the picture is as many times that wide, and HEIGHT high."""

HEIGHT = 100
GAP = 2
LEAST = 1.5
"""So that one mail is seen beside a thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar. Only the current one can be `over` the limit: earlier ones had limits of theirs."""

    x: float
    y: float
    height: float
    over: bool
    current: bool
    name: str
    shown: str
    plain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """All bars, the height of the limit's line if it is within the picture, and what stands at
    the axes: `top` is the highest value, `labels` stand under their bars.
    """

    title: str
    head: str
    summary: str
    bars: tuple[Bar, ...]
    width: int
    top: str
    limit_y: float | None
    limit: str
    labels: tuple[str, ...]


def draw(
    *,
    title: str,
    head: str,
    names: Sequence[str],
    values: Sequence[int],
    shown: Callable[[int], str],
    plain: Callable[[int], str],
    labels: Mapping[int, str],
    current: int,
    limit: int | None,
) -> Plot:
    """The plot of `values`. A limit far above everything would flatten it, so it is left out then;
    `shown` writes a value with its unit, `plain` without.
    """
    highest = max(values, default=0)
    with_limit = limit is not None and 0 < limit <= max(2 * highest, 1)
    top = max(highest, limit or 0) if with_limit else highest
    bars = tuple(
        Bar(
            x=place * WIDTH + GAP / 2,
            y=round(HEIGHT - _height(value, top), 2),
            height=_height(value, top),
            over=limit is not None and value > limit and place == current,
            current=place == current,
            name=name,
            shown=shown(value),
            plain=plain(value),
        )
        for place, (name, value) in enumerate(zip(names, values, strict=True))
    )
    best = values.index(highest) if highest else None
    return Plot(
        title=title,
        head=head,
        summary="" if best is None else f"{names[best]}: {shown(highest)}",
        bars=bars,
        width=len(bars) * WIDTH,
        top=plain(top),
        limit_y=round(HEIGHT - (limit or 0) / top * HEIGHT, 2) if with_limit else None,
        limit=shown(limit) if limit is not None and with_limit else "",
        labels=tuple(labels[place] for place in sorted(labels)),
    )


def _height(value: int, top: int) -> float:
    return round(max(value / top * HEIGHT, LEAST), 2) if value else 0.0
