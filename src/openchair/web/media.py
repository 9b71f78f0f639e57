"""Sends pictures. The public address knows only those of services and staff; the console sends any
picture of its salon by `send_picture`, after it has asked who may see it.
"""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from openchair.media.queries import Picture, get_picture, no_picture, read_file
from openchair.media.rules import CONTENT_TYPE
from openchair.salons.queries import get_salon
from openchair.web.caller import database_of
from openchair.web.slug import register_slug
from openchair.web.static_files import FOR_EVER

PRIVATE = "private, no-store"
POLICY = "default-src 'none'; sandbox"

register_slug()
router = APIRouter()


@router.get("/{slug:salon}/pictures/{picture:uuid}/{width:int}.webp")
async def show_public_picture(request: Request, slug: str, picture: UUID, width: int) -> Response:
    """One of a service or of somebody of the team. It never changes: another picture has another
    address, so browsers keep it.
    """
    async with database_of(request).transaction() as session:
        salon = await get_salon(session, slug=slug)
        found = await get_picture(session, salon_id=salon.id, picture_id=picture)
    if not found.is_public or width not in found.widths:
        raise no_picture()
    tag = f'"{found.id.hex}-{width}"'
    headers = {"Cache-Control": FOR_EVER, "ETag": tag, "Content-Security-Policy": POLICY}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = await read_file(found, width=width)
    return Response(content, media_type=CONTENT_TYPE, headers=headers)


async def send_picture(picture: Picture, *, width: int) -> Response:
    """One that only the team may see: no browser and no proxy keeps it. Raises `NotFound`."""
    content = await read_file(picture, width=width)
    return Response(
        content,
        media_type=CONTENT_TYPE,
        headers={"Cache-Control": PRIVATE, "Content-Security-Policy": POLICY},
    )


def picture_address(slug: str, picture_id: UUID, width: int) -> str:
    """Where a public picture is."""
    return f"/{slug}/pictures/{picture_id}/{width}.webp"
