"""Photos of a client: taken on the phone or chosen from a file, shown only here."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from openchair.customers.notes.photos import get_photo, keep_photo, remove_photo
from openchair.platform.errors import Conflict, Invalid
from openchair.web.console.acts import carry_out
from openchair.web.console.clients.profile import Again, client_page
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import Typed
from openchair.web.console.pages import see_other
from openchair.web.forms import MOST_FIELDS, read_file
from openchair.web.media import send_picture

WIDTHS = {"small": 320, "large": 1280}
router = APIRouter()


@router.post("/console/{salon}/clients/{client:uuid}/photos")
async def send_photo(
    request: Request, client: UUID, desk: Annotated[Desk, Depends(May("clients.note", files=1))]
) -> Response:
    """Keep a photo; what is no picture is refused with a sentence beside the field."""
    content = await read_file(request, "photo")
    caption = (await request.form(max_files=1, max_fields=MOST_FIELDS)).get("caption", "")
    said = caption if isinstance(caption, str) else ""
    try:
        if not content:
            raise Invalid("Please choose a photo.", field="picture")  # noqa: TRY301 - one answer
        await carry_out(request, desk, keep_photo, client_id=client, content=content, caption=said)
    except (Invalid, Conflict) as problem:
        again = Again(
            Typed({"caption": said}), {problem.field or "page": desk.words.text(problem.message)}
        )
        return await client_page(request, desk, client, again, status=problem.status)
    return see_other(f"{desk.url(f'/clients/{client}', did='photo')}#photos")


@router.get("/console/{salon}/clients/{client:uuid}/photos/{photo:uuid}")
async def show_photo(
    request: Request, client: UUID, photo: UUID, desk: Annotated[Desk, Depends(May("clients.read"))]
) -> Response:
    """The picture: `size` is `small` or `large`. No browser keeps it."""
    wanted = WIDTHS.get(request.query_params.get("size", ""), WIDTHS["small"])
    async with database_of(request).transaction() as session:
        picture = await get_photo(session, salon_id=desk.salon.id, client_id=client, photo_id=photo)
    return await send_picture(picture, width=picture.shape.width_for(wanted))


@router.post("/console/{salon}/clients/{client:uuid}/photos/{photo:uuid}/remove")
async def press_remove_photo(
    request: Request, client: UUID, photo: UUID, desk: Annotated[Desk, Depends(May("clients.note"))]
) -> Response:
    """Delete it; the page asked first."""
    await carry_out(request, desk, remove_photo, client_id=client, photo_id=photo)
    return see_other(f"{desk.url(f'/clients/{client}', did='photo-removed')}#photos")
