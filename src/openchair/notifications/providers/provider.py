"""The port that every way out of the house implements: SMTP servers and SMS providers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from openchair.notifications.rendering import Rendered

HandOver = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One rendered message on its way to one recipient.

    `message_id` is the stable RFC 5322 Message-ID; `notification_id` is our own, for references
    and status callbacks. `unsubscribe_url` is set for what one can unsubscribe from.
    """

    salon_id: UUID
    notification_id: UUID
    recipient: str
    message_id: str
    correlation_id: str | None
    language: str
    rendered: Rendered
    unsubscribe_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took the message. `words` are its own; `reference` is its id for the message.

    `cost_micros` are millionths of the unit of `cost_currency`; `segments` are an SMS's parts.
    """

    words: str
    reference: str | None = None
    segments: int | None = None
    cost_micros: int | None = None
    cost_currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """A message whose acceptance is in doubt, as a provider may be asked about it."""

    salon_id: UUID
    notification_id: UUID
    recipient: str
    message_id: str
    handed_over_at: datetime


class Known(StrEnum):
    """What a look-up found out."""

    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The answer of a look-up, with the provider's reference, words and price where it has any;
    the price as in `Accepted`.
    """

    known: Known
    words: str
    reference: str | None = None
    cost_micros: int | None = None
    cost_currency: str | None = None


class Provider(Protocol):
    """Sends one message. Raises only `Temporary`, `Permanent` or `Doubtful` of `errors.py`."""

    name: str

    def units(self, outgoing: Outgoing) -> int:
        """How much of the month's budget it takes: 1 for a mail, segments for an SMS."""
        ...

    async def send(self, outgoing: Outgoing, *, hand_over: HandOver) -> Accepted:
        """Give the message to the provider.

        `hand_over` is awaited just before the content leaves: what fails earlier is safe to
        repeat. What `hand_over` itself raises is passed on, and then nothing has left.
        """
        ...

    async def look_up(self, doubted: Doubted) -> Finding:
        """Ask whether the provider took a message. Never raises: what fails is `UNKNOWN`."""
        ...

    async def close(self) -> None:
        """Close what is open; called when the worker stops."""
        ...
