"""The wizard on the salon's own site: the line to copy, and the sites that may show it."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from openchair.operations.house.change import WEBSITE, change_embed_origins
from openchair.platform.db.attempt import attempt
from openchair.platform.errors import Invalid
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings
from openchair.web.console.door import Desk, May, database_of
from openchair.web.console.former import former_state
from openchair.web.console.forms import read_form
from openchair.web.console.pages import render, see_other

PATH = "/salon/website"
router = APIRouter()


@router.get("/console/{salon}/salon/website")
async def show_website(
    request: Request, desk: Annotated[Desk, Depends(May("website.manage"))]
) -> Response:
    """The line, the link, and the list of sites."""
    undo = None
    if "did" in request.query_params:
        async with database_of(request).transaction() as session:
            undo = await former_state(
                session, desk, resource_type=WEBSITE, resource_id=desk.salon.id
            )
    return _page(desk, "\n".join(desk.salon.embed_origins), undo=undo)


@router.post("/console/{salon}/salon/website")
async def save_website(
    request: Request, desk: Annotated[Desk, Depends(May("website.manage"))]
) -> Response:
    """Let these sites show the wizard, one a line."""
    text = (await read_form(request))["origins"]
    lines = (line.strip().rstrip("/").lower() for line in text.splitlines())
    origins = list(dict.fromkeys(line for line in lines if line))

    async def work(session: AsyncSession) -> bool:
        return await change_embed_origins(
            session, salon=desk.salon, origins=origins, by=desk.person.actor
        )

    try:
        changed = await attempt(database_of(request), work)
    except Invalid as problem:
        return _page(desk, text, wrong=problem)
    return see_other(desk.url(PATH, did="save" if changed else ""))


def _page(
    desk: Desk, text: str, *, undo: list[str] | None = None, wrong: Invalid | None = None
) -> Response:
    address = load(InstallationSettings).address
    return render(
        "website.html",
        words=desk.words,
        desk=desk,
        line=f'<script src="{address}/widget.js" data-salon="{desk.salon.slug}" async></script>',
        link=f"{address}/{desk.salon.slug}",
        origins=text,
        allowed=bool(desk.salon.embed_origins),
        undo=None if undo is None else "\n".join(undo),
        wrong={"origins": desk.words.text(wrong.message)} if wrong else {},
        status=wrong.status if wrong else 200,
    )
