"""Stores what another service told us, once. Called by the doors, many events at a time.

It does not handle anything: the doors answer when this has committed, and a worker goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.driver import driver
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A verified event. `payload` is a JSON object as text; `provider_event_id` is the service's
    own name for the event, the same each time it comes.
    """

    source: str
    provider_event_id: str
    event_type: str
    payload: str
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Received:
    """Our id of the event, and whether it was here before."""

    id: UUID
    duplicate: bool


class Unstorable(Exception):
    """PostgreSQL does not take this payload, for instance since it holds a NUL."""


async def receive(session: AsyncSession, *, events: Sequence[Incoming]) -> list[Received]:
    """Store the events that are new, count the others as duplicates; one statement for all.

    Two that come at the same moment are one event and one duplicate. Raises what PostgreSQL says
    of a payload it cannot store.
    """
    return await _store(await driver(session), events)


async def receive_each(
    database: Database, events: Sequence[Incoming]
) -> list[Received | Exception]:
    """`receive` as a transaction of its own; when one payload cannot be stored, its companions
    are stored nevertheless. Answers an exception for that one.
    """
    try:
        async with database.alone() as connection:
            return [*await _store(connection, events)]
    except asyncpg.DataError as error:
        if len(events) == 1:
            return [Unstorable(str(error))]
    return [(await receive_each(database, [event]))[0] for event in events]


async def _store(
    connection: "asyncpg.Connection[Any]", events: Sequence[Incoming]
) -> list[Received]:
    times: dict[Key, int] = {}
    first: dict[Key, Incoming] = {}
    for event in events:
        key = (event.source, event.provider_event_id)
        times[key] = times.get(key, 0) + 1
        first.setdefault(key, event)
    # In one order everywhere, so that two processes with the same events never wait in a circle.
    rows = [first[key] for key in sorted(first)]
    stored = await connection.fetch(
        INSERT,
        [new_id() for _ in rows],
        [each.source for each in rows],
        [each.provider_event_id for each in rows],
        [each.event_type for each in rows],
        [each.payload for each in rows],
        [times[each.source, each.provider_event_id] - 1 for each in rows],
        [each.correlation_id for each in rows],
    )
    found = {(row["source"], row["provider_event_id"]): row for row in stored}
    answers, seen = [], set()
    for event in events:
        key = (event.source, event.provider_event_id)
        answers.append(Received(found[key]["id"], not found[key]["fresh"] or key in seen))
        seen.add(key)
    return answers


INSERT = """
    INSERT INTO webhook_events AS known
        (id, source, provider_event_id, event_type, payload, duplicates, correlation_id)
    SELECT id, source, provider_event_id, event_type, payload::jsonb, duplicates, correlation_id
    FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[]
    ) AS came
        (id, source, provider_event_id, event_type, payload, duplicates, correlation_id)
    ON CONFLICT (source, provider_event_id) DO UPDATE
    SET duplicates = known.duplicates + excluded.duplicates + 1
    RETURNING id, source, provider_event_id, xmax = 0 AS fresh
"""
