"""Plots of the time series, each with its table. Without scripts they are pictures in SVG; a script
draws them anew from the very table, to be measured and zoomed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.operations.metrics.queries import Line, lines
from openchair.operations.metrics.rules import QUIET_ROUTES
from openchair.platform.metrics.catalogue import HTTP_REQUESTS
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings
from openchair.web.caller import database_of
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.lists import chosen
from openchair.web.ops.pages import render
from openchair.web.ops.series import DRAWINGS, Series, read

RANGES = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
POINTS = 120
WIDTH, HEIGHT = 600, 100
FEWEST = 2
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One line as points of an SVG, and its last value in words."""

    name: str
    points: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One plot: `rows` are moments, the newest first, each with a value for every line or None."""

    key: str
    title: str
    unit: str
    top: str
    limit: float | None
    limit_y: float | None
    pictures: tuple[Picture, ...]
    rows: tuple[tuple[datetime, tuple[float | None, ...]], ...]


@router.get("/ops/plots")
async def show_plots(
    request: Request, operator: Annotated[Operator, Depends(Operates("plots.read"))]
) -> Response:
    """All plots of the last hour, or of another stretch."""
    length = chosen(request, "range", RANGES) or "1h"
    until = operator.now
    since = until - RANGES[length]
    limits = load(ThresholdSettings)
    thresholds = {"response-time": float(limits.response_time_warning_ms)}
    plots = []
    async with database_of(request).transaction() as session:
        for drawing in DRAWINGS:
            series = await read(session, drawing, since=since, until=until, points=POINTS)
            plots.append(
                plot(
                    drawing.key,
                    drawing.title,
                    drawing.unit,
                    series,
                    since=since,
                    until=until,
                    limit=thresholds.get(drawing.key),
                )
            )
        requests = await lines(
            session,
            name=HTTP_REQUESTS.name,
            since=since,
            until=until,
            by=("route", "status"),
            points=POINTS,
        )
    shares = error_share(requests)
    plots.insert(
        1,
        plot(
            "error-rate",
            "Errors, share of all answers",
            "%",
            [shares] if shares.values else [],
            since=since,
            until=until,
            limit=limits.error_rate_warning_percent,
        ),
    )
    return render(
        request,
        "plots.html",
        operator=operator,
        plots=plots,
        ranges=tuple(RANGES),
        length=length,
        since=since,
        until=until,
    )


def error_share(found: Sequence[Line]) -> Series:
    """5xx of all answers in percent, at each moment with any; who asks how we are is left out."""
    asked: dict[datetime, float] = {}
    failed: dict[datetime, float] = {}
    for line in found:
        if line.labels.get("route") in QUIET_ROUTES:
            continue
        for point in line.points:
            asked[point.at] = asked.get(point.at, 0.0) + point.sum.total
            if line.labels.get("status") == "5xx":
                failed[point.at] = failed.get(point.at, 0.0) + point.sum.total
    values = {at: 100 * failed.get(at, 0.0) / number for at, number in asked.items() if number}
    return Series(name="5xx", values=values)


def plot(
    key: str,
    title: str,
    unit: str,
    series: Sequence[Series],
    *,
    since: datetime,
    until: datetime,
    limit: float | None = None,
) -> Plot:
    """Pure: lay the lines out in one picture and one table."""
    moments = sorted({at for each in series for at in each.values}, reverse=True)
    highest = max((value for each in series for value in each.values.values()), default=0.0)
    near = limit is not None and highest >= limit / 2
    top = max(highest, limit or 0.0) if near else highest
    seconds = (until - since).total_seconds()

    def drawn(each: Series) -> Picture:
        points = [
            f"{(at - since).total_seconds() / seconds * WIDTH:.1f},"
            f"{HEIGHT - value / (top or 1.0) * HEIGHT:.1f}"
            for at, value in sorted(each.values.items())
        ]
        newest = each.values[max(each.values)] if each.values else None
        return Picture(
            name=each.name,
            points=" ".join(points) if len(points) >= FEWEST else "",
            last="–" if newest is None else f"{number(newest)} {unit}".strip(),
        )

    return Plot(
        key=key,
        title=title,
        unit=unit,
        top=f"{number(top)} {unit}".strip(),
        limit=limit,
        limit_y=round(HEIGHT - limit / top * HEIGHT, 1) if near and limit is not None else None,
        pictures=tuple(drawn(each) for each in series),
        rows=tuple((at, tuple(each.values.get(at) for each in series)) for at in moments),
    )


def number(value: float) -> str:
    """With as many digits as matter."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
