"""A receiver for anything that is posted to `/webhook/{name}`: stores first, then answers."""

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openchair_sandbox.body import TooLarge, read_body
from openchair_sandbox.faults.board import Fault
from openchair_sandbox.faults.http import headers_of, status_of, under_faults
from openchair_sandbox.webhooks.api import post_store


def routes() -> list[Route]:
    """Any name will do."""
    return [Route("/webhook/{name:path}", receive, methods=["POST"])]


async def receive(request: Request) -> Response:
    """200, or what the fault of the target `webhook` says."""
    return await under_faults(
        request, target="webhook", deny=_denial, accept=partial(_receive, request)
    )


async def _receive(request: Request) -> Response:
    try:
        body = await read_body(request)
    except TooLarge as error:
        return JSONResponse({"detail": str(error)}, status_code=413)
    number = post_store(request).add(
        receiver="webhook",
        name=request.path_params["name"],
        headers=request.headers,
        body=body,
    )
    return JSONResponse({"received": number})


def _denial(fault: Fault) -> Response:
    return JSONResponse(
        {"detail": f"The fault {fault.name} is on."},
        status_code=status_of(fault),
        headers=headers_of(fault),
    )
