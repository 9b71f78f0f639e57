"""Makes the calls about incidents beside the watcher's looks, directly and never through the queue,
and enters what came of them. Called by `watch.py`.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from openchair.operations.alerts.channels.deliver import deliver
from openchair.operations.alerts.channels.targets import CHANNELS, all_targets
from openchair.operations.alerts.notice import Attempt, Notice, Target
from openchair.operations.alerts.store import attempt_row
from openchair.operations.incidents.escalate import PERSONAL
from openchair.operations.incidents.follow import say
from openchair.operations.incidents.watched import Call, Flight, IncidentMemory

LONGEST_WAIT = 5.0


class Deliver(Protocol):
    """How a notice is sent; `alerts/channels/deliver.py` in earnest. Never raises."""

    async def __call__(
        self, notice: Notice, *, targets: Sequence[Target], spare: Sequence[Target] | None = None
    ) -> list[Attempt]:
        """Every attempt."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How people are reached."""

    deliver: Deliver = deliver
    all_targets: Callable[[], Sequence[Target]] = all_targets


def depart(memory: IncidentMemory, calls: Iterable[Call], *, reach: Reach) -> None:
    """Make these calls, all at once. Nobody stands in for a person: the next one is called."""
    for call in calls:
        spare: Sequence[Target] | None = () if call.person else None
        task = asyncio.create_task(
            reach.deliver(call.notice, targets=call.targets, spare=spare),
            name=f"incident notice {call.notice.id}",
        )
        memory.flights.append(Flight(call, task))


async def wait_for(memory: IncidentMemory, *, seconds: float) -> None:
    """Wait a moment for those under way; who takes longer is heard at a later look."""
    if memory.flights:
        await asyncio.wait([each.task for each in memory.flights], timeout=seconds)


def land(memory: IncidentMemory, *, now: datetime) -> bool:
    """Enter what came of every call that is through. Answers whether there was any."""
    done = [each for each in memory.flights if each.task.done()]
    memory.flights = [each for each in memory.flights if not each.task.done()]
    for flight in done:
        attempts = flight.task.result()
        memory.unsaved_attempts += [attempt_row(each) for each in attempts]
        _note(memory, flight.call, attempts, now=now)
    return bool(done)


def _note(
    memory: IncidentMemory, call: Call, attempts: Sequence[Attempt], *, now: datetime
) -> None:
    watched = memory.watched.get(call.incident_id)
    if watched is None:
        return
    arrived = sorted(
        (each for each in attempts if each.outcome == "sent"),
        key=lambda each: CHANNELS.index(each.channel),
    )
    source = f"call:{call.notice.id}"
    if not call.person:
        where = ", ".join(dict.fromkeys(each.channel for each in arrived)) or "nobody"
        words = f"{_heading(call.notice)} was told to: {where}."
        say(memory, watched.incident, "told", words, at=now, source=source)
        return
    by = [each for each in arrived if each.channel in PERSONAL]
    if by:
        ways = " and ".join(f"{each.channel} ({each.target})" for each in by)
        words = f"{call.person} was called by {ways}."
        say(memory, watched.incident, "escalation", words, at=now, source=source)
        return
    why = "; ".join(f"{each.channel}: {each.error}" for each in attempts if each.error)
    words = f"{call.person} could not be reached ({why[:500]}); the next one is called."
    say(memory, watched.incident, "escalation", words, at=now, source=source)
    if watched.incident.escalation_step == call.step + 1:
        memory.put(watched.changed(escalated_at=None))


def _heading(notice: Notice) -> str:
    return notice.facts.heading if notice.facts else notice.title
