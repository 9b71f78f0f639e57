"""The port that every way out of the house implements (SMTP now; SMS providers beside it)."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from openchair.notifications.rendering import Rendered

HandOver = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One rendered message on its way to one recipient."""

    recipient: str
    message_id: str
    correlation_id: str | None
    language: str
    rendered: Rendered


class Provider(Protocol):
    """Sends one message. Raises only `Temporary`, `Permanent` or `Doubtful` of `errors.py`."""

    name: str

    def place(self) -> AbstractAsyncContextManager[Any]:
        """A place among the messages sent at once, waited for before a message is claimed: what
        only queues for a connection must not hold a lease, nor be lost with its worker.
        """
        ...

    async def send(self, outgoing: Outgoing, *, hand_over: HandOver) -> str:
        """Give the message to the provider and answer the provider's own words of acceptance.

        `hand_over` is awaited just before the content leaves: what fails earlier is safe to
        repeat. What `hand_over` itself raises is passed on, and then nothing has left.
        """
        ...

    async def close(self) -> None:
        """Close what is open; called when the worker stops."""
        ...
