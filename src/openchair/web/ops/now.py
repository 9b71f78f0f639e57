"""The first page: one sentence, the button that helps, and the tiles. An owner sees the sentence in
plain words, what it means for the salon, and one safe button (`owner.py`).
"""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.notifications.waiting import list_waiting
from openchair.operations.alerts.acknowledge import acknowledge, unacknowledge
from openchair.operations.alerts.alert import Alert
from openchair.operations.alerts.queries import list_alerts
from openchair.operations.alerts.rules import list_rules
from openchair.operations.alerts.severity import badness
from openchair.operations.alerts.silences import list_silences
from openchair.operations.diagnostics.sentence import say
from openchair.operations.incidents.queries import open_incidents
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid, NotFound
from openchair.platform.settings.base import load
from openchair.platform.settings.thresholds import ThresholdSettings
from openchair.web.caller import database_of
from openchair.web.forms import own_address, read_form
from openchair.web.ops.banners import banners
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.owner import show_owner
from openchair.web.ops.pages import render, see_other, url
from openchair.web.ops.recent import Recent
from openchair.web.ops.tiles import state_of, tiles

LIVE_SECONDS = 5
MOST_ALERTS = 100
MOST_SHOWN = 8
MOST_SILENCES = 50
router = APIRouter()


@router.get("/ops")
async def show_now(
    request: Request, operator: Annotated[Operator, Depends(Operates("now.read"))]
) -> Response:
    """How everything is."""
    readings = dict(request.app.state.prober.latest)
    async with database_of(request).transaction() as session:
        alerts = await list_alerts(session, limit=MOST_ALERTS)
        silences = await list_silences(session, limit=MOST_SILENCES)
        incidents = await open_incidents(session)
        rules = await list_rules(session)
        waiting = sum(each.due for each in await list_waiting(session))
    sentence = say(alerts=alerts, readings=readings, rules=rules, waiting=waiting, now=operator.now)
    if operator.role == "owner":
        return await show_owner(request, operator, sentence=sentence)
    recent: Recent = request.app.state.recent
    firing = sorted(
        (each for each in alerts if each.is_firing), key=lambda each: badness(each.severity)
    )
    return render(
        request,
        "now.html",
        operator=operator,
        live=LIVE_SECONDS,
        sentence=sentence,
        banners=banners(alerts, silences, now=operator.now),
        open_to_take=[each for each in firing if not each.is_acknowledged(operator.now)],
        firing=firing[:MOST_SHOWN],
        more_firing=max(0, len(firing) - MOST_SHOWN),
        incidents=incidents[:MOST_SHOWN],
        tiles=tiles(
            readings, limits=load(ThresholdSettings), values=recent.values, now=operator.now
        ),
        state_of=state_of,
        readings=sorted(readings.values(), key=lambda each: each.name),
        notice=notice_of(request, alerts),
    )


@router.post("/ops/acknowledge")
async def press_acknowledge(
    request: Request, operator: Annotated[Operator, Depends(Operates("alerts.manage"))]
) -> Response:
    """Take on the alerts that the page named; those that ended meanwhile are left."""
    typed = await read_form(request)
    wanted = _ids(typed["alerts"])

    async def work(session: AsyncSession) -> int:
        return await _each(session, wanted, acknowledge, author=operator.author, operator=operator)

    taken = await attempt(database_of(request), work)
    back = own_address(typed["back"], root="/ops", otherwise="/ops")
    if not taken:
        return see_other(back)
    return see_other(url(back, took=",".join(map(str, wanted))))


@router.post("/ops/unacknowledge")
async def press_unacknowledge(
    request: Request, operator: Annotated[Operator, Depends(Operates("alerts.manage"))]
) -> Response:
    """Give them back: they are told again."""
    typed = await read_form(request)
    wanted = _ids(typed["alerts"])

    async def work(session: AsyncSession) -> int:
        return await _each(session, wanted, unacknowledge, operator=operator)

    await attempt(database_of(request), work)
    return see_other(own_address(typed["back"], root="/ops", otherwise="/ops"))


async def _each(
    session: AsyncSession, wanted: list[UUID], verb: Any, *, operator: Operator, **more: Any
) -> int:
    if verb is acknowledge:
        more["now"] = operator.now
    done = 0
    for alert_id in wanted:
        try:
            await verb(session, alert=alert_id, by=operator.actor, **more)
        except NotFound:  # it ended while the page was read: nothing to take on any more
            continue
        done += 1
    return done


def _ids(said: str) -> list[UUID]:
    """The ids that a form or an address names. Raises `Invalid`."""
    try:
        return [UUID(each) for each in said.split(",") if each][:MOST_ALERTS]
    except ValueError:
        raise Invalid("This page does not know these alerts.", field="alerts") from None


def notice_of(request: Request, alerts: Sequence[Alert]) -> dict[str, Any] | None:
    """What was just taken on here, with its undo; only while it still holds."""
    took = set(_ids(request.query_params.get("took", "")))
    mine = [each for each in alerts if each.id in took and each.acknowledged_by]
    if not mine:
        return None
    return {"count": len(mine), "ids": ",".join(str(each.id) for each in mine)}
