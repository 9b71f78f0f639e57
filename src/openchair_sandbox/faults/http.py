"""Puts the HTTP faults of a target around what a stand-in does with a request."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from openchair_sandbox.faults.api import board_of
from openchair_sandbox.faults.board import Fault
from openchair_sandbox.transport import hang_up

DENIALS = ("error_500", "rate_limit", "gone", "bad_number")
DEAD = ("error_500", "refuse")

Deny = Callable[[Fault], Response]
Accept = Callable[[], Awaitable[Response]]


async def under_faults(request: Request, *, target: str, deny: Deny, accept: Accept) -> Response:
    """Run `accept`, or deny, or lose the answer, as the fault of `target` says.

    `slow` and `drop` accept first: what the caller does not hear has happened nevertheless.
    """
    faults = board_of(request)
    if faults.strike(target, "refuse"):
        return await hang_up(request)
    if fault := faults.strike(target, *DENIALS):
        return deny(fault)
    answer = await accept()
    if answer.status_code < 400:
        if faults.strike(target, "drop"):
            return await hang_up(request)
        if fault := faults.strike(target, "slow"):
            await asyncio.sleep(fault.seconds or 0)
    return answer


async def while_alive(request: Request, *, target: str, deny: Deny, accept: Accept) -> Response:
    """For look-ups: they fail only with a provider that is dead altogether."""
    if fault := board_of(request).strike(target, *DEAD):
        return await hang_up(request) if fault.name == "refuse" else deny(fault)
    return await accept()


def status_of(fault: Fault) -> int:
    """The status code by which a fault denies."""
    return {"error_500": 500, "rate_limit": 429, "gone": 410, "bad_number": 400}[fault.name]


def headers_of(fault: Fault) -> dict[str, str]:
    """Retry-After in whole seconds, at least one, where the fault is about waiting."""
    if fault.name != "rate_limit":
        return {}
    return {"Retry-After": str(max(1, round(fault.seconds or 0)))}
