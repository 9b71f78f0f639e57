"""What a salon's words look like: shown in a frame beside the form, or sent to oneself.

The frame shows the real message about a visit that was never booked; "Show it" sends the form
there, so it works without scripts.
"""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.samples import sample_message
from openchair.booking.catalogue.queries import get_catalogue
from openchair.customers.profiles.contact import clean_email, clean_phone
from openchair.notifications.providers.sms.accounts import sms_configured
from openchair.notifications.templates.place import Place
from openchair.notifications.templates.rules import mistakes_in
from openchair.operations.wording.send_sample import send_sample
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid, Problem, TooMany
from openchair.platform.ids import new_id
from openchair.platform.rate_limits.take import take
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.message_template_form import WordingForm, read_wording_form
from openchair.web.console.message_templates import Tried, template_page
from openchair.web.console.message_templates_view import mistake_sentences, view_preview
from openchair.web.console.pages import render

SAMPLES_AN_HOUR = 20
HOUR = 3600
CLICK_LETTERS = 64
# Mails bring their own styles; nothing in the frame runs, and only our own pages hold it.
POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self';"
    " frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
router = APIRouter()


@router.post("/console/{salon}/templates/preview")
async def preview_template(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """The message in the words of the form, or what is wrong with them."""
    form = await read_wording_form(request, desk)
    place, written = form.place, form.written
    mistakes = mistakes_in(written, channel=place.channel, variables=place.variables)
    answer = render(
        "messages/template_preview.html",
        words=desk.words,
        desk=desk,
        place=place,
        wrong=mistake_sentences(desk, place, mistakes),
        shown=None if mistakes else await _shown(request, form),
    )
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


@router.post("/console/{salon}/templates/try")
async def try_template(
    request: Request, desk: Annotated[Desk, Depends(May("messages.manage"))]
) -> Response:
    """Send the message in the words of the form to oneself, through the real queue."""
    form = await read_wording_form(request, desk)
    place, typed, written = form.place, form.typed, form.written
    recipient = typed.trimmed("recipient")
    clicked = typed["click"][:CLICK_LETTERS] or new_id().hex
    click = f"{desk.person.session.user_id}:{clicked}"

    async def work(session: AsyncSession) -> None:
        await send_sample(
            session,
            salon=desk.salon,
            place=place,
            written=form.own,
            recipient=_clean(desk, place, recipient),
            click=click,
            by=desk.person.actor,
        )

    try:
        await _count(request, desk)
        await attempt(database_of(request), work)
    except (Invalid, TooMany) as problem:
        wrong = "" if problem.field in {"subject", "body"} else _sentence(desk, problem)
        return await template_page(
            request,
            desk,
            place,
            written=written,
            version=typed["version"],
            tried=Tried(recipient=recipient, wrong=wrong),
            status=problem.status,
        )
    return await template_page(
        request,
        desk,
        place,
        written=written,
        version=typed["version"],
        tried=Tried(recipient=recipient, sent=True),
    )


async def _shown(request: Request, form: WordingForm) -> object:
    desk, place = form.desk, form.place
    async with database_of(request).transaction() as session:
        catalogue = await get_catalogue(session, salon_id=desk.salon.id)
    rendered = sample_message(
        salon=desk.salon,
        catalogue=catalogue,
        kind=place.kind,
        channel=place.channel,
        language=place.language,
        own=form.own,
        now=desk.now,
    )
    return view_preview(rendered, channel=place.channel)


def _clean(desk: Desk, place: Place, recipient: str) -> str:
    """The address as it is queued. Raises `Invalid` in words for people."""
    if place.channel == "email":
        return clean_email(recipient)
    if not sms_configured():
        raise Invalid("SMS are not set up on this installation yet.", field="recipient")
    return clean_phone(recipient, country=desk.salon.location.country)


async def _count(request: Request, desk: Desk) -> None:
    """Raises `TooMany` after twenty samples of a salon in an hour."""
    async with database_of(request).transaction() as session:
        await take(
            session,
            key=f"samples:{desk.salon.id}",
            limit=SAMPLES_AN_HOUR,
            per_seconds=HOUR,
        )


def _sentence(desk: Desk, problem: Problem) -> str:
    if isinstance(problem, TooMany):
        minutes = -(-problem.retry_after // 60)
        return desk.words.plural(
            "Those were many samples. Please wait {number} minute.",
            "Those were many samples. Please wait {number} minutes.",
            minutes,
        )
    return desk.words.text(problem.message)
