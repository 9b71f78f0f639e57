"""What each service signs and how its events are named: one function a service, pure but for the
settings. Called by `inbox.py`; raises `BadSignature`, `Unreadable` or `NotConfigured`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from pydantic import SecretStr

from openchair.notifications.providers.sms import callbacks
from openchair.notifications.providers.sms.accounts import twilio_account, vonage_account
from openchair.platform.edge.refusals import Unreadable
from openchair.platform.errors import Unavailable
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.webhooks.settings import WebhookSettings
from openchair.webhooks.standard import key_of, verify

MOST_TYPE = 100
HOUR = 3600


class NotConfigured(Unavailable):
    """The operator has not said what this service signs with, so nothing can be believed."""

    code = "webhook_not_configured"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A request as it came: `path` with its query, as the service called it."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    now: float

    @property
    def url(self) -> str:
        """The address the service called, as the operator made it known."""
        return f"{load(InstallationSettings).address}{self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a verified request says. `payload` is a JSON object as text."""

    provider_event_id: str
    event_type: str
    payload: str


Read = Callable[[Signed], Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A service that tells us things, and the status it takes for "thank you"."""

    name: str
    read: Read
    answer: int = 204


def read_email(signed: Signed) -> Told:
    """Standard Webhooks: `type` names the event, `webhook-id` is its id."""
    secret = load(WebhookSettings).email_webhook_secret
    if secret is None:
        raise NotConfigured(
            "This door is closed: EMAIL_WEBHOOK_SECRET is not set.", retry_after=HOUR
        )
    event_id = verify(_keys(secret), headers=signed.headers, body=signed.body, now=signed.now)
    payload = json_object(signed.body)
    kind = payload.get("type")
    if not isinstance(kind, str) or not 1 <= len(kind) <= MOST_TYPE:
        raise Unreadable(f"The member type is missing or longer than {MOST_TYPE} characters.")
    return Told(provider_event_id=event_id, event_type=kind, payload=signed.body.decode())


@lru_cache(maxsize=4)
def _keys(secrets: SecretStr) -> tuple[bytes, ...]:
    return tuple(key_of(each) for each in secrets.get_secret_value().split())


def read_twilio(signed: Signed) -> Told:
    """A status callback of Twilio's, or an SMS that somebody sent us."""
    account = twilio_account()
    if account is None:
        raise NotConfigured(
            "This door is closed: TWILIO_ACCOUNT_SID and its companions are not set.",
            retry_after=HOUR,
        )
    try:
        return _told(
            callbacks.read_twilio(
                url=signed.url, headers=signed.headers, body=signed.body, account=account
            )
        )
    except callbacks.Unreadable as error:
        raise Unreadable(f"We cannot read this: {error}.") from None


def read_vonage(signed: Signed) -> Told:
    """A delivery receipt of Vonage's, or an SMS that somebody sent us."""
    account = vonage_account()
    if account is None:
        raise NotConfigured(
            "This door is closed: VONAGE_API_KEY and its companions are not set.", retry_after=HOUR
        )
    try:
        return _told(
            callbacks.read_vonage(
                url=signed.url,
                headers=signed.headers,
                body=signed.body,
                account=account,
                now=signed.now,
            )
        )
    except callbacks.Unreadable as error:
        raise Unreadable(f"We cannot read this: {error}.") from None


def _told(told: callbacks.Told) -> Told:
    return Told(
        provider_event_id=told.provider_event_id,
        event_type=told.event_type,
        payload=orjson.dumps(told.payload).decode(),
    )


def json_object(body: bytes) -> dict[str, Any]:
    """The body as a JSON object. Raises `Unreadable`."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"The body is not JSON: {error}.", code="malformed_json") from None
    if not isinstance(found, dict):
        raise Unreadable("The body should be a JSON object.")
    return found


EMAIL = Source(name="email", read=read_email)
TWILIO = Source(name="twilio", read=read_twilio)
VONAGE = Source(name="vonage", read=read_vonage, answer=200)
