"""Probe of our clock: against the database's own, and against the machine's steady one. Leases and
limits go by the database's; a wrong clock of ours still misdates what people read.
"""

import time
from dataclasses import dataclass
from time import monotonic
from typing import Any

import asyncpg

from openchair.platform.db.kept import DatabaseSilent
from openchair.platform.probes import Finding, ProbeContext, State, graded, probe

SKEW_WARNING_MS = 1000.0
SKEW_ERROR_MS = 5000.0
JUMP_SECONDS = 60.0


@dataclass(slots=True)
class Clocks:
    """Wall and monotonic clock at the last look, and the last jump of one against the other."""

    wall: float = 0.0
    steady: float = 0.0
    jump_ms: float = 0.0
    jumped_at: float = 0.0


_last = Clocks()


@probe("clock")
async def clock(context: ProbeContext) -> Finding:
    """Our wall clock against the database's, and whether it jumped since we looked last."""
    jump = note_jump(_last, wall=time.time(), steady=monotonic())
    details: dict[str, Any] = {"jump_ms": round(jump, 1)}
    try:
        async with context.kept.connection() as connection:
            asked, began = time.time(), monotonic()
            theirs = float(await connection.fetchval(THEIR_CLOCK))
            skew = (asked + (monotonic() - began) / 2 - theirs) * 1000
        details["ahead_of_database_ms"] = round(skew, 1)
    except (DatabaseSilent, asyncpg.PostgresError):
        skew = 0.0
    worse = jump if abs(jump) > abs(skew) else skew
    state = graded(abs(worse), warning=SKEW_WARNING_MS, critical=SKEW_ERROR_MS)
    return Finding(
        state=state,
        message=_clock_words(worse, state=state, compared="ahead_of_database_ms" in details),
        details=details,
        measures={"clock-skew": round(abs(worse), 1)},
    )


def note_jump(last: Clocks, *, wall: float, steady: float) -> float:
    """By how much (ms) the wall clock jumped against the steady one, at most a minute ago."""
    if last.steady:
        jump = ((wall - last.wall) - (steady - last.steady)) * 1000
        if abs(jump) > SKEW_WARNING_MS / 2:
            last.jump_ms, last.jumped_at = jump, steady
    last.wall, last.steady = wall, steady
    return last.jump_ms if last.jump_ms and steady - last.jumped_at < JUMP_SECONDS else 0.0


def _clock_words(worse: float, *, state: State, compared: bool) -> str:
    if state is not State.HEALTHY:
        way = "ahead of" if worse > 0 else "behind"
        return f"Our clock is {abs(worse) / 1000:.1f} s {way} what it should be."
    if not compared:
        return "Runs steadily; the database could not be asked for its own."
    return f"Within {abs(worse):.0f} ms of the database's."


THEIR_CLOCK = "SELECT extract(epoch FROM clock_timestamp())::float8 AS now"
