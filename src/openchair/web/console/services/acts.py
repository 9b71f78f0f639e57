"""Archiving and restoring what is on the price list, and its pictures."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.booking.appointments.coming import Coming, coming_visits
from openchair.booking.catalogue.change import archive_item, restore_item, set_image
from openchair.booking.catalogue.item import below, read_item
from openchair.booking.catalogue.note import Done
from openchair.media.keep import keep_picture
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid
from openchair.web.console.acts import carry_out
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.forms import read_file, read_form
from openchair.web.console.pages import render, see_other
from openchair.web.console.services.edit import picture_refused
from openchair.web.console.services.list_view import HOME

router = APIRouter()


@router.post("/console/{salon}/salon/services/{service:uuid}/archive")
async def press_archive(
    request: Request, service: UUID, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Offer it no more; when visits are still to come, say how many before."""
    typed = await read_form(request)
    async with database_of(request).transaction() as session:
        item = await read_item(session, salon_id=desk.salon.id, service_id=service)
        hanging = await below(session, salon_id=desk.salon.id, service_id=service)
        coming = await coming_visits(
            session, salon_id=desk.salon.id, service_ids=[service, *hanging], now=desk.now
        )
    if coming.count and typed["sure"] != "yes":
        return ask_archive(
            desk,
            name=desk.say(item.name),
            coming=coming,
            action=desk.url(f"{HOME}/{service}/archive"),
            back=desk.url(f"{HOME}/{service}"),
        )
    done = await carry_out(request, desk, archive_item, service_id=service)
    return see_other(desk.url(HOME, did="archived", undo=done.act_id))


@router.post("/console/{salon}/salon/services/{service:uuid}/restore")
async def press_restore(
    request: Request, service: UUID, desk: Annotated[Desk, Depends(May("catalogue.manage"))]
) -> Response:
    """Offer it again."""
    done = await carry_out(request, desk, restore_item, service_id=service)
    return see_other(desk.url(f"{HOME}/{service}", did="restored", undo=done.act_id))


@router.post("/console/{salon}/salon/services/{service:uuid}/picture")
async def send_service_picture(
    request: Request,
    service: UUID,
    desk: Annotated[Desk, Depends(May("catalogue.manage", files=1))],
) -> Response:
    """Show this picture with it, or none any more."""
    typed = await read_form(request)
    content = b"" if typed["remove"] == "yes" else await read_file(request, "picture")

    async def work(session: AsyncSession) -> Done:
        await read_item(session, salon_id=desk.salon.id, service_id=service, lock=True)
        kept = None
        if typed["remove"] != "yes":
            if not content:
                raise Invalid("Please choose a picture first.", field="picture")
            kept = await keep_picture(
                session, salon_id=desk.salon.id, purpose="service", content=content
            )
        return await set_image(
            session,
            salon_id=desk.salon.id,
            service_id=service,
            picture_id=kept.id if kept else None,
            by=desk.person.actor,
        )

    try:
        done = await attempt(database_of(request), work)
    except Invalid as problem:
        return await picture_refused(request, desk, service, problem)
    did = "picture" if done.act_id else "same"
    return see_other(desk.url(f"{HOME}/{service}", did=did, undo=done.act_id))


def ask_archive(desk: Desk, *, name: str, coming: Coming, action: str, back: str) -> Response:
    """How many visits are still to come, and that they stay."""
    first = desk.formats.date_and_time(coming.first) if coming.first else ""
    last = desk.formats.date_and_time(coming.last) if coming.last else ""
    return render(
        "services/archive.html",
        words=desk.words,
        desk=desk,
        status=409,
        name=name,
        count=coming.count,
        first=first,
        last=last,
        action=action,
        back=back,
    )
