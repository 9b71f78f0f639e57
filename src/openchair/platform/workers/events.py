"""What the workers announce about one another."""

from dataclasses import dataclass
from typing import ClassVar

from openchair.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatMissing(Event):
    """A worker fell silent: it died, hangs, or cannot reach the database."""

    name: ClassVar[str] = "worker.heartbeat_missing"
    worker: str
