"""What a report is asked for: a period, and perhaps one stylist. Read from the query."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from starlette.datastructures import QueryParams
from starlette.requests import Request

from openchair.booking.catalogue.queries import Catalogue
from openchair.booking.reports.period import PRESETS, Period, chosen, preset
from openchair.identity.accounts.permissions import Reach
from openchair.platform.errors import Invalid
from openchair.web.console.day import read_date
from openchair.web.console.door import Desk

NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """`name` is the preset's, or "dates"; `is_own` when this person sees their own figures only."""

    name: str
    period: Period
    staff_id: UUID | None
    is_own: bool
    today: date

    def url(self, desk: Desk, report: str, **changed: str) -> str:
        """The page of a report with this wish, or with something of it changed."""
        dates = {"first": self.period.first.isoformat(), "last": self.period.last.isoformat()}
        asked = dates if self.name == "dates" else {"period": self.name}
        staff = "" if self.is_own else str(self.staff_id or "")
        return desk.url(report_path(report), **{**asked, "staff": staff, **changed})


def report_path(report: str) -> str:
    """The path of a report; the overview is the first."""
    return f"/reports/{report}" if report else "/reports"


def read_wish(desk: Desk, request: Request, *, catalogue: Catalogue) -> Wish:
    """The wish; without any it is this month. Raises `Invalid` on a field of the query."""
    query = request.query_params
    today = desk.formats.local(desk.now).date()
    if query.get("first") or query.get("last"):
        name, period = "dates", chosen(first=_date(query, "first"), last=_date(query, "last"))
    else:
        name = query.get("period", "month")
        if name not in PRESETS:
            raise Invalid("We do not know this period. Please choose another.", field="period")
        period = preset(name, today=today)
    is_own = desk.reach is Reach.OWN
    return Wish(
        name=name,
        period=period,
        staff_id=desk.membership.staff_id or NOBODY
        if is_own
        else _staff(query.get("staff", ""), catalogue),
        is_own=is_own,
        today=today,
    )


def _date(query: QueryParams, field: str) -> date:
    try:
        return read_date(query.get(field, ""))
    except Invalid as problem:
        raise Invalid(problem.message, field=field) from None


def _staff(text: str, catalogue: Catalogue) -> UUID | None:
    if not text:
        return None
    try:
        found = UUID(text)
    except ValueError:
        found = NOBODY
    if catalogue.member(found) is None:
        raise Invalid("We do not know this person. Please choose another.", field="staff")
    return found
