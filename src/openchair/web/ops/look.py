"""Dark or light: as the device is set, unless somebody chose here. Kept in a cookie alone."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from openchair.web.cookies import is_secure
from openchair.web.forms import own_address, read_form
from openchair.web.own_page import ANYBODY

COOKIE = "openchair-look"
LOOKS = ("auto", "dark", "light")
YEAR_SECONDS = 365 * 86_400
router = APIRouter()


def read_look(request: Request) -> str:
    """`auto`, `dark` or `light`."""
    chosen = request.cookies.get(COOKIE, "")
    return chosen if chosen in LOOKS else LOOKS[0]


@router.post("/ops/look")
async def choose_look(request: Request, _: Annotated[None, Depends(ANYBODY)]) -> Response:
    """Remember it and go back to where it was chosen."""
    typed = await read_form(request)
    back = own_address(typed["back"], root="/ops", otherwise="/ops")
    response = RedirectResponse(back, status_code=303, headers={"Cache-Control": "no-store"})
    if typed["look"] in LOOKS:
        response.set_cookie(
            COOKIE,
            typed["look"],
            max_age=YEAR_SECONDS,
            path="/ops",
            secure=is_secure(request),
            httponly=True,
            samesite="lax",
        )
    return response
