"""A dead man's switch's listening side: counts who calls `/heartbeat/{name}`, by GET or POST."""

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from openchair_sandbox.faults.board import Fault
from openchair_sandbox.faults.http import headers_of, status_of, under_faults
from openchair_sandbox.heartbeats.store import HeartbeatStore

MAX_NAME = 100


def routes() -> list[Route]:
    """The receiver, and what was heard as JSON under `/api/heartbeats`."""
    return [
        Route("/heartbeat/{name}", receive, methods=["GET", "POST"]),
        Route("/api/heartbeats", list_heartbeats, methods=["GET"]),
        Route("/api/heartbeats", delete_heartbeats, methods=["DELETE"]),
    ]


async def receive(request: Request) -> Response:
    """200 `OK`, or what the fault of the target `heartbeat` says."""
    return await under_faults(
        request, target="heartbeat", deny=_denial, accept=partial(_receive, request)
    )


async def list_heartbeats(request: Request) -> Response:
    """Every name with its count; whoever was heard last comes first."""
    return JSONResponse(
        {
            "heartbeats": [
                {
                    "name": each.name,
                    "count": each.count,
                    "first_at": each.first_at.isoformat(),
                    "last_at": each.last_at.isoformat(),
                }
                for each in heartbeat_store(request).all()
            ]
        }
    )


async def delete_heartbeats(request: Request) -> Response:
    """Forget them."""
    return JSONResponse({"deleted": heartbeat_store(request).delete_all()})


def heartbeat_store(request: Request) -> HeartbeatStore:
    """The store of this sandbox."""
    store: HeartbeatStore = request.app.state.heartbeats
    return store


async def _receive(request: Request) -> Response:
    name = request.path_params["name"]
    if len(name) > MAX_NAME:
        return PlainTextResponse("name too long", status_code=400)
    heartbeat_store(request).hear(name)
    return PlainTextResponse("OK")


def _denial(fault: Fault) -> Response:
    return PlainTextResponse(
        f"The fault {fault.name} is on.", status_code=status_of(fault), headers=headers_of(fault)
    )
