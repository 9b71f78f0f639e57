"""One request and its answer within a time, and what is known when none came. For `call.py`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import httpx

from openchair.platform.clock import utc_now
from openchair.platform.outbound.answer import Answer
from openchair.platform.outbound.errors import NoAnswer, NotSent, OutboundFailed

MOST_BODY = 1_000_000
BeforeSend = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Progress:
    """How far a try came, as httpcore reports it. From `sending` on the request may have left;
    what neither connects nor sends still waits for a free connection of ours.
    """

    before_send: BeforeSend | None
    connecting: bool = False
    sending: bool = False
    stopped: Exception | None = None

    async def __call__(self, name: str, _info: Mapping[str, Any]) -> None:
        """Awaited by httpcore at every step."""
        if name == "connection.connect_tcp.started":
            self.connecting = True
        elif name.endswith(".send_request_headers.started"):
            if self.before_send is not None:
                try:
                    await self.before_send()
                except Exception as error:
                    self.stopped = error
                    raise
            self.sending = True


async def exchange(
    client: httpx.AsyncClient,
    request: httpx.Request,
    *,
    progress: Progress,
    auth: httpx.Auth | None,
    seconds: float,
    number: int,
) -> Answer:
    """Send the request and read its answer within `seconds`; it is the `number`th try.

    A body that breaks off is an answer all the same: its status is known and counts.

    Raises `NotSent` or `NoAnswer`, and what `before_send` raised.
    """
    began = monotonic()
    request.extensions["trace"] = progress
    request.extensions["timeout"] = httpx.Timeout(seconds).as_dict()
    response: httpx.Response | None = None
    body, whole = bytearray(), False
    try:
        async with asyncio.timeout(seconds):
            response = await client.send(request, stream=True, auth=auth)
            whole = await _read(response, body)
    except (httpx.HTTPError, TimeoutError, OSError) as error:
        if progress.stopped is not None:
            raise progress.stopped from None
        if response is None:
            raise _lost(error, progress) from error
    finally:
        if response is not None:
            await response.aclose()
    return Answer(
        status_code=response.status_code,
        headers=response.headers,
        content=bytes(body),
        cut_off=not whole,
        tries=number,
        duration_ms=milliseconds_since(began),
        received_at=utc_now(),
    )


def milliseconds_since(began: float) -> int:
    """From `began`, a reading of the monotonic clock, until now."""
    return round((monotonic() - began) * 1000)


async def _read(response: httpx.Response, body: bytearray) -> bool:
    """Read at most `MOST_BODY` bytes; False when there were more."""
    async for chunk in response.aiter_raw():
        body += chunk[: MOST_BODY + 1 - len(body)]
        if len(body) > MOST_BODY:
            del body[MOST_BODY:]
            return False
    return True


def _lost(error: Exception, progress: Progress) -> OutboundFailed:
    late = isinstance(error, TimeoutError | httpx.TimeoutException)
    words = str(error) or ("no answer in time" if late else type(error).__name__)
    if progress.sending:
        return NoAnswer(words, reason="timeout" if late else "connection_lost", late=late)
    if not progress.connecting:
        return NotSent("no connection of ours was free in time", reason="pool_full")
    return NotSent(words, reason="connect_timeout" if late else "connect_failed")
