"""Everything known about one webhook, in or out: every try, why, and what comes next.

Called by `openchair explain webhook` and `webhooks show`. Reads only.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.breakers.breaker import Breaker, list_breakers
from openchair.platform.clock import utc_now
from openchair.platform.errors import NotFound
from openchair.platform.outbound.queries import Call, calls_about
from openchair.platform.settings.base import load
from openchair.webhooks.outgoing.deliver import SERVICE
from openchair.webhooks.outgoing.queries import (
    Attempt,
    Endpoint,
    OutgoingMessage,
    get_endpoint,
    get_message,
    list_attempts,
)
from openchair.webhooks.outgoing.rules import TRIES
from openchair.webhooks.queries import StoredWebhook, get_webhook
from openchair.webhooks.settings import WebhookSettings


@dataclass(frozen=True, slots=True)
class IncomingStory:
    """A webhook that another service sent us."""

    webhook: StoredWebhook
    next: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutgoingStory:
    """A webhook on its way to a salon's own software, with the calls that `api_logs` has of it."""

    message: OutgoingMessage
    endpoint: Endpoint
    attempts: tuple[Attempt, ...]
    calls: tuple[Call, ...]
    breaker: Breaker | None
    next: tuple[str, ...]


async def explain_webhook(session: AsyncSession, *, name: str) -> IncomingStory | OutgoingStory:
    """By our id, the service's own, or the `webhook-id` we sent (`msg_…`). Raises `NotFound`."""
    if (message_id := _message_id(name)) is not None:
        try:
            return await _outgoing(session, message_id)
        except NotFound:
            if name.startswith("msg_"):
                raise
    webhook = await get_webhook(session, name=name)
    return IncomingStory(webhook, _next_of_incoming(webhook, now=utc_now()))


def _message_id(name: str) -> UUID | None:
    try:
        return UUID(name.removeprefix("msg_"))
    except ValueError:
        return None


async def _outgoing(session: AsyncSession, message_id: UUID) -> OutgoingStory:
    message = await get_message(session, message_id=message_id)
    endpoint = await get_endpoint(
        session, endpoint_id=message.endpoint_id, salon_id=message.salon_id
    )
    attempts = await list_attempts(session, salon_id=message.salon_id, message_id=message.id)
    calls: list[Call] = []
    if message.correlation_id:
        found = await calls_about(
            session, correlation_id=message.correlation_id, since=message.created_at
        )
        ours = (SERVICE, f"/{endpoint.id}")
        calls = [each for each in found if (each.service_name, each.path) == ours]
    name = f"{SERVICE}:{endpoint.id}"
    breaker = next((each for each in await list_breakers(session) if each.provider == name), None)
    return OutgoingStory(
        message=message,
        endpoint=endpoint,
        attempts=tuple(attempts),
        calls=tuple(calls),
        breaker=breaker if breaker is not None and breaker.state == "open" else None,
        next=_next_of_outgoing(message, endpoint, now=utc_now()),
    )


def _next_of_incoming(webhook: StoredWebhook, *, now: datetime) -> tuple[str, ...]:
    again = f"openchair webhooks replay {webhook.id}"
    match webhook.status:
        case "received":
            return ("A worker handles it within a second, if one runs.",)
        case "processing":
            late = webhook.lease_until is not None and webhook.lease_until < now
            return (
                ("Its worker let the lease run out; another takes it over at once.",)
                if late
                else ("A worker is handling it at this moment.",)
            )
        case "failed" if webhook.next_attempt_at is not None:
            tries = load(WebhookSettings).webhook_tries
            at, used = _time(webhook.next_attempt_at), webhook.retry_count
            return (f"It is tried again at {at} UTC; of {tries} tries {used} are used.",)
        case "failed":
            return (
                "It is not tried again by itself.",
                f"Mend the cause, then set it going: {again}",
            )
    return ("Nothing: it is done.", f"To repeat it all the same: {again} --force")


def _next_of_outgoing(
    message: OutgoingMessage, endpoint: Endpoint, *, now: datetime
) -> tuple[str, ...]:
    again = f"openchair webhooks endpoints replay {message.id}"
    if message.status == "delivered":
        return ("Nothing: it was taken.", f"To send it once more: {again}")
    if message.status == "sending":
        return ("A worker is sending it at this moment.",)
    if message.status == "pending" and endpoint.enabled:
        due = message.next_attempt_at <= now
        when = "within a second" if due else f"at {_time(message.next_attempt_at)} UTC"
        return (f"It is tried again {when}; of {TRIES} tries {message.attempt_count} are used.",)
    if not endpoint.enabled:
        return (
            f"Nothing: the endpoint is disabled ({endpoint.disabled_reason}).",
            f"Enable it first: openchair webhooks endpoints enable {endpoint.id}",
            f"Then send this again: {again}",
        )
    return ("It is not tried again by itself.", f"To send it again: {again}")


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
