"""Keeps a salon's own words for one kind, channel and language, or forgets them.

Called by `operations/wording/`, which writes the answered change into the audit log.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.templates.models import MessageTemplate
from openchair.notifications.templates.place import Place
from openchair.notifications.templates.rules import Written, check


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What stood there before and what stands there now; None is the built-in words."""

    before: Written | None
    after: Written | None

    @property
    def is_one(self) -> bool:
        """Whether anything is different."""
        return self.before != self.after

    @property
    def metadata(self) -> dict[str, Any]:
        """The change as the audit log keeps it."""
        return {
            "before": asdict(self.before) if self.before else None,
            "after": asdict(self.after) if self.after else None,
        }


async def save(
    session: AsyncSession, *, place: Place, written: Written, by: UUID | None, now: datetime
) -> Change:
    """Let the salon say it in these words from now on; messages that wait are meant, too.

    Raises `NotFound` where nobody can have words of one's own, `Invalid` for words that cannot be
    filled in (`rules.check`).
    """
    place.require()
    tidy = check(written, channel=place.channel, variables=place.variables)
    before = await _before(session, place)
    if before == tidy:
        return Change(before=before, after=tidy)
    values = {"subject": tidy.subject, "body": tidy.body, "updated_by": by, "updated_at": now}
    await session.execute(
        insert(MessageTemplate)
        .values(**asdict(place), id=place.id, **values)
        .on_conflict_do_update(index_elements=["salon_id", "id"], set_=values)
    )
    return Change(before=before, after=tidy)


async def reset(session: AsyncSession, *, place: Place) -> Change:
    """Back to the built-in words. Raises `NotFound` as `save` does."""
    place.require()
    before = await _before(session, place)
    await session.execute(delete(MessageTemplate).where(*_at(place)))
    return Change(before=before, after=None)


async def _before(session: AsyncSession, place: Place) -> Written | None:
    """What stands there, kept from changing until the transaction ends."""
    lock = func.pg_advisory_xact_lock(func.hashtextextended(f"template:{place.id}", 0))
    await session.execute(select(lock))
    found = await session.execute(
        select(MessageTemplate.subject, MessageTemplate.body).where(*_at(place))
    )
    row = found.first()
    return Written(subject=row.subject, body=row.body) if row else None


def _at(place: Place) -> tuple[ColumnElement[bool], ...]:
    return (MessageTemplate.salon_id == place.salon_id, MessageTemplate.id == place.id)
