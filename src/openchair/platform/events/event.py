"""Events: facts that rooms below announce and rooms above react to.

`emit` writes the event and the jobs of its reactions in the emitter's own transaction. Which
job reacts to which event stands on one page, `openchair/reactions.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import ClassVar
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform import correlation
from openchair.platform.db.together import Write, write_together
from openchair.platform.ids import new_id
from openchair.platform.jobs.queue import Queued, declared, enqueue_all
from openchair.platform.live import tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact about one subject of one salon, or (None) about the installation.

    Subclasses add plain data and set `name`.
    """

    name: ClassVar[str]
    salon_id: UUID | None
    subject_id: UUID | None


_INSERT = """
    INSERT INTO events (id, name, salon_id, subject_id, payload, correlation_id)
    VALUES ($1, $2, $3, $4, $5, $6)
"""

Wanted = Callable[[str], str]
"""Whether a job has anything to do with the events of a salon, as a condition in SQL; given the
salon's id, as SQL too. Asked by the statement that writes the event, so it costs no other.
"""

_reactions: dict[type[Event], tuple[str, ...]] = {}
_statements: dict[type[Event], str] = {}


def react(
    reactions: Mapping[type[Event], Sequence[str]], *, only_if: Mapping[str, Wanted] | None = None
) -> None:
    """Learn which jobs react to which events, some of them `only_if`; called once at start-up.

    Raises `RuntimeError` when an event or a job is not declared, or an event is missing, so
    that the process does not start with a fact nobody was asked about.
    """
    forgotten = [kind.__name__ for kind in _kinds(Event) if kind not in reactions]
    if forgotten:
        raise RuntimeError(f"reactions.py does not mention {', '.join(sorted(forgotten))}")
    unknown = {name for names in reactions.values() for name in names} - declared.keys()
    if unknown:
        raise RuntimeError(f"reactions.py names unknown jobs: {', '.join(sorted(unknown))}")
    _reactions.clear()
    _reactions.update({kind: tuple(names) for kind, names in reactions.items()})
    _statements.clear()
    _statements.update(
        {kind: _statement(names, only_if or {}) for kind, names in _reactions.items()}
    )


def reactions_to(event: Event, *, event_id: UUID) -> list[Queued]:
    """The jobs that this event wakes, ready to be queued; `event_id` tells them which it was."""
    if type(event) not in _reactions:
        raise RuntimeError(f"{type(event).__name__} is not on reactions.py")
    payload = {**_facts(event), "event_id": event_id}
    return [Queued(name, payload) for name in _reactions[type(event)]]


async def emit(session: AsyncSession, event: Event, *, along_with: Sequence[Write] = ()) -> None:
    """Write the event and the jobs of its reactions; both exist only if the caller commits. Then
    whoever has the salon's calendar open is told.

    `along_with` are writes of the caller that share the event's statement.
    """
    event_id = new_id()
    jobs = reactions_to(event, event_id=event_id)
    values = (
        event_id,
        event.name,
        event.salon_id,
        event.subject_id,
        orjson.dumps(_facts(event), default=str).decode(),
        correlation.current(),
    )
    written = Write("emitted", _statements[type(event)], values)
    wanted = await write_together(session, [*along_with, written])
    asked = zip(jobs, wanted or (), strict=True)
    await enqueue_all(session, [job for job, is_wanted in asked if is_wanted])
    if event.salon_id is not None:
        tell.changed(session, salon_id=event.salon_id)


def _facts(event: Event) -> dict[str, object]:
    """What the event says, by name. Plain data, so nothing needs to be copied as `asdict` does."""
    return {field.name: getattr(event, field.name) for field in fields(event)}


def _statement(jobs: Sequence[str], only_if: Mapping[str, Wanted]) -> str:
    """The insertion, which answers job by job whether it is wanted."""
    conditions = [only_if[job]("events.salon_id") if job in only_if else "true" for job in jobs]
    return f"{_INSERT} RETURNING {', '.join(conditions)}" if conditions else _INSERT


def _kinds(parent: type[Event]) -> list[type[Event]]:
    # `dataclass(slots=True)` makes a second class of the same name; the first lingers for a while.
    children = {(each.__module__, each.__name__): each for each in parent.__subclasses__()}
    return [kind for child in children.values() for kind in (child, *_kinds(child))]
