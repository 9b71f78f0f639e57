"""Handles the webhooks of the sources `twilio` and `vonage`: status callbacks and answers.

Called by the webhooks' loop; `register_sms` is called by `reactions.start`. What is told of a
message names it by what is signed: Twilio's address, Vonage's `client-ref`.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.providers.sms import statuses, twilio_answers, vonage_answers
from openchair.notifications.providers.sms.note_delivery import News, note_delivery
from openchair.notifications.providers.sms.replies import obey, wish_of
from openchair.notifications.providers.sms.rules import Step
from openchair.notifications.providers.sms.settings import TWILIO, VONAGE
from openchair.notifications.providers.sms.vonage_answers import MILLION, PRICED_IN
from openchair.webhooks.handlers import Ignored, WebhookEventView, register

RECEIVED = "received"


def register_sms() -> None:
    """Let this module handle what the SMS providers tell."""
    register(TWILIO, handle_twilio)
    register(VONAGE, handle_vonage)


async def handle_twilio(session: AsyncSession, event: WebhookEventView) -> Ignored | None:
    """A status callback or an answer by Twilio."""
    form, query = _read(event, "form"), _read(event, "query")
    told = form.get("MessageStatus", form.get("SmsStatus", ""))
    if told == RECEIVED:
        body = form.get("OptOutType") or form.get("Body", "")
        return await _answered(session, event, number=form.get("From", ""), body=body)
    status = statuses.TWILIO.get(told)
    names = _names(query)
    if status is None or names is None:
        return Ignored(f"it tells {told!r} of no message of ours")
    code = form.get("ErrorCode", "")
    number = int(code) if code.isdecimal() else 0
    news = News(
        salon_id=names[0],
        notification_id=names[1],
        provider=TWILIO,
        reference=form.get("MessageSid", ""),
        status=status,
        words=f"Twilio says {told} {code} {form.get('ErrorMessage', '')}".strip(),
        failure_type=twilio_answers.DELIVERY.get(number, "other"),
    )
    return await _noted(session, event, news)


async def handle_vonage(session: AsyncSession, event: WebhookEventView) -> Ignored | None:
    """A delivery receipt or an answer by Vonage."""
    form, query = _read(event, "form"), _read(event, "query")
    told = form.get("status", RECEIVED)
    if told == RECEIVED:
        number = f"+{form.get('msisdn', '').removeprefix('+')}"
        return await _answered(session, event, number=number, body=form.get("text", ""))
    status = statuses.VONAGE.get(told)
    names = _names(query)
    reference = form.get("client-ref", "")
    # The reference is signed and the address is not: a receipt counts for the message it names.
    if status is None or names is None or names[1].hex != reference:
        return Ignored(f"it tells {told!r} of no message of ours")
    code = form.get("err-code", "")
    news = News(
        salon_id=names[0],
        notification_id=names[1],
        provider=VONAGE,
        reference=reference,
        status=status,
        words=f"Vonage says {told} {code}".strip(),
        failure_type=vonage_answers.DELIVERY.get(code, "other"),
        segment_micros=_micros(form.get("price", "")),
        currency=PRICED_IN,
    )
    return await _noted(session, event, news)


async def _noted(session: AsyncSession, event: WebhookEventView, news: News) -> Ignored | None:
    step = await note_delivery(session, news=news, now=event.created_at)
    if step is None:
        return Ignored("there is no such message")
    return Ignored("nothing new") if step is Step.IGNORE else None


async def _answered(
    session: AsyncSession, event: WebhookEventView, *, number: str, body: str
) -> Ignored | None:
    wish = wish_of(body)
    if wish is None:
        return Ignored("an answer that asks for nothing we could do")
    salons = await obey(session, number=number, wish=wish, body=body, now=event.created_at)
    return None if salons else Ignored("no salon ever wrote to this number")


def _read(event: WebhookEventView, part: str) -> Mapping[str, str]:
    found = event.payload.get(part)
    return found if isinstance(found, dict) else {}


def _names(query: Mapping[str, str]) -> tuple[UUID, UUID] | None:
    """Salon and message of the address we had given."""
    try:
        return UUID(query.get("salon", "")), UUID(query.get("notification", ""))
    except ValueError:
        return None


def _micros(price: str) -> int | None:
    try:
        return round(Decimal(price) * MILLION) if price else None
    except InvalidOperation:
        return None
