"""Silences: what nobody is told of, until when and why. Every one has an end, and can be ended."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.operations.alerts.rules import list_rules
from openchair.operations.alerts.severity import SEVERITIES
from openchair.operations.alerts.silences import list_silences, silence, unsilence
from openchair.platform.errors import Conflict, Invalid
from openchair.web.caller import database_of
from openchair.web.forms import Typed, read_form
from openchair.web.ops.acts import carry_out
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.lists import PAGE_ROWS, read_id
from openchair.web.ops.pages import render, see_other, url

HOURS = (1, 4, 12, 24, 72)
MOST_NAME = 80
router = APIRouter()


@router.get("/ops/silences")
async def show_silences(
    request: Request, operator: Annotated[Operator, Depends(Operates("alerts.read"))]
) -> Response:
    """Those that hold, those that are over, and the form for a new one."""
    return await _page(request, operator, typed=Typed(dict(request.query_params)))


@router.post("/ops/silences")
async def press_silence(
    request: Request, operator: Annotated[Operator, Depends(Operates("alerts.manage"))]
) -> Response:
    """Begin one, or show the form again with what was typed."""
    typed = await read_form(request)
    try:
        await carry_out(
            request,
            operator,
            silence,
            name=typed.trimmed("name")[:MOST_NAME] or None,
            component=typed.trimmed("component")[:MOST_NAME] or None,
            severity=typed.trimmed("severity") or None,
            reason=typed["reason"],
            ends_at=operator.now + timedelta(hours=_hours(typed["hours"])),
            author=operator.author,
            now=operator.now,
        )
    except (Invalid, Conflict) as problem:
        return await _page(request, operator, typed=typed, refused=problem.message, status=422)
    return see_other("/ops/silences")


@router.post("/ops/silences/{silence_id:uuid}/end")
async def press_end(
    request: Request,
    silence_id: UUID,
    operator: Annotated[Operator, Depends(Operates("alerts.manage"))],
) -> Response:
    """Tell of it again from now on."""
    await carry_out(request, operator, unsilence, silence_id=silence_id, now=operator.now)
    return see_other("/ops/silences")


def _hours(said: str) -> int:
    """One of those that are offered. Raises `Invalid`."""
    if not said.isdecimal() or int(said) not in HOURS:
        raise Invalid("Please choose how long it is to be silent.", field="hours")
    return int(said)


async def _page(
    request: Request, operator: Operator, *, typed: Typed, refused: str = "", status: int = 200
) -> Response:
    before = read_id(request)
    async with database_of(request).transaction() as session:
        found = await list_silences(session, ended=True, before=before, limit=PAGE_ROWS)
        rules = await list_rules(session)
    return render(
        request,
        "silences.html",
        operator=operator,
        status=status,
        silences=found,
        typed=typed,
        refused=refused,
        hours=HOURS,
        severities=SEVERITIES,
        names=sorted(rules),
        components=sorted({each.component for each in rules.values()}),
        first_url="/ops/silences" if before else "",
        more_url=url("/ops/silences", before=found[-1].id) if len(found) == PAGE_ROWS else "",
    )
