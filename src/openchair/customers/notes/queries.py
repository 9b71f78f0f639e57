"""Reads of what the team keeps about a client: notes and photos, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MOST_NOTES = 50
MOST_PHOTOS = 60


@dataclass(frozen=True, slots=True)
class Note:
    """One note; `author` is empty when nobody is known who wrote it."""

    id: UUID
    body: str
    author: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Photo:
    """One picture, kept as `media_id`."""

    id: UUID
    media_id: UUID
    caption: str
    author: str
    created_at: datetime


async def list_notes(
    session: AsyncSession,
    *,
    salon_id: UUID,
    client_id: UUID,
    after: tuple[datetime, UUID] | None = None,
    limit: int = MOST_NOTES,
) -> list[Note]:
    """Notes behind `after`, at most fifty."""
    values = {
        "salon_id": salon_id,
        "client_id": client_id,
        "before": after[0] if after else None,
        "id": after[1] if after else UUID(int=0),
        "limit": min(limit, MOST_NOTES),
    }
    return [Note(*row) for row in await session.execute(_NOTES, values)]


async def list_photos(session: AsyncSession, *, salon_id: UUID, client_id: UUID) -> list[Photo]:
    """The client's photos, at most sixty."""
    values = {"salon_id": salon_id, "client_id": client_id, "limit": MOST_PHOTOS}
    return [Photo(*row) for row in await session.execute(_PHOTOS, values)]


_NOTES = text("""
    SELECT note.id, note.body, coalesce(author.name, ''), note.created_at
    FROM customer_notes AS note LEFT JOIN profiles AS author ON author.id = note.written_by
    WHERE note.salon_id = :salon_id AND note.customer_id = :client_id
        AND (CAST(:before AS timestamptz) IS NULL OR (note.created_at, note.id) < (:before, :id))
    ORDER BY note.created_at DESC, note.id DESC LIMIT :limit
""")
_PHOTOS = text("""
    SELECT photo.id, photo.media_id, photo.caption, coalesce(author.name, ''), photo.created_at
    FROM customer_photos AS photo LEFT JOIN profiles AS author ON author.id = photo.taken_by
    WHERE photo.salon_id = :salon_id AND photo.customer_id = :client_id
    ORDER BY photo.created_at DESC, photo.id DESC LIMIT :limit
""")
