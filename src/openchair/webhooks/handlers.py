"""Who handles what another service told us. Rooms above register; `handle.py` calls.

A handler may be called again for an event it has handled before its transaction was lost, and for
events in any order: it looks at the state of the world, never at what came first.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEventView:
    """One stored event, as its handler sees it. `payload` is what was signed."""

    id: UUID
    source: str
    provider_event_id: str
    event_type: str
    payload: Mapping[str, Any]
    created_at: datetime
    retry_count: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """Understood, and nothing to do; `reason` is kept for people who ask."""

    reason: str


Handler = Callable[[AsyncSession, WebhookEventView], Awaitable[Ignored | None]]

_handlers: dict[str, Handler] = {}


def register(source: str, handler: Handler) -> None:
    """Let `handler` have all events of `source`. A source has one handler; the same one again is
    harmless.
    """
    if _handlers.setdefault(source, handler) is not handler:
        raise ValueError(f"two handlers want the webhooks of {source}")


def handler_of(source: str) -> Handler | None:
    """Whoever handles the events of `source` in this process."""
    return _handlers.get(source)
