"""Keeps a salon's own words for one kind, channel and language, or forgets them.

Called by `operations/wording/`, which writes the answered change into the audit log.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.rendering import variables_of
from openchair.notifications.templates.models import MessageTemplate
from openchair.notifications.templates.rules import CHANNELS, LANGUAGES, Written, check
from openchair.platform.errors import NotFound


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
    session: AsyncSession,
    *,
    salon_id: UUID,
    kind: str,
    channel: str,
    language: str,
    written: Written,
    by: UUID | None,
    now: datetime,
) -> Change:
    """Let the salon say it in these words from now on; messages that wait are meant, too.

    Raises `NotFound` for a kind, channel or language without words of one's own, `Invalid` for
    words that cannot be filled in (`rules.check`).
    """
    require_place(kind=kind, channel=channel, language=language)
    tidy = check(written, channel=channel, variables=variables_of(kind))
    before = await _before(session, salon_id, kind, channel, language)
    if before == tidy:
        return Change(before=before, after=tidy)
    values = {"subject": tidy.subject, "body": tidy.body, "updated_by": by, "updated_at": now}
    await session.execute(
        insert(MessageTemplate)
        .values(
            salon_id=salon_id,
            id=template_id(salon_id=salon_id, kind=kind, channel=channel, language=language),
            kind=kind,
            channel=channel,
            language=language,
            **values,
        )
        .on_conflict_do_update(index_elements=["salon_id", "id"], set_=values)
    )
    return Change(before=before, after=tidy)


async def reset(
    session: AsyncSession, *, salon_id: UUID, kind: str, channel: str, language: str
) -> Change:
    """Back to the built-in words. Raises `NotFound` as `save` does."""
    require_place(kind=kind, channel=channel, language=language)
    before = await _before(session, salon_id, kind, channel, language)
    await session.execute(
        delete(MessageTemplate).where(
            MessageTemplate.salon_id == salon_id,
            MessageTemplate.kind == kind,
            MessageTemplate.channel == channel,
            MessageTemplate.language == language,
        )
    )
    return Change(before=before, after=None)


def template_id(*, salon_id: UUID, kind: str, channel: str, language: str) -> UUID:
    """The same id for the same place every time, so that its history goes on after a reset."""
    return uuid5(salon_id, f"{kind} {channel} {language}")


def require_place(*, kind: str, channel: str, language: str) -> None:
    """Raises `NotFound` unless a salon can have its own words there."""
    if not variables_of(kind) or channel not in CHANNELS or language not in LANGUAGES:
        raise NotFound("There are no such words to change.", code="template_unknown")


async def _before(
    session: AsyncSession, salon_id: UUID, kind: str, channel: str, language: str
) -> Written | None:
    """What stands there, kept from changing until the transaction ends."""
    place = f"template:{salon_id}:{kind}:{channel}:{language}"
    await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(place, 0))))
    row = (
        await session.execute(
            select(MessageTemplate.subject, MessageTemplate.body).where(
                MessageTemplate.salon_id == salon_id,
                MessageTemplate.kind == kind,
                MessageTemplate.channel == channel,
                MessageTemplate.language == language,
            )
        )
    ).first()
    return Written(subject=row.subject, body=row.body) if row else None
