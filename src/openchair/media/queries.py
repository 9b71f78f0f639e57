"""Reads of the pictures a salon keeps. Who may see which is decided by who asks.

Rooms that show a picture beside something of theirs read it by `PICTURE_OF` in their own statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.media.keys import file_of
from openchair.media.models import MediaFileRow
from openchair.media.rules import PUBLIC_PURPOSES, widths_of
from openchair.platform.errors import NotFound
from openchair.platform.storage.store import get

PICTURE_OF = """
    (SELECT jsonb_build_array(m.id, m.width, m.height) FROM media_files m
     WHERE m.salon_id = {table}.salon_id AND m.id = {table}.image_id)
"""
"""The picture of a row of `{table}` that has a column `image_id`: id, width and height, or null."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A picture as a page needs it; width and height in pixels are those of the largest."""

    id: UUID
    width: int
    height: int

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths it can be had in, the narrowest first."""
        return widths_of(self.width)

    def width_for(self, wanted: int) -> int:
        """The narrowest that is at least `wanted` pixels wide, or the widest there is."""
        return next((each for each in self.widths if each >= wanted), self.width)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a salon; `size` is that of all its files in bytes."""

    id: UUID
    salon_id: UUID
    key: str
    purpose: str
    width: int
    height: int
    size: int
    created_at: datetime

    @property
    def is_public(self) -> bool:
        """Whether any visitor may see it."""
        return self.purpose in PUBLIC_PURPOSES

    @property
    def shape(self) -> Shape:
        """What a page needs of it."""
        return Shape(self.id, self.width, self.height)

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths it can be had in, the narrowest first."""
        return widths_of(self.width)


async def get_picture(session: AsyncSession, *, salon_id: UUID, picture_id: UUID) -> Picture:
    """One picture. Raises `NotFound` (`picture_not_found`), also for a neighbour's."""
    row = await session.scalar(
        select(MediaFileRow).where(MediaFileRow.salon_id == salon_id, MediaFileRow.id == picture_id)
    )
    if row is None:
        raise no_picture()
    return Picture(
        id=row.id,
        salon_id=row.salon_id,
        key=row.key,
        purpose=row.purpose,
        width=row.width,
        height=row.height,
        size=row.size,
        created_at=row.created_at,
    )


async def shapes_of(
    session: AsyncSession, *, salon_id: UUID, picture_ids: Sequence[UUID]
) -> dict[UUID, Shape]:
    """What a page needs of those of these pictures that are there."""
    if not picture_ids:
        return {}
    rows = await session.execute(
        select(MediaFileRow.id, MediaFileRow.width, MediaFileRow.height).where(
            MediaFileRow.salon_id == salon_id, MediaFileRow.id.in_(picture_ids)
        )
    )
    return {row.id: Shape(*row) for row in rows}


async def read_file(picture: Picture, *, width: int) -> bytes:
    """The WebP file of this width; no transaction needs to be open. Raises `NotFound` for a width
    it is not kept in, and `Unavailable`.
    """
    if width not in picture.widths:
        raise no_picture()
    return await get(file_of(picture.key, width))


def shape_of(found: list[object] | None) -> Shape | None:
    """What `PICTURE_OF` answered."""
    if not found:
        return None
    picture_id, width, height = found
    return Shape(UUID(str(picture_id)), int(str(width)), int(str(height)))


def no_picture() -> NotFound:
    """There is none, or not for them."""
    return NotFound("There is no such picture.", code="picture_not_found")
