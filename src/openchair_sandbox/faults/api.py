"""The faults as JSON, for drills and scripts: read, switch on, switch off."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from openchair_sandbox.body import TooLarge, read_body
from openchair_sandbox.faults.board import Fault, FaultBoard, Unfitting
from openchair_sandbox.faults.catalogue import TARGETS

MAX_BODY_BYTES = 10_000


def routes() -> list[Route]:
    """Routes under `/api/faults`."""
    return [
        Route("/api/faults", list_faults, methods=["GET"]),
        Route("/api/faults", clear_all, methods=["DELETE"]),
        Route("/api/faults/{target}", put_fault, methods=["PUT"]),
        Route("/api/faults/{target}", clear_fault, methods=["DELETE"]),
    ]


async def list_faults(request: Request) -> Response:
    """What is on, and what could be."""
    board = board_of(request)
    return JSONResponse(
        {
            "faults": {fault.target: _view(fault) for fault in board.all()},
            "possible": {
                target.name: {kind.name: kind.words for kind in target.kinds}
                for target in TARGETS.values()
            },
        }
    )


async def put_fault(request: Request) -> Response:
    """`{"fault": name, "times": 3, "seconds": 1.5, "share": 0.5}`; all but the name optional.

    When it answers, the fault is there: a refused port is closed.
    """
    try:
        wish = _wish(await read_body(request, limit=MAX_BODY_BYTES))
        fault = await board_of(request).put(target=request.path_params["target"], **wish)
    except (Unfitting, TooLarge) as error:
        return JSONResponse({"detail": str(error)}, status_code=422)
    return JSONResponse(_view(fault))


async def clear_fault(request: Request) -> Response:
    """Switch one off; the same answer when nothing was on."""
    target = request.path_params["target"]
    if target not in TARGETS:
        return JSONResponse({"detail": f"There is no target {target!r}."}, status_code=404)
    return JSONResponse({"cleared": int(await board_of(request).clear(target))})


async def clear_all(request: Request) -> Response:
    """Switch all off."""
    return JSONResponse({"cleared": await board_of(request).clear_all()})


def board_of(request: Request) -> FaultBoard:
    """The board of this sandbox."""
    board: FaultBoard = request.app.state.faults
    return board


def _wish(body: bytes) -> dict[str, Any]:
    try:
        wish = json.loads(body)
    except ValueError:
        raise Unfitting('The body is JSON such as {"fault": "slow", "seconds": 2}.') from None
    if not isinstance(wish, dict) or not isinstance(wish.get("fault"), str):
        raise Unfitting('The body is JSON such as {"fault": "slow", "seconds": 2}.')
    unknown = set(wish) - {"fault", "times", "seconds", "share"}
    if unknown:
        raise Unfitting(f"Unknown: {', '.join(sorted(unknown))}.")
    times, seconds, share = wish.get("times"), wish.get("seconds"), wish.get("share")
    if times is not None and type(times) is not int:
        raise Unfitting("times is a whole number.")
    for name, number in (("seconds", seconds), ("share", share)):
        if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
            raise Unfitting(f"{name} is a number.")
    return {
        "name": wish["fault"],
        "times": times,
        "seconds": seconds,
        "share": 1.0 if share is None else share,
    }


def _view(fault: Fault) -> dict[str, Any]:
    return {
        "target": fault.target,
        "fault": fault.name,
        "seconds": fault.seconds,
        "times": fault.times,
        "share": fault.share,
        "struck": fault.struck,
    }
