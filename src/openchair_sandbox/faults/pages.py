"""The faults for people: which are on, and a button for each. Works without scripts."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from openchair_sandbox.body import TooLarge, read_form
from openchair_sandbox.faults.api import board_of
from openchair_sandbox.faults.board import Unfitting
from openchair_sandbox.faults.catalogue import TARGETS
from openchair_sandbox.pages.page import from_elsewhere, gone, show

MAX_FORM_BYTES = 10_000


def routes() -> list[Route]:
    """Routes under `/faults`."""
    return [
        Route("/faults", show_faults, methods=["GET"]),
        Route("/faults", clear_all, methods=["POST"]),
        Route("/faults/{target}", switch, methods=["POST"]),
    ]


async def show_faults(request: Request) -> Response:
    """Every target with its faults."""
    return _page(request)


async def switch(request: Request) -> Response:
    """Switch `fault` of the form on, or off whatever is on when the form names none."""
    if (refused := from_elsewhere(request)) is not None:
        return refused
    target = request.path_params["target"]
    if target not in TARGETS:
        return gone(request, place="/faults")
    try:
        form = await read_form(request, limit=MAX_FORM_BYTES)
        if form.get("fault"):
            await board_of(request).put(
                target=target,
                name=form["fault"],
                seconds=_number(form.get("seconds", ""), "Seconds"),
                times=_whole(form.get("times", "")),
                share=(_number(form.get("share", ""), "Share") or 100) / 100,
            )
        else:
            await board_of(request).clear(target)
    except (Unfitting, TooLarge) as error:
        return _page(request, wrong=str(error), wrong_at=target, status=422)
    return RedirectResponse(f"/faults#{target}", status_code=303)


async def clear_all(request: Request) -> Response:
    """Everything works again."""
    if (refused := from_elsewhere(request)) is not None:
        return refused
    await board_of(request).clear_all()
    return RedirectResponse("/faults", status_code=303)


def _page(request: Request, *, wrong: str = "", wrong_at: str = "", status: int = 200) -> Response:
    data = {
        "targets": TARGETS,
        "present": {fault.target: fault for fault in board_of(request).all()},
        "wrong": wrong,
        "wrong_at": wrong_at,
    }
    return show(request, "faults.html", data, place="/faults", status=status)


def _number(text: str, name: str) -> float | None:
    """A number in a field, None when it is empty. Raises `Unfitting`."""
    if not text.strip():
        return None
    try:
        return float(text.replace(",", "."))
    except ValueError:
        raise Unfitting(f"{name} is a number.") from None


def _whole(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal() or len(text) > 9:
        raise Unfitting("Times is a whole number.")
    return int(text)
