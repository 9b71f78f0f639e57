"""Spans and days in PostgreSQL: read, joined with what the watcher has in mind, and written so that
writing them twice changes nothing. Called by `watch.py` in a transaction of its own.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.operations.status_page.components import KEYS, Key
from openchair.operations.status_page.history import DAYS, Day, Span, merge_days
from openchair.operations.status_page.memory import MOST_SPANS, PageMemory
from openchair.operations.status_page.settle import Settled


async def join(session: AsyncSession, memory: PageMemory, *, now: datetime) -> None:
    """Make one history of the database's and ours. Changes the memory only."""
    since = now - timedelta(days=DAYS + 1)
    theirs = await _read_spans(session, since=since)
    days = await _read_days(session, since=since.date())
    _join_spans(memory, theirs)
    memory.days = merge_days(days, memory.days, knows_theirs=memory.knows_theirs)
    memory.knows_theirs = True
    memory.is_changed = True


def _join_spans(memory: PageMemory, theirs: list[Span]) -> None:
    for span in theirs:
        if span.id in memory.unsaved:
            continue
        mine = memory.open_span(span.component)
        if span.until is None and mine is not None and mine.id != span.id:
            memory.spans[span.id] = _one_of_two(memory, span, mine)
        else:
            memory.spans[span.id] = span
    for key in KEYS:
        found = memory.open_span(key)
        if found is not None and key not in memory.settled:
            memory.settled[key] = Settled(condition=found.state, since=found.since)


def _one_of_two(memory: PageMemory, theirs: Span, mine: Span) -> Span:
    """Two open spans of one component: theirs goes on where it says the same, else it ends."""
    if theirs.state == mine.state and theirs.since <= mine.since:
        del memory.spans[mine.id]
        memory.unsaved.discard(mine.id)
        return theirs
    ended = replace(theirs, until=max(mine.since, theirs.since))
    memory.unsaved.add(theirs.id)
    return ended


async def save(session: AsyncSession, memory: PageMemory, *, now: datetime) -> None:
    """Write what the database does not know; call `saved` after the commit."""
    spans = [memory.spans[each] for each in memory.unsaved if each in memory.spans]
    # Those that ended first: of one component only one is open.
    for span in sorted(spans, key=lambda each: (each.until is None, each.since)):
        if span.until is None:
            await session.execute(
                END_OTHERS, {"component": span.component, "id": span.id, "since": span.since}
            )
        await session.execute(
            PUT_SPAN,
            {
                "id": span.id,
                "component": span.component,
                "state": span.state,
                "since": span.since,
                "until": span.until,
            },
        )
    days = [each for each in memory.days.values() if each.day >= _first(memory, now)]
    rows = [
        {
            "component": each.component,
            "day": each.day,
            "worst": each.worst,
            "down_seconds": round(each.down_seconds),
            "watched_seconds": round(each.watched_seconds),
        }
        for each in days
    ]
    await session.execute(PUT_DAYS, {"rows": orjson.dumps(rows).decode()})


def saved(memory: PageMemory, *, now: datetime) -> None:
    """The commit succeeded."""
    memory.unsaved.clear()
    memory.saved_at = now


def _first(memory: PageMemory, now: datetime) -> date:
    """The days since the last time that anything was written, and the one before."""
    last = memory.saved_at or now - timedelta(days=DAYS)
    return last.date() - timedelta(days=1)


async def _read_spans(session: AsyncSession, *, since: datetime) -> list[Span]:
    found = await session.execute(SPANS, {"since": since, "limit": MOST_SPANS})
    return [Span(**row) for row in found.mappings()]


async def _read_days(session: AsyncSession, *, since: date) -> dict[tuple[Key, date], Day]:
    found = await session.execute(DAY_ROWS, {"since": since, "keys": list(KEYS)})
    days = [Day(**row) for row in found.mappings()]
    return {(each.component, each.day): each for each in days}


SPANS = text("""
    SELECT id, component, state, since, until FROM status_spans
    WHERE until IS NULL OR until >= :since ORDER BY since DESC LIMIT :limit
""")
DAY_ROWS = text("""
    SELECT component, day, worst, down_seconds, watched_seconds FROM status_days
    WHERE day >= :since AND component = ANY(:keys)
""")
END_OTHERS = text("""
    UPDATE status_spans SET until = greatest(since, :since)
    WHERE component = :component AND until IS NULL AND id <> :id
""")
PUT_SPAN = text("""
    INSERT INTO status_spans (id, component, state, since, until)
    VALUES (:id, :component, :state, :since, :until)
    ON CONFLICT (id) DO UPDATE SET until = excluded.until
""")
PUT_DAYS = text("""
    INSERT INTO status_days (component, day, worst, down_seconds, watched_seconds)
    SELECT component, day, worst, down_seconds, watched_seconds
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given(
        component text, day date, worst text, down_seconds integer, watched_seconds integer)
    ON CONFLICT (component, day) DO UPDATE SET worst = excluded.worst,
        down_seconds = greatest(status_days.down_seconds, excluded.down_seconds),
        watched_seconds = greatest(status_days.watched_seconds, excluded.watched_seconds)
""")
