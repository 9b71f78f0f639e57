"""The SMS for people: a list, one message with its callbacks, and a button that repeats them."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from openchair_sandbox.pages.page import before_of, from_elsewhere, gone, show
from openchair_sandbox.sms.api import sms_store
from openchair_sandbox.sms.callbacks import Callbacks


def routes() -> list[Route]:
    """Routes under `/sms`."""
    return [
        Route("/sms", show_list),
        Route("/sms/{sms_id}", show_sms),
        Route("/sms/{sms_id}/callbacks", repeat, methods=["POST"]),
    ]


async def show_list(request: Request) -> Response:
    """Newest first; `?q=` searches numbers, texts and references, `?before=` pages."""
    text, before = request.query_params.get("q", "").strip(), before_of(request)
    page = sms_store(request).find(text=text, before=before)
    return show(
        request, "sms_list.html", {"page": page, "q": text, "first_page": not before}, place="/sms"
    )


async def show_sms(request: Request) -> Response:
    """One message: what it says, what it is, what was reported of it."""
    store = sms_store(request)
    if (sms := store.get(request.path_params["sms_id"])) is None:
        return gone(request, place="/sms")
    return show(request, "sms.html", {"sms": sms, "callbacks": store.callbacks(sms)}, place="/sms")


async def repeat(request: Request) -> Response:
    """Post the callbacks of a message once more."""
    if (refused := from_elsewhere(request)) is not None:
        return refused
    if (sms := sms_store(request).get(request.path_params["sms_id"])) is None:
        return gone(request, place="/sms")
    callbacks: Callbacks = request.app.state.callbacks
    await callbacks.again(sms, times=1)
    return RedirectResponse(f"/sms/{sms.id}", status_code=303)
