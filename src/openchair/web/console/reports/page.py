"""The pages of the reports and their CSV: one period, five looks at it."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.catalogue.queries import get_catalogue
from openchair.platform.errors import Invalid
from openchair.web.console.client_data.download import csv_headers
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.pages import render
from openchair.web.console.reports.tables import write_csv
from openchair.web.console.reports.views import READERS, Reader, Report
from openchair.web.console.reports.wish import Wish, read_wish, report_path

PERMISSION = {"clients": "reports.clients"}
"""A report that is about the whole salon is not for a stylist."""

router = APIRouter()


async def _read(request: Request, desk: Desk, reader: Reader) -> tuple[Wish, Report]:
    async with database_of(request).transaction() as session:
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
        wish = read_wish(desk, request, catalogue=catalogue)
        return wish, await reader(session, desk, wish, catalogue)


def _show(name: str) -> Callable[..., Awaitable[Response]]:
    async def show(
        request: Request,
        desk: Annotated[Desk, Depends(May(PERMISSION.get(name, "reports.read")))],
    ) -> Response:
        wrong: dict[str, str] = {}
        try:
            wish, report = await _read(request, desk, READERS[name])
        except Invalid as problem:
            wrong = {problem.field or "period": desk.words.text(problem.message)}
            request.scope["query_string"] = b""
            request = Request(request.scope, request.receive)
            wish, report = await _read(request, desk, READERS[name])
        return await _page(request, desk, name, wish=wish, report=report, wrong=wrong)

    show.__doc__ = f"The report {name or 'overview'}."
    return show


def _send(name: str) -> Callable[..., Awaitable[Response]]:
    async def send(
        request: Request, desk: Annotated[Desk, Depends(May("reports.export"))]
    ) -> Response:
        wish, report = await _read(request, desk, READERS[name])
        tables = (*report.tables, *((report.heat,) if report.heat else ()))
        period = f"{wish.period.first}_{wish.period.last}"
        file = f"{desk.salon.slug}-{name or 'overview'}-{period}.csv"
        return Response(
            "\ufeff" + write_csv(tables),  # the mark by which spreadsheets know UTF-8
            headers=csv_headers(file),
        )

    send.__doc__ = f"The report {name or 'overview'} as CSV."
    return send


for each in READERS:
    router.add_api_route(f"/console/{{salon}}{report_path(each)}", _show(each), methods=["GET"])
    router.add_api_route(
        f"/console/{{salon}}/reports/{each or 'overview'}.csv", _send(each), methods=["GET"]
    )


async def _page(
    request: Request,
    desk: Desk,
    name: str,
    *,
    wish: Wish,
    report: Report,
    wrong: dict[str, str],
) -> Response:
    async with database_of(request).transaction() as session:
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    say, full_date = desk.words.text, desk.formats.full_date
    tabs = {
        "": say("Overview"),
        "team": say("Team"),
        "hours": say("Hours"),
        "services": say("Services"),
        "clients": say("Clients"),
    }
    periods = {
        "today": say("Today"),
        "week": say("This week"),
        "month": say("This month"),
        "last_month": say("Last month"),
        "quarter": say("This quarter"),
        "year": say("This year"),
    }
    before = wish.period.before()
    return render(
        "reports/report.html",
        words=desk.words,
        desk=desk,
        status=422 if wrong else 200,
        name=name,
        wish=wish,
        report=report,
        wrong=wrong,
        tabs=[
            (key, words, wish.url(desk, key))
            for key, words in tabs.items()
            if desk.may(PERMISSION.get(key, "reports.read"))
        ],
        periods=[
            (key, words, wish.url(desk, name, first="", last="", period=key))
            for key, words in periods.items()
        ],
        stylists=[] if wish.is_own else catalogue.staff,
        action=desk.url(report_path(name)),
        title=f"{full_date(wish.period.first)} – {full_date(wish.period.last)}"
        if wish.period.days > 1
        else full_date(wish.period.first),
        compared=f"{full_date(before.first)} – {full_date(before.last)}"
        if before.days > 1
        else full_date(before.first),
        csv_url=wish.url(desk, f"{name or 'overview'}.csv") if desk.may("reports.export") else "",
        currency=desk.salon.currency,
    )
