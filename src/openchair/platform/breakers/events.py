"""What a breaker announces when it changes."""

from dataclasses import dataclass
from typing import ClassVar

from openchair.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerOpened(Event):
    """A provider failed again and again and is left alone; `words` are its last."""

    name: ClassVar[str] = "breaker.opened"
    provider: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerClosed(Event):
    """A provider that was left alone works again."""

    name: ClassVar[str] = "breaker.closed"
    provider: str
