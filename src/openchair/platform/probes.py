"""Probes: how a room says whether it works. Rooms declare them in their `probes.py`; whoever
watches runs all that are declared, each by itself and with a hard time-out
(`operations/health/prober.py`).

A probe looks and tells. It changes nothing, and it never decides whom to tell.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from openchair.platform.db.engine import Database

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
    """What a probe may use. `database` is the process's own pool; `watching` is true in the
    watcher, which alone reads what costs more than a glance.
    """

    database: Database
    watching: bool


Look = Callable[[ProbeContext], Awaitable[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One declared probe. Seconds are hard: after `timeout` the look is abandoned."""

    name: str
    look: Look
    every: float
    timeout: float
    vital: bool


declared_probes: dict[str, Probe] = {}


def probe(
    name: str, *, every: float = 10.0, timeout: float = TIMEOUT_SECONDS, vital: bool = False
) -> Callable[[Look], Look]:
    """Declare a probe. Without a `vital` part nothing works: its error makes us not ready."""

    def declare(look: Look) -> Look:
        if name in declared_probes:
            raise ValueError(f"two probes are named {name}")
        declared_probes[name] = Probe(
            name=name, look=look, every=every, timeout=timeout, vital=vital
        )
        return look

    return declare
