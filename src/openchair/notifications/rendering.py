"""Turns a queued message into text when it is sent. The words live with their subject: each
room registers a renderer for its kinds (`booking/appointments/messages.py` is one).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file to go with a mail; `content_type` with its parameters (`text/calendar; method=…`)."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What the recipient will see. `html` is empty where the channel has none.

    `sender_name` and `reply_to` are the salon's; the sending address is the installation's.
    `unsubscribe_url` is for mails that have a way of their own to end them.
    """

    subject: str
    text: str
    html: str
    sender_name: str
    reply_to: str | None
    attachments: tuple[Attachment, ...] = ()
    unsubscribe_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A queued message as its renderer sees it."""

    id: UUID
    salon_id: UUID
    kind: str
    channel: str
    language: str
    recipient: str
    reference: str
    data: dict[str, Any]
    category: str = "transactional"
    time_zone: str | None = None
    expires_at: datetime | None = None


Renderer = Callable[[AsyncSession, Message, datetime], Awaitable[Rendered]]

_renderers: dict[str, Renderer] = {}
_variables: dict[str, tuple[str, ...]] = {}


def register(kind: str, renderer: Renderer, *, variables: tuple[str, ...] = ()) -> None:
    """Let `renderer` make the text of all messages of `kind`; each kind has exactly one.

    `variables` are what a salon's own words for this kind may name; with none it has no own words.
    """
    if _renderers.setdefault(kind, renderer) is not renderer:
        raise ValueError(f"two renderers for {kind}")
    _variables[kind] = variables


def variables_of(kind: str) -> tuple[str, ...]:
    """The variables that own words for `kind` may name; empty for an unknown kind."""
    return _variables.get(kind, ())


def registered_kinds() -> tuple[str, ...]:
    """Every kind of message there is, in the order they were registered."""
    return tuple(_renderers)


def templated_kinds() -> tuple[str, ...]:
    """The kinds for which a salon can have words of its own, in the order they were registered."""
    return tuple(kind for kind, variables in _variables.items() if variables)


async def render(session: AsyncSession, *, message: Message, now: datetime) -> Rendered:
    """The message's text as it reads at `now`. Raises `LookupError` when no renderer knows its
    kind, and `Outdated` when it is no longer true.
    """
    if message.kind not in _renderers:
        raise LookupError(f"no renderer is registered for {message.kind}")
    return await _renderers[message.kind](session, message, now)
