"""Budgets of every salon in its month: what was used, what it cost, what waits for the next."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.notifications.budgets.queries import ThisMonth, month_of, this_month
from openchair.platform.probes import graded
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings
from openchair.salons.queries import Salon, get_salon, list_salons
from openchair.web.caller import database_of
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.pages import render, url

SALONS = 25
MOST_SLUG = 80
MICROS = 1_000_000
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One salon's month on one channel; `percent` is None without a limit."""

    salon: str
    slug: str
    channel: str
    used: int
    limit: int | None
    percent: float | None
    state: str
    at_cap: str
    waiting: int
    left_out: int
    cost: str
    month: str


@router.get("/ops/budgets")
async def show_budgets(
    request: Request, operator: Annotated[Operator, Depends(Operates("budgets.read"))]
) -> Response:
    """Salon by salon, a page at a time; within a page the fullest first."""
    after = request.query_params.get("after", "")[:MOST_SLUG]
    async with database_of(request).transaction() as session:
        salons = await list_salons(session, limit=SALONS + 1, after=after or None)
        lines = [
            line
            for each in salons[:SALONS]
            for line in await _lines(session, operator, await get_salon(session, slug=each.slug))
        ]
    more = len(salons) > SALONS
    return render(
        request,
        "budgets.html",
        operator=operator,
        lines=sorted(lines, key=lambda each: -(each.percent or 0)),
        first_url="/ops/budgets" if after else "",
        more_url=url("/ops/budgets", after=salons[SALONS - 1].slug) if more else "",
    )


async def _lines(session: AsyncSession, operator: Operator, salon: Salon) -> list[Line]:
    month = month_of(operator.now, time_zone=salon.time_zone)
    return [
        _line(salon, each) for each in await this_month(session, salon_id=salon.id, month=month)
    ]


def _line(salon: Salon, found: ThisMonth) -> Line:
    limit, used = found.budget.limit, found.usage.used
    percent = 100 * used / limit if limit else None
    thresholds = load(ThresholdSettings)
    state = graded(
        percent or 0,
        warning=thresholds.budget_warning_percent,
        critical=thresholds.budget_critical_percent,
    )
    cost, currency = found.usage.cost_micros / MICROS, found.usage.cost_currency
    return Line(
        salon=salon.name,
        slug=salon.slug,
        channel=found.budget.channel,
        used=used,
        limit=limit,
        percent=percent,
        state=state.value,
        at_cap=found.budget.at_cap.replace("_", " "),
        waiting=found.waiting,
        left_out=found.left_out,
        cost=f"{cost:,.2f} {currency}" if currency else "–",
        month=f"{found.usage.month:%B %Y}",
    )
