"""What the owner of a salon sees: a plain sentence, what it means for the salon, and one button
that can do no harm. No word here needs explaining.

They never acknowledge: that would keep the technician from being told again.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.notifications.dead_letters.filters import Filter
from openchair.notifications.dead_letters.queries import Redrive, latest_redrives, list_causes
from openchair.operations.diagnostics.sentence import Sentence
from openchair.operations.messages.dead_letters import redrive_all, stop_redrive
from openchair.operations.oncall.ask_for_help import ask_for_help, find_technician
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import NotFound, TooMany, Unavailable
from openchair.platform.probes import State
from openchair.web.caller import database_of
from openchair.web.ops.door import Operates, Operator
from openchair.web.ops.pages import render, see_other

LIVE_SECONDS = 10
BOOKINGS_GO_ON = "Clients can book as always."
MEANS = {
    "database": "At the moment nobody can book, change or cancel. Every visit that was booked"
    " before is safe.",
    "smtp": f"Mails to your clients leave later. {BOOKINGS_GO_ON} No mail is lost.",
    "sms": f"Text messages to your clients leave later. {BOOKINGS_GO_ON} None is lost.",
    "queue": f"Messages to your clients leave later. {BOOKINGS_GO_ON} None is lost.",
    "workers": f"Messages to your clients leave later. {BOOKINGS_GO_ON} None is lost.",
    "providers": f"Some messages take another way. {BOOKINGS_GO_ON}",
    "messages": f"A few messages are being looked after. {BOOKINGS_GO_ON}",
    "dead letters": f"Some clients did not get their message. {BOOKINGS_GO_ON}",
    "budget": f"You have nearly used this month's messages. {BOOKINGS_GO_ON}",
    "webhooks": f"Other programs hear of bookings later. {BOOKINGS_GO_ON}",
    "storage": f"Pictures and copies may not be saved. {BOOKINGS_GO_ON}",
    "traffic": "Your pages answer slowly, or sometimes not at all. Visits that were booked are"
    " safe.",
}
MEANS_LITTLE = f"{BOOKINGS_GO_ON} Somebody should look at it."
PLAIN = {
    "database": "The booking pages do not work",
    "smtp": "Mails are not going out",
    "sms": "Text messages are not going out",
    "queue": "Messages are going out late",
    "workers": "Messages are going out late",
    "messages": "A few messages need a look",
    "providers": "One way of sending messages is down",
    "dead letters": "Some messages did not arrive",
    "budget": "This month's messages are nearly used up",
    "webhooks": "Other programs are not being told",
    "storage": "Files cannot be saved as they should",
    "traffic": "The pages are slow",
}
router = APIRouter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """The one button: `call` a technician of that name, `send` so many messages again, `stop` a
    sending, or nothing.
    """

    kind: str
    name: str = ""
    count: int = 0
    redrive: Redrive | None = None


async def show_owner(request: Request, operator: Operator, *, sentence: Sentence) -> Response:
    """Their first and only page."""
    async with database_of(request).transaction() as session:
        offered = await _help(session, sentence)
    component = sentence.alert.component if sentence.alert else ""
    words = "Everything works" if sentence.state is State.HEALTHY else "Something needs a look"
    return render(
        request,
        "owner.html",
        operator=operator,
        live=LIVE_SECONDS,
        sentence=sentence,
        words=PLAIN.get(component, words),
        means=MEANS.get(component, MEANS_LITTLE if sentence.alert else BOOKINGS_GO_ON),
        help=offered,
        taken_by=_taken_by(sentence, operator),
        done=request.query_params.get("done", ""),
    )


@router.post("/ops/help/call")
async def press_call(
    request: Request, operator: Annotated[Operator, Depends(Operates("help.press"))]
) -> Response:
    """Tell the technician who is called first, at once and directly."""
    try:
        await ask_for_help(
            database_of(request), who=operator.author, by=operator.actor, now=operator.now
        )
    except TooMany:
        return see_other("/ops?done=called-already")
    except (NotFound, Unavailable):
        return see_other("/ops?done=not-reached")
    return see_other("/ops?done=called")


@router.post("/ops/help/send")
async def press_send(
    request: Request, operator: Annotated[Operator, Depends(Operates("help.press"))]
) -> Response:
    """Send what was given up again: one first, the others when it arrived."""

    async def work(session: AsyncSession) -> None:
        await redrive_all(session, meant=Filter(), by=operator.actor)

    await attempt(database_of(request), work)
    return see_other("/ops?done=sending")


@router.post("/ops/help/stop")
async def press_stop(
    request: Request, operator: Annotated[Operator, Depends(Operates("help.press"))]
) -> Response:
    """Let nothing more out of a sending that is under way."""

    async def work(session: AsyncSession) -> None:
        for each in await latest_redrives(session, salon_id=None, limit=1):
            if each.is_under_way:
                await stop_redrive(session, redrive_id=each.id, by=operator.actor)

    await attempt(database_of(request), work)
    return see_other("/ops?done=stopped")


async def _help(session: AsyncSession, sentence: Sentence) -> Help:
    last = await latest_redrives(session, salon_id=None, limit=1)
    if last and last[0].is_under_way:
        return Help(kind="stop", redrive=last[0])
    if sentence.alert is not None and sentence.alert.component != "dead letters":
        technician = await find_technician(session)
        return Help(kind="call", name=technician.name) if technician else Help(kind="nobody")
    causes = await list_causes(session, meant=Filter())
    sendable = sum(each.sendable for each in causes)
    return Help(kind="send", count=sendable) if sendable else Help(kind="")


def _taken_by(sentence: Sentence, operator: Operator) -> str:
    alert = sentence.alert
    if alert is None or not alert.is_acknowledged(operator.now):
        return ""
    return alert.acknowledged_by or ""
