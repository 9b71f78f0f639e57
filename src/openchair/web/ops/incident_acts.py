"""What is done to incidents: open one, take it on, say how it stands, note, move, resolve, reopen,
give somebody a role. Each is one form of the pages of `incidents.py`.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.operations.incidents.close import close_incident, reopen_incident
from openchair.operations.incidents.open import open_incident
from openchair.operations.incidents.phases import acknowledge, move
from openchair.operations.incidents.queries import get_incident
from openchair.operations.incidents.roles import assign_role
from openchair.operations.incidents.severity import read_severity
from openchair.operations.incidents.tell import What, tell
from openchair.operations.incidents.timeline import note
from openchair.operations.incidents.update import post_update
from openchair.platform.errors import Conflict, Invalid
from openchair.web.caller import database_of
from openchair.web.forms import Typed, read_form
from openchair.web.ops.acts import carry_out
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.incidents import incident_page, incidents_page
from openchair.web.ops.pages import see_other

router = APIRouter()
Manages = Annotated[Operator, Depends(Operates("incidents.manage"))]


@router.post("/ops/incidents")
async def press_open(request: Request, operator: Manages) -> Response:
    """Open one by hand."""
    typed = await read_form(request)
    try:
        opened = await carry_out(
            request,
            operator,
            open_incident,
            description=typed["description"],
            impact=typed["impact"],
            severity=read_severity(typed["severity"]),
            scenario=typed["scenario"] or "other",
            is_public=bool(typed["public"]),
            commander=operator.author if typed["lead"] else "",
            author=operator.author,
            now=operator.now,
        )
    except (Invalid, Conflict) as problem:
        return await incidents_page(request, operator, typed=typed, refused=problem.message)
    await tell(database_of(request), opened, what="opened", status=opened.description)
    return see_other(f"/ops/incidents/{opened.number}")


@router.post("/ops/incidents/{number:int}/acknowledge")
async def press_acknowledge(request: Request, number: int, operator: Manages) -> Response:
    """Take it on; the response clock stops."""
    return await _do(request, operator, acknowledge, number=number)


@router.post("/ops/incidents/{number:int}/update")
async def press_update(request: Request, number: int, operator: Manages) -> Response:
    """A word on how it stands, to the channels, and to the public if so wished."""
    typed = await read_form(request)
    return await _do(
        request,
        operator,
        post_update,
        told="update",
        said=typed["message"],
        number=number,
        typed=typed,
        message=typed["message"],
        is_public=bool(typed["public"]),
    )


@router.post("/ops/incidents/{number:int}/note")
async def press_note(request: Request, number: int, operator: Manages) -> Response:
    """A line of the timeline, for the team alone."""
    typed = await read_form(request)
    return await _do(request, operator, note, number=number, typed=typed, words=typed["words"])


@router.post("/ops/incidents/{number:int}/phase")
async def press_phase(request: Request, number: int, operator: Manages) -> Response:
    """On to another phase, or back."""
    phase = (await read_form(request))["phase"]
    return await _do(request, operator, move, number=number, phase=phase)


@router.post("/ops/incidents/{number:int}/role")
async def press_role(request: Request, number: int, operator: Manages) -> Response:
    """Give somebody a role."""
    typed = await read_form(request)
    return await _do(
        request,
        operator,
        assign_role,
        number=number,
        typed=typed,
        role=typed["role"],
        name=typed["name"],
    )


@router.post("/ops/incidents/{number:int}/resolve")
async def press_resolve(request: Request, number: int, operator: Manages) -> Response:
    """It is over: how it was resolved. The channels hear it; reopening takes it back."""
    typed = await read_form(request)
    return await _do(
        request,
        operator,
        close_incident,
        told="resolved",
        said=typed["resolution"],
        number=number,
        typed=typed,
        resolution=typed["resolution"],
    )


@router.post("/ops/incidents/{number:int}/reopen")
async def press_reopen(request: Request, number: int, operator: Manages) -> Response:
    """It is not over after all."""
    typed = await read_form(request)
    return await _do(
        request, operator, reopen_incident, number=number, typed=typed, reason=typed["reason"]
    )


async def _do(
    request: Request,
    operator: Operator,
    verb: Any,
    *,
    number: int,
    typed: Typed | None = None,
    told: What | None = None,
    said: str = "",
    **which: Any,
) -> Response:
    """Run the verb, tell the channels what was `said` where that is to be told, and show the
    incident; or show it with the reason why it was not done.
    """
    try:
        await carry_out(
            request,
            operator,
            verb,
            number=number,
            author=operator.author,
            now=operator.now,
            **which,
        )
    except (Invalid, Conflict) as problem:
        return await incident_page(
            request, operator, number=number, typed=typed, refused=problem.message
        )
    if told is not None:
        async with database_of(request).transaction() as session:
            incident = await get_incident(session, number=number)
        await tell(database_of(request), incident, what=told, status=said)
    return see_other(f"/ops/incidents/{number}")
