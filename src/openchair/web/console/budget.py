"""What the salon may send in a month, how much it has, and what happens when that is used up."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.accounts.queries import names_of
from openchair.identity.audit.queries import Act, list_acts
from openchair.notifications.budgets.queries import CHANNELS, days, month_of, months, this_month
from openchair.notifications.budgets.rules import check_at_cap
from openchair.notifications.budgets.settings import BudgetSettings
from openchair.operations.messages.budget import RESOURCE, change_budget
from openchair.operations.messages.read_limit import read_limit
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid
from openchair.platform.settings.base import load
from openchair.web.console.budget_view import (
    Form,
    at_once,
    choices,
    last_months,
    month_name,
    number,
    view_channel,
)
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other

HISTORY = 10
router = APIRouter()


@router.get("/console/{salon}/budget")
async def show_budget(
    request: Request, desk: Annotated[Desk, Depends(May("budget.read"))]
) -> Response:
    """This month of each channel, its days, the last twelve months, and who changed what."""
    return await _page(request, desk, saved="did" in request.query_params)


@router.post("/console/{salon}/budget")
async def save_budget(
    request: Request, desk: Annotated[Desk, Depends(May("budget.manage"))]
) -> Response:
    """Set one channel's limit; one that is reached already has to be meant."""
    typed = await read_form(request)
    channel, at_cap = typed["channel"], typed["at_cap"]
    if channel not in CHANNELS:
        raise Invalid("Please choose mails or SMS.", field="channel")
    form = Form(limit=typed.trimmed("limit"), at_cap=at_cap)
    try:
        limit = _read_limit(form.limit)
        check_at_cap(at_cap)
    except Invalid as problem:
        wrong = {f"{problem.field}-{channel}": desk.words.text(problem.message)}
        return await _page(request, desk, forms={channel: form}, wrong=wrong, status=422)
    warning = await _warning(request, desk, typed, channel=channel, limit=limit)
    if warning:
        asked = Form(limit=form.limit, at_cap=at_cap, warning=warning)
        return await _page(request, desk, forms={channel: asked}, status=409)

    async def work(session: AsyncSession) -> bool:
        change = await change_budget(
            session,
            salon_id=desk.salon.id,
            channel=channel,
            monthly_limit=limit,
            at_cap=at_cap,
            by=desk.person.actor,
            now=desk.now,
        )
        return change.before != change.after

    changed = await attempt(database_of(request), work)
    return see_other(f"{desk.url('/budget', did='save' if changed else '')}#{channel}")


def _read_limit(text: str) -> int | None:
    """Empty is the installation's own. Raises `Invalid` (field `limit`)."""
    return read_limit(text) if text else None


async def _warning(
    request: Request, desk: Desk, typed: Typed, *, channel: str, limit: int | None
) -> str:
    """What a limit that is reached already would do at once; empty when it was said yes to."""
    meant = f"{typed.trimmed('limit')}:{typed['at_cap']}"
    if limit is None or typed["sure"] == meant:
        return ""
    month = month_of(desk.now, time_zone=desk.salon.time_zone)
    async with database_of(request).transaction() as session:
        found = await this_month(session, salon_id=desk.salon.id, month=month)
    now = next(each for each in found if each.budget.channel == channel)
    before = now.budget
    unchanged = before.own and (before.limit, before.at_cap) == (limit, typed["at_cap"])
    if now.usage.used < limit or unchanged:
        return ""
    return at_once(desk, channel=channel, used=now.usage.used, at_cap=typed["at_cap"])


async def _page(
    request: Request,
    desk: Desk,
    *,
    forms: dict[str, Form] | None = None,
    wrong: dict[str, str] | None = None,
    saved: bool = False,
    status: int = 200,
) -> Response:
    month = month_of(desk.now, time_zone=desk.salon.time_zone)
    salon_id = desk.salon.id
    async with database_of(request).transaction() as session:
        found = await this_month(session, salon_id=salon_id, month=month)
        daily = await days(
            session,
            salon_id=salon_id,
            month=month,
            time_zone=desk.salon.time_zone,
            now=desk.now,
        )
        monthly = await months(session, salon_id=salon_id, first=last_months(month)[0], last=month)
        acts = await list_acts(
            session, salon_id=salon_id, resource_type=RESOURCE, resource_id=salon_id, limit=HISTORY
        )
        names = await names_of(session, user_ids={act.user_id for act in acts if act.user_id})
    settings = load(BudgetSettings)
    return render(
        "messages/budget.html",
        words=desk.words,
        desk=desk,
        status=status,
        month=month_name(desk, month),
        channels=[
            view_channel(
                desk,
                each,
                days=daily,
                months=monthly,
                default=settings.limit_of(each.budget.channel),
                form=(forms or {}).get(each.budget.channel),
            )
            for each in found
        ],
        choices=choices(desk),
        opened=set(forms or {}),
        wrong=wrong or {},
        saved=saved,
        undo=_undo(acts) if saved and desk.may("budget.manage") else None,
        history=[_line(desk, act, names) for act in acts],
    )


def _undo(acts: list[Act]) -> dict[str, str] | None:
    """The fields of the form that brings back what was before the last change."""
    before = acts[0].metadata.get("before") if acts else None
    if not isinstance(before, dict):
        return None
    return {
        "channel": str(acts[0].metadata.get("channel")),
        "limit": str(before["limit"]) if before.get("own") else "",
        "at_cap": str(before.get("at_cap")),
    }


def _line(desk: Desk, act: Act, names: dict[UUID, str]) -> dict[str, str]:
    say = desk.words.text
    by = names.get(act.user_id, say("Somebody of the team")) if act.user_id else say("OpenChair")
    channel = say("Mails") if act.metadata.get("channel") == "email" else say("SMS")
    before, after = (_told(desk, act.metadata.get(name) or {}) for name in ("before", "after"))
    return {
        "when": desk.formats.date_and_time(act.at),
        "who": by,
        "what": f"{channel}: {before} → {after}",
    }


def _told(desk: Desk, budget: dict[str, Any]) -> str:
    limit = budget.get("limit")
    shown = desk.words.text("no limit") if limit is None else number(desk, int(limit))
    name = next((each.name for each in choices(desk) if each.value == budget.get("at_cap")), "")
    return shown if limit is None else f"{shown} ({name})"
