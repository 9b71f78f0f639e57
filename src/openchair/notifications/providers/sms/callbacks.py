"""Reads what Twilio and Vonage tell us: verifies the signature and names the event. Pure.

The doors in `api/webhooks` call it with the raw request; what it answers goes into the inbox and
comes back to `handle.py`. It knows no table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import orjson

from openchair.notifications.providers.sms import statuses
from openchair.notifications.providers.sms.accounts import TwilioAccount, VonageAccount
from openchair.notifications.providers.sms.signatures import twilio_signed, vonage_signed
from openchair.webhooks.standard import TOLERANCE_SECONDS, BadSignature

MOST_FIELDS = 200
RECEIVED = "sms.received"
SIGNATURE_HEADER = "x-twilio-signature"
OURS = ("notification", "salon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A verified callback. `provider_event_id` is the same each time the same thing is told.

    `payload` has what the provider wrote (`form`) and what we put into the address (`query`).
    """

    provider_event_id: str
    event_type: str
    payload: dict[str, Any]


class Unreadable(Exception):
    """Signed, but it does not say what it should."""


def callback_address(base: str, *, provider: str, salon_id: UUID, notification_id: UUID) -> str:
    """Where the provider tells what became of a message; `base` is our public address."""
    return f"{base}/api/{provider}-webhook?notification={notification_id}&salon={salon_id}"


def read_twilio(
    *, url: str, headers: Mapping[str, str], body: bytes, account: TwilioAccount
) -> Told:
    """A status callback, or an SMS that somebody sent us. `url` is our public address with path
    and query, as Twilio called it; the Host header says nothing.

    Raises `BadSignature`, `Unreadable`. Twilio signs no time: a repeated callback is known by its
    id, and states only move forward.
    """
    pairs = _form(body)
    signature = headers.get(SIGNATURE_HEADER, "")
    token = account.token.get_secret_value()
    if not signature:
        raise BadSignature("the header X-Twilio-Signature is missing")
    if not twilio_signed(url=url, form=pairs, signature=signature, token=token):
        raise BadSignature("no signature fits the address, the form and our token")
    form = dict(pairs)
    sid, status = form.get("MessageSid", ""), form.get("MessageStatus", form.get("SmsStatus", ""))
    if not sid or not status:
        raise Unreadable("MessageSid or MessageStatus is missing")
    return _told(url, form, name=sid, status=status, known=statuses.TWILIO)


def read_vonage(
    *, url: str, headers: Mapping[str, str], body: bytes, account: VonageAccount, now: float
) -> Told:
    """A delivery receipt, or an SMS that somebody sent us; as a form or as JSON. `now` in seconds
    since 1970: a signature older than five minutes is refused.

    Raises `BadSignature`, `Unreadable`.
    """
    form = _vonage_fields(headers.get("content-type", ""), body)
    secret = account.signature_secret.get_secret_value()
    if not secret:
        raise BadSignature("VONAGE_SIGNATURE_SECRET is not set, so nothing can be believed")
    if not vonage_signed(parameters=form, secret=secret, method=account.signature_method):
        raise BadSignature("no signature fits the parameters and our secret")
    signed_at = form.get("timestamp", "")
    if not signed_at.isdecimal() or abs(now - int(signed_at[:12])) > TOLERANCE_SECONDS:
        raise BadSignature("it was not signed just now")
    name = form.get("messageId", "")
    if not name:
        raise Unreadable("messageId is missing")
    status = form.get("status", "received")
    return _told(url, form, name=name, status=status, known=statuses.VONAGE)


def _told(
    url: str, form: dict[str, str], *, name: str, status: str, known: Mapping[str, str]
) -> Told:
    ours = known.get(status)
    query = {key: value for key, value in parse_qsl(urlsplit(url).query) if key in OURS}
    return Told(
        provider_event_id=f"{name[:80]}:{status[:20]}",
        event_type=f"sms.{ours}" if ours else RECEIVED if status == "received" else "sms.other",
        payload={"form": form, "query": query},
    )


def _form(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError as error:
        raise BadSignature(f"the body is no form: {error}") from None


def _vonage_fields(content_type: str, body: bytes) -> dict[str, str]:
    if "json" not in content_type:
        return dict(_form(body))
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadSignature(f"the body is not JSON: {error}") from None
    if not isinstance(found, dict) or len(found) > MOST_FIELDS:
        raise BadSignature("the body is no JSON object of bounded size")
    return {name: value if isinstance(value, str) else str(value) for name, value in found.items()}
