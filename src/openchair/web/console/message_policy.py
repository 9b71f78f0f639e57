"""When the salon's messages may go out, and whether an SMS reminds beside the mail."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.identity.audit.queries import list_acts
from openchair.notifications.providers.sms.accounts import sms_configured
from openchair.notifications.templates.policy import Policy, get_policy
from openchair.operations.wording.set_policy import RESOURCE, set_policy
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed, read_form
from openchair.web.console.pages import render, see_other

PATH = "/message-policy"
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The form as it is typed; times as `21:00`."""

    quiet_from: str
    quiet_until: str
    sms_reminders: bool


@router.get("/console/{salon}/message-policy")
async def show_policy(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """The salon's wishes, and in words what follows from them."""
    async with database_of(request).transaction() as session:
        policy = await get_policy(session, salon_id=desk.salon.id)
        before = await _before(session, desk) if "did" in request.query_params else None
    return _page(desk, fields=_fields(policy), policy=policy, undo=before)


@router.post("/console/{salon}/message-policy")
async def save_policy(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Save; or, asked to show, only say what it would mean."""
    typed = await read_form(request)
    fields = Fields(
        quiet_from=typed.trimmed("quiet_from"),
        quiet_until=typed.trimmed("quiet_until"),
        sms_reminders=typed["sms_reminders"] == "yes",
    )
    try:
        policy = _policy(typed, fields)
    except Invalid as problem:
        wrong = {problem.field or "": desk.words.text(problem.message)}
        return _page(desk, fields=fields, wrong=wrong, status=problem.status)
    if typed["show"]:
        return _page(desk, fields=fields, policy=policy)

    async def work(session: AsyncSession) -> bool:
        return await set_policy(
            session, salon_id=desk.salon.id, policy=policy, by=desk.person.actor, now=desk.now
        )

    changed = await attempt(database_of(request), work)
    return see_other(desk.url(PATH, did="save" if changed else ""))


def policy_words(desk: Desk, policy: Policy, *, by_sms: bool) -> list[str]:
    """What these wishes mean, in sentences."""
    say, clock = desk.words.text, desk.formats.clock
    until = clock(policy.quiet_until_minute)
    told = []
    if policy.is_never_quiet:
        told.append(say("Messages go out at any hour."))
    else:
        told.append(
            say(
                "Between {begins} and {ends}, on the salon's clock, no reminder by SMS and no news"
                " go out. They wait until {ends}.",
                begins=clock(policy.quiet_from_minute),
                ends=until,
            )
        )
        told.append(say("A reminder that would be too late by then goes out all the same."))
    told.append(
        say(
            "Confirmations, changes and cancellations go out at once at any hour, and so do"
            " reminders by mail: a mail makes no noise."
        )
    )
    if not by_sms:
        told.append(say("SMS are not set up on this installation yet; all messages go by mail."))
    elif policy.sms_reminders:
        told.append(say("Clients who gave a mail address and a number are reminded both ways."))
    else:
        told.append(say("Clients are reminded by mail; those without a mail address by SMS."))
    return told


def _page(
    desk: Desk,
    *,
    fields: Fields,
    policy: Policy | None = None,
    undo: Fields | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        "messages/policy.html",
        words=desk.words,
        desk=desk,
        fields=fields,
        told=policy_words(desk, policy, by_sms=sms_configured()) if policy else [],
        undo=undo,
        wrong=wrong or {},
        status=status,
    )


def _policy(typed: Typed, fields: Fields) -> Policy:
    return Policy(
        quiet_from_minute=_minute(typed, "quiet_from"),
        quiet_until_minute=_minute(typed, "quiet_until"),
        sms_reminders=fields.sms_reminders,
    )


def _minute(typed: Typed, field: str) -> int:
    try:
        found = time.fromisoformat(typed.trimmed(field))
    except ValueError:
        raise Invalid("Please choose a time of day, for example 21:00.", field=field) from None
    return found.hour * 60 + found.minute


def _fields(policy: Policy) -> Fields:
    return Fields(
        quiet_from=_text(policy.quiet_from_minute),
        quiet_until=_text(policy.quiet_until_minute),
        sms_reminders=policy.sms_reminders,
    )


def _text(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


async def _before(session: AsyncSession, desk: Desk) -> Fields | None:
    """The wishes before the last change, to go back to."""
    acts = await list_acts(
        session,
        salon_id=desk.salon.id,
        resource_type=RESOURCE,
        resource_id=desk.salon.id,
        limit=1,
    )
    return _fields(Policy(**acts[0].metadata["before"])) if acts else None
