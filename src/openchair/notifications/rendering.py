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
    """

    subject: str
    text: str
    html: str
    sender_name: str
    reply_to: str | None
    attachments: tuple[Attachment, ...] = ()


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


Renderer = Callable[[AsyncSession, Message, datetime], Awaitable[Rendered]]

_renderers: dict[str, Renderer] = {}


def register(kind: str, renderer: Renderer) -> None:
    """Let `renderer` make the text of all messages of `kind`; each kind has exactly one."""
    if _renderers.setdefault(kind, renderer) is not renderer:
        raise ValueError(f"two renderers for {kind}")


async def render(session: AsyncSession, *, message: Message, now: datetime) -> Rendered:
    """The message's text as it reads at `now`. Raises `LookupError` when no renderer knows its
    kind, and `Outdated` when it is no longer true.
    """
    if message.kind not in _renderers:
        raise LookupError(f"no renderer is registered for {message.kind}")
    return await _renderers[message.kind](session, message, now)
