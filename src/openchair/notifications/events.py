"""What the post office announces about itself. Alerts and counts hang on these."""

from dataclasses import dataclass
from typing import ClassVar

from openchair.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseExpired(Event):
    """A worker died or hung before a message left; it goes to another worker."""

    name: ClassVar[str] = "message.lease_expired"
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AmbiguousSend(Event):
    """A message may have arrived, and nobody knows yet."""

    name: ClassVar[str] = "message.ambiguous"
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtSettled(Event):
    """It was found out whether a doubtful message had arrived."""

    name: ClassVar[str] = "message.doubt_settled"
    arrived: bool
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerStale(Event):
    """A worker came back after its lease had ended; what it wrote was refused."""

    name: ClassVar[str] = "message.worker_stale"
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PoisonJob(Event):
    """A message ended one worker after another and was set aside."""

    name: ClassVar[str] = "message.poison"
    lost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvariantBroken(Event):
    """The running oracle found messages that are in no state they may be in."""

    name: ClassVar[str] = "message.invariant_broken"
    rule: str
    count: int
