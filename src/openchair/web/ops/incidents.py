"""Incidents: the list, and one with its timeline, clocks and roles. What is done to one is
`incident_acts.py`.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.at_risk import Amount
from openchair.operations.incidents.cost import cost_of
from openchair.operations.incidents.incident import ROLES, SCENARIOS
from openchair.operations.incidents.phases import MAY_FOLLOW
from openchair.operations.incidents.queries import detail_of, list_incidents
from openchair.operations.incidents.settings import IncidentSettings
from openchair.operations.incidents.severity import WORDS
from openchair.platform.errors import Invalid
from openchair.platform.languages.formats import formats_for
from openchair.platform.settings.base import load
from openchair.web.caller import database_of
from openchair.web.cursor import NO_SUCH_PAGE
from openchair.web.forms import Typed
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.lists import PAGE_ROWS, chosen
from openchair.web.ops.pages import render, url

LIVE_SECONDS = 10
LARGEST = 2**62
router = APIRouter()
Reads = Annotated[Operator, Depends(Operates("incidents.read"))]


@router.get("/ops/incidents")
async def show_incidents(request: Request, operator: Reads) -> Response:
    """The newest first; a page at a time."""
    return await incidents_page(request, operator)


@router.get("/ops/incidents/{number:int}")
async def show_incident(request: Request, number: int, operator: Reads) -> Response:
    """One incident, live while it is open."""
    return await incident_page(request, operator, number=number)


async def incidents_page(
    request: Request,
    operator: Operator,
    *,
    typed: Typed | None = None,
    refused: str = "",
) -> Response:
    """The list with the form for a new one, `refused` if it was not taken."""
    which, before = chosen(request, "which", ("open",)), _before(request)
    async with database_of(request).transaction() as session:
        found = await list_incidents(
            session, before=before, only_open=which == "open", limit=PAGE_ROWS
        )
    more = found[-1].number if len(found) == PAGE_ROWS else None
    return render(
        request,
        "incidents.html",
        operator=operator,
        status=422 if refused else 200,
        which=which,
        incidents=found,
        typed=typed or Typed({}),
        refused=refused,
        severities=WORDS,
        scenarios=SCENARIOS,
        first_url=url("/ops/incidents", which=which) if before else "",
        more_url=url("/ops/incidents", which=which, before=more) if more else "",
    )


async def incident_page(
    request: Request,
    operator: Operator,
    *,
    number: int,
    typed: Typed | None = None,
    refused: str = "",
) -> Response:
    """One incident, with the reason why something was not done."""
    if number > LARGEST:
        raise Invalid(NO_SUCH_PAGE)
    async with database_of(request).transaction() as session:
        detail = await detail_of(session, number=number)
        cost = await cost_of(session, detail.incident, now=operator.now)
    incident = detail.incident
    slower = load(IncidentSettings).incident_slower_responses
    return render(
        request,
        "incident.html",
        operator=operator,
        status=422 if refused else 200,
        live=LIVE_SECONDS if incident.is_open and not refused else 0,
        detail=detail,
        cost=cost,
        worth=worth,
        incident=incident,
        response=incident.response(slower=slower),
        resolution=incident.resolution_due(),
        lasted=incident.lasted(now=operator.now),
        next_phases=MAY_FOLLOW[incident.phase],
        role_names=ROLES,
        typed=typed or Typed({}),
        refused=refused,
    )


def worth(amount: Amount) -> str:
    """`3 for CHF 240.00`."""
    formats = formats_for(language="en", country="GB", time_zone="UTC", currency=amount.currency)
    return f"{amount.count} for {formats.money(amount.minor)}"


def _before(request: Request) -> int | None:
    said = request.query_params.get("before", "")
    if not said:
        return None
    if not said.isdecimal() or int(said) > LARGEST:
        raise Invalid(NO_SUCH_PAGE, field="before")
    return int(said)
