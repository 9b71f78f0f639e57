"""Alerts: what fires, what was, every attempt to tell, and who is told of what and why."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.operations.alerts.explain import explain
from openchair.operations.alerts.queries import (
    Which,
    get_alert,
    last_id,
    list_alerts,
    list_attempts,
)
from openchair.operations.alerts.rules import list_rules
from openchair.operations.alerts.severity import SEVERITIES
from openchair.platform.errors import NotFound
from openchair.web.caller import database_of
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.lists import PAGE_ROWS, chosen, read_id
from openchair.web.ops.now import notice_of
from openchair.web.ops.pages import render, url

LIVE_SECONDS = 10
MOST_NAME = 80
WHICH: dict[str, Which] = {"open": "open", "history": "history", "held": "held"}
OUTCOMES = ("sent", "failed", "held")
router = APIRouter()
Reads = Annotated[Operator, Depends(Operates("alerts.read"))]


@router.get("/ops/alerts")
async def show_alerts(request: Request, operator: Reads) -> Response:
    """Open ones, all that ever fired, or what a storm held back; a page at a time."""
    which = WHICH[chosen(request, "which", WHICH) or "open"]
    severity = chosen(request, "severity", SEVERITIES)
    name = request.query_params.get("name", "")[:MOST_NAME].strip()
    before = read_id(request)
    async with database_of(request).transaction() as session:
        found = await list_alerts(
            session,
            which=which,
            name=name or None,
            severity=severity or None,
            before=before,
            limit=PAGE_ROWS,
        )
    here = {"which": which, "severity": severity, "name": name}
    more = last_id(found, limit=PAGE_ROWS)
    return render(
        request,
        "alerts.html",
        operator=operator,
        live=LIVE_SECONDS if which == "open" and not before else 0,
        which=which,
        severity_chosen=severity,
        name=name,
        severities=SEVERITIES,
        alerts=found,
        first_url=url("/ops/alerts", **here) if before else "",
        more_url=url("/ops/alerts", **here, before=more) if more else "",
        open_to_take=[
            each for each in found if each.is_firing and not each.is_acknowledged(operator.now)
        ],
        notice=notice_of(request, found),
    )


@router.get("/ops/alerts/{alert_id:uuid}")
async def show_alert(request: Request, alert_id: UUID, operator: Reads) -> Response:
    """One alert: what it says, what to do, who was told, and the attempts."""
    before = read_id(request)
    async with database_of(request).transaction() as session:
        alert = await get_alert(session, alert_id=alert_id)
        attempts = await list_attempts(session, alert_id=alert_id, before=before, limit=PAGE_ROWS)
        rule = (await list_rules(session)).get(alert.name)
    more = last_id(attempts, limit=PAGE_ROWS)
    here = f"/ops/alerts/{alert_id}"
    can_take = alert.is_firing and not alert.is_acknowledged(operator.now)
    return render(
        request,
        "alert.html",
        operator=operator,
        alert=alert,
        rule=rule,
        attempts=attempts,
        first_url=here if before else "",
        more_url=url(here, before=more) if more else "",
        open_to_take=[alert] if can_take else [],
        is_taken=alert.is_firing and not can_take,
        notice=notice_of(request, [alert]),
    )


@router.get("/ops/attempts")
async def show_attempts(request: Request, operator: Reads) -> Response:
    """Every attempt to tell somebody, the newest first."""
    outcome, before = chosen(request, "outcome", OUTCOMES), read_id(request)
    async with database_of(request).transaction() as session:
        found = await list_attempts(
            session, outcome=outcome or None, before=before, limit=PAGE_ROWS
        )
    more = last_id(found, limit=PAGE_ROWS)
    return render(
        request,
        "attempts.html",
        operator=operator,
        attempts=found,
        outcome=outcome,
        outcomes=OUTCOMES,
        first_url=url("/ops/attempts", outcome=outcome) if before else "",
        more_url=url("/ops/attempts", outcome=outcome, before=more) if more else "",
    )


@router.get("/ops/rules")
async def show_rules(request: Request, operator: Reads) -> Response:
    """Every rule, and of the one that is named who is told now, and why or why not."""
    name = request.query_params.get("name", "")[:MOST_NAME].strip()
    async with database_of(request).transaction() as session:
        rules = await list_rules(session)
        if name and name not in rules:
            raise NotFound(f"There is no rule {name}.", code="rule_not_found")
        told = await explain(session, name=name, at=operator.now, is_now=True) if name else None
    return render(
        request,
        "rules.html",
        operator=operator,
        told=told,
        rules=sorted(rules.values(), key=lambda each: (each.component, each.name)),
    )
