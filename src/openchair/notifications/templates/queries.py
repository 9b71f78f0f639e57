"""Reads of a salon's own words. Called by renderers and by the console."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.templates.models import MessageTemplate
from openchair.notifications.templates.rules import Written

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A salon's own words, and who wrote them when."""

    kind: str
    channel: str
    language: str
    written: Written
    updated_by: UUID | None
    updated_at: datetime


async def find(
    session: AsyncSession,
    *,
    salon_id: UUID,
    kind: str,
    channel: str,
    language: str,
    default_language: str,
) -> Template | None:
    """The salon's own words in `language`, else its own in `default_language`, else None: then
    the built-in words count, in `language`.
    """
    rows = await session.scalars(
        select(MessageTemplate).where(
            MessageTemplate.salon_id == salon_id,
            MessageTemplate.kind == kind,
            MessageTemplate.channel == channel,
            MessageTemplate.language.in_({language, default_language}),
        )
    )
    found = {row.language: row for row in rows}
    row = found.get(language) or found.get(default_language)
    return _template(row) if row else None


async def list_own(session: AsyncSession, *, salon_id: UUID) -> list[Template]:
    """Everything that the salon says in words of its own, at most two hundred."""
    rows = await session.scalars(
        select(MessageTemplate)
        .where(MessageTemplate.salon_id == salon_id)
        .order_by(MessageTemplate.kind, MessageTemplate.channel, MessageTemplate.language)
        .limit(MOST)
    )
    return [_template(row) for row in rows]


def _template(row: MessageTemplate) -> Template:
    return Template(
        kind=row.kind,
        channel=row.channel,
        language=row.language,
        written=Written(subject=row.subject, body=row.body),
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )
