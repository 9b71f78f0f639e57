"""What people write on the status page: a condition with words, and that it is over. Called by the
command, with a database, and by the watcher for what was said while there was none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.identity.audit.record import SYSTEM, Actor, record
from openchair.operations.status_page.components import (
    CONDITIONS,
    KEYS,
    Condition,
    Key,
    worst_of,
)
from openchair.platform.errors import Invalid
from openchair.platform.ids import new_id

MOST_WORDS = 1000
MOST_NAME = 100
LONGEST = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """Words with a condition. Without a component they concern all; they hold until `ended_at`,
    and without one until somebody says that it is over.
    """

    id: UUID
    state: Condition
    message: str
    author: str
    at: datetime
    component: Key | None = None
    ended_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it decides what is shown."""
        return self.at <= now and (self.ended_at is None or now < self.ended_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clear:
    """Somebody said at a moment that it is over: for one component, or for everything."""

    at: datetime
    author: str
    component: Key | None = None
    kind: Literal["clear"] = "clear"


def new_update(
    *,
    state: str,
    message: str,
    author: str,
    now: datetime,
    component: str | None = None,
    lasting: timedelta | None = None,
) -> Update:
    """What somebody typed, checked. Raises `Invalid`."""
    words = message.strip()
    if not words or len(words) > MOST_WORDS:
        raise Invalid(f"Please say in 1 to {MOST_WORDS} characters what is.", field="message")
    if not all(each.isprintable() or each == "\n" for each in words):
        raise Invalid("The message holds characters that are no text.", field="message")
    if lasting is not None and not timedelta() < lasting <= LONGEST:
        raise Invalid("It can hold for 30 days at most.", field="for")
    known = condition(state)
    ends = now if known == "operational" else None if lasting is None else now + lasting
    return Update(
        id=new_id(),
        state=known,
        message=words,
        author=author[:MOST_NAME],
        at=now,
        component=None if component is None else key(component),
        ended_at=ends,
    )


def condition(typed: str) -> Condition:
    """`major-outage`, `Major outage` → `major_outage`. Raises `Invalid`."""
    plain = typed.strip().lower().replace("-", "_").replace(" ", "_")
    for each in CONDITIONS:
        if plain in {each, each.removesuffix("_outage")}:
            return each
    raise Invalid(f"A status is one of {', '.join(CONDITIONS)}.", field="status")


def key(typed: str) -> Key:
    """The component of that name. Raises `Invalid`."""
    for each in KEYS:
        if each == typed.strip().lower():
            return each
    raise Invalid(f"A component is one of {', '.join(KEYS)}.", field="component")


def said_of(
    component: Key, *, measured: Condition, updates: Sequence[Update], now: datetime
) -> Condition:
    """What is shown: the worst of what is measured and what people say. Announced maintenance is
    the name of what is measured meanwhile.
    """
    said = [
        each.state for each in updates if each.holds(now) and each.component in {None, component}
    ]
    worst = worst_of(said)
    return worst if worst == "maintenance" else worst_of([measured, worst])


def cleared(updates: Sequence[Update], clear: Clear) -> list[Update]:
    """The updates after somebody said that it is over; what was said later still holds."""
    return [_ended(each, clear) for each in updates]


def _ended(update: Update, clear: Clear) -> Update:
    concerned = clear.component is None or update.component == clear.component
    if not concerned or update.at > clear.at or not update.holds(clear.at):
        return update
    return Update(
        id=update.id,
        state=update.state,
        message=update.message,
        author=update.author,
        at=update.at,
        component=update.component,
        ended_at=clear.at,
    )


async def store_update(session: AsyncSession, *, update: Update, by: Actor = SYSTEM) -> bool:
    """Keep it, once: False when it is there already. What says that all is well ends the others."""
    written = await session.execute(
        INSERT,
        {
            "id": update.id,
            "state": update.state,
            "component": update.component,
            "message": update.message,
            "author": update.author,
            "ended_at": update.ended_at,
            "at": update.at,
        },
    )
    if written.first() is None:
        return False
    if update.state == "operational":
        await end_updates(session, at=update.at, component=update.component)
    await _record(session, "update", update.author, _what(update), by=by)
    return True


async def store_clear(session: AsyncSession, *, clear: Clear, by: Actor = SYSTEM) -> int:
    """Nothing that was said before holds any more. Answers how many updates that ended."""
    count = await end_updates(session, at=clear.at, component=clear.component)
    await _record(
        session, "clear", clear.author, {"component": clear.component, "ended": count}, by=by
    )
    return count


async def end_updates(session: AsyncSession, *, at: datetime, component: Key | None) -> int:
    """End what held at that moment."""
    found = await session.execute(END, {"at": at, "component": component})
    return len(found.all())


async def read_updates(session: AsyncSession, *, since: datetime, limit: int = 200) -> list[Update]:
    """What was said since, and what still holds; the newest first."""
    found = await session.execute(READ, {"since": since, "limit": limit})
    return [Update(**row) for row in found.mappings()]


def _what(update: Update) -> Mapping[str, object]:
    return {
        "state": update.state,
        "component": update.component,
        "message": update.message,
        "ended_at": update.ended_at,
    }


async def _record(
    session: AsyncSession, action: str, author: str, what: Mapping[str, object], *, by: Actor
) -> None:
    await record(
        session,
        actor=by,
        action=action,
        resource_type="status_page",
        resource_id="status-page",
        salon_id=None,
        metadata={"author": author, **what},
    )


INSERT = text("""
    INSERT INTO status_updates (id, state, component, message, author, ended_at, created_at)
    VALUES (:id, :state, :component, :message, :author, :ended_at, :at)
    ON CONFLICT (id) DO NOTHING RETURNING id
""")
END = text("""
    UPDATE status_updates SET ended_at = :at
    WHERE created_at <= :at AND (ended_at IS NULL OR ended_at > :at)
        AND (CAST(:component AS text) IS NULL OR component = :component)
    RETURNING id
""")
READ = text("""
    SELECT id, state, component, message, author, ended_at, created_at AS at FROM status_updates
    WHERE created_at >= :since OR ended_at IS NULL OR ended_at > now()
    ORDER BY created_at DESC, id DESC LIMIT :limit
""")
