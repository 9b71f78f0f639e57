"""Probes: how a room says whether it works. Rooms declare them in their `probes.py`; whoever
watches runs all that are declared, each by itself and with a hard time-out
(`operations/health/prober.py`).

A probe looks and tells. It changes nothing, and it never decides whom to tell.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from openchair.platform.db.engine import Database
from openchair.platform.db.kept import KeptConnection

TIMEOUT_SECONDS = 2.0


class State(StrEnum):
    """How a part is. What nobody has configured is a warning, as the runbooks have it."""

    HEALTHY = "healthy"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a probe found. `measures` are numbers by name (docs/monitoring.md)."""

    state: State
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The last finding of one probe, and when (UTC) and how fast (milliseconds) it was had."""

    name: str
    state: State
    message: str
    response_time_ms: float
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)
    measures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeContext:
    """What a probe may use. `database` is the process's own pool, to be looked at: a probe reads
    through `kept`, which is there when the pool is exhausted. `watching` is true in the watcher,
    which alone reads what costs more than a glance.
    """

    database: Database
    kept: KeptConnection
    watching: bool


def graded(value: float, *, warning: float, critical: float) -> State:
    """How a number is that is fine up to `warning` and trouble above `critical`."""
    if value > critical:
        return State.ERROR
    return State.WARNING if value > warning else State.HEALTHY


def worst(states: Iterable[State]) -> State:
    """The worst of several; of none it is healthy."""
    return max(states, key=list(State).index, default=State.HEALTHY)


Look = Callable[[ProbeContext], Awaitable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One declared probe. Seconds are hard: after `timeout` the look is abandoned. What is not
    `public` is left out of the health endpoint, which everybody may call.
    """

    name: str
    look: Look
    every: float
    timeout: float
    vital: bool
    public: bool


declared_probes: dict[str, Probe] = {}


def probe(
    name: str,
    *,
    every: float = 5.0,
    timeout: float = TIMEOUT_SECONDS,
    vital: bool = False,
    public: bool = True,
) -> Callable[[Look], Look]:
    """Declare a probe. Without a `vital` part nothing works: its error makes us not ready."""

    def declare(look: Look) -> Look:
        if name in declared_probes:
            raise ValueError(f"two probes are named {name}")
        declared_probes[name] = Probe(
            name=name, look=look, every=every, timeout=timeout, vital=vital, public=public
        )
        return look

    return declare
