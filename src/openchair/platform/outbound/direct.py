"""One call to somebody else's HTTP service that needs no database: no breaker, no `api_logs`.

For what has to work when the database is away, such as alerts; all else goes through `call.py`.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from openchair.platform import correlation
from openchair.platform.outbound.answer import Answer
from openchair.platform.outbound.clients import client_of_loop
from openchair.platform.outbound.errors import NotSent
from openchair.platform.outbound.exchange import Progress, exchange
from openchair.platform.outbound.trace import traceparent
from openchair.platform.traces.ids import trace_id


async def call_directly(
    *,
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    json: Any | None = None,
    data: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    timeout_seconds: float,
) -> Answer:
    """The service's answer, whatever its status, within `timeout_seconds`. Tried once.

    Raises `NotSent` when it is certain that nothing left, `NoAnswer` when that is not.
    """
    client = client_of_loop(public_only=False, private=())
    try:
        request = client.build_request(
            method.upper(),
            url,
            headers={
                **(headers or {}),
                correlation.HEADER: correlation.current(),
                "traceparent": traceparent(trace_id()),
                # Such calls are rare: a connection that was kept would mostly be gone by the next.
                "connection": "close",
            },
            content=content,
            json=json,
            data=data,
        )
    except (httpx.InvalidURL, UnicodeError) as error:
        raise NotSent("this is no address to call", reason="bad_url") from error
    if request.url.scheme not in {"http", "https"} or not request.url.host:
        raise NotSent("only http and https addresses can be called", reason="bad_url")
    return await exchange(
        client,
        request,
        progress=Progress(before_send=None),
        auth=httpx.BasicAuth(*auth) if auth else None,
        seconds=timeout_seconds,
        number=1,
    )
