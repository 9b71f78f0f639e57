"""The page that leads to everything about the salon itself. Changes nothing."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from openchair.web.console.door import Desk, May
from openchair.web.console.menu import salon_menu
from openchair.web.console.pages import render

router = APIRouter()


@router.get("/console/{salon}/salon")
async def show_salon_pages(desk: Annotated[Desk, Depends(May("salon.read"))]) -> Response:
    """One card for each page that this person may see."""
    return render("salon.html", words=desk.words, desk=desk, cards=salon_menu(desk))
