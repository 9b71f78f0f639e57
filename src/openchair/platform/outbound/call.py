"""The one way to call somebody else's HTTP service: bounded, retried when safe, guarded by a
breaker, and kept in `api_logs`. Providers and outgoing webhooks use it.

Opens its own short transactions and holds none while it waits. Follows no redirects.
"""

from asyncio import sleep
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

import httpx

from openchair.platform import correlation
from openchair.platform.breakers.breaker import Permit, give_back_probe, permit
from openchair.platform.db.engine import Database
from openchair.platform.errors import Unavailable
from openchair.platform.logging.setup import logger
from openchair.platform.metrics.catalogue import OUTBOUND_CALLS, OUTBOUND_DURATION
from openchair.platform.outbound.answer import Answer
from openchair.platform.outbound.clients import client_of_loop
from openchair.platform.outbound.errors import BreakerOpen, NotSent, OutboundFailed
from openchair.platform.outbound.exchange import BeforeSend, Progress, exchange, milliseconds_since
from openchair.platform.outbound.record import Tried, record
from openchair.platform.outbound.retries import (
    IDEMPOTENT,
    MOST_RETRIES,
    may_repeat,
    wait_before,
)
from openchair.platform.outbound.settings import OutboundSettings
from openchair.platform.outbound.trace import traceparent
from openchair.platform.settings.base import load
from openchair.platform.traces.ids import trace_id
from openchair.platform.traces.span import span

log = logger(__name__)


async def call(
    database: Database,
    *,
    service: str,
    method: str,
    url: str,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    content: bytes | None = None,
    json: Any | None = None,
    data: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
    retries: int = MOST_RETRIES,
    repeatable: bool | None = None,
    salon_id: UUID | None = None,
    public_only: bool = False,
    before_send: BeforeSend | None = None,
    timeout_seconds: float | None = None,
    breaker: str | None = None,
    guarded: bool = True,
    logged_path: str | None = None,
) -> Answer:
    """The service's answer, whatever its status; `service` names it in `api_logs`.

    A try takes `timeout_seconds` at most (OPENCHAIR_OUTBOUND_TIMEOUT_SECONDS). After a failure
    there are `retries` more, at most 3, by 1, 2 and 4 seconds, where that is safe (`retries.py`);
    `repeatable` overrides what the method says about doing it twice. `before_send` is awaited on
    the open connection just before the request leaves; what it raises is passed on, and then
    nothing has left. `breaker` (default: `service`) names the breaker; `guarded=False` when the
    caller asks it himself. `public_only` refuses private addresses, for URLs that others gave us.
    `logged_path` stands in for a path that is itself a secret.

    Raises `NotSent` when it is certain that nothing left, `NoAnswer` when that is not.
    """
    settings = load(OutboundSettings)
    client = client_of_loop(public_only=public_only, private=settings.outbound_private_networks)
    trace = trace_id()
    chain = _Chain(
        database=database,
        service=service,
        breaker=(breaker or service) if guarded else None,
        salon_id=salon_id,
        trace=trace,
        logged_path=logged_path,
        before_send=before_send,
        client=client,
        timeout=timeout_seconds or settings.outbound_timeout_seconds,
        auth=httpx.BasicAuth(*auth) if auth else None,
        parts={
            "method": method.upper(),
            "url": url,
            "params": params,
            "headers": {**(headers or {}), correlation.HEADER: correlation.current()},
            "content": content,
            "json": json,
            "data": data,
        },
    )
    if repeatable is None:
        repeatable = method.upper() in IDEMPOTENT
    return await _tries(chain, repeatable=repeatable, retries=min(retries, MOST_RETRIES))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chain:
    """One call with all its tries."""

    database: Database
    service: str
    breaker: str | None
    salon_id: UUID | None
    trace: str
    logged_path: str | None
    before_send: BeforeSend | None
    client: httpx.AsyncClient
    timeout: float
    auth: httpx.Auth | None
    parts: Mapping[str, Any]

    def request(self) -> httpx.Request:
        """The request of one try. Raises `NotSent` when the URL cannot be one."""
        try:
            request = self.client.build_request(**self.parts)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise NotSent(f"this is no address to call: {error}", reason="bad_url") from error
        if request.url.scheme not in {"http", "https"} or not request.url.host:
            raise NotSent("only http and https addresses can be called", reason="bad_url")
        request.headers["traceparent"] = traceparent(self.trace)
        return request


async def _tries(chain: _Chain, *, repeatable: bool, retries: int) -> Answer:
    number = 1
    while True:
        came_of = await _try(chain, number=number)
        wait = (
            wait_before(number, came_of=came_of)
            if number <= retries and may_repeat(came_of, repeatable=repeatable)
            else None
        )
        if wait is None:
            if isinstance(came_of, OutboundFailed):
                raise came_of
            return came_of
        await sleep(wait)
        number += 1


async def _try(chain: _Chain, *, number: int) -> Answer | OutboundFailed:
    """One try, kept in `api_logs`."""
    with span(
        f"{chain.parts['method']} {chain.service}",
        kind="client",
        attributes={"http.request.resend_count": number - 1},
    ) as traced:
        came_of = await _kept_try(chain, number=number)
        if traced is not None:
            traced.set_attribute("outcome", _outcome(came_of))
    return came_of


async def _kept_try(chain: _Chain, *, number: int) -> Answer | OutboundFailed:
    request = chain.request()
    allowed = await _permit(chain)
    began = monotonic()
    progress = Progress(before_send=chain.before_send)
    came_of: Answer | OutboundFailed
    if allowed is Permit.OPEN:
        came_of = BreakerOpen(
            f"{chain.service} failed too often and is left alone for a while",
            reason="breaker_open",
        )
    else:
        try:
            came_of = await exchange(
                chain.client,
                request,
                progress=progress,
                auth=chain.auth,
                seconds=chain.timeout,
                number=number,
            )
        except OutboundFailed as failure:
            came_of = failure
        except Exception:
            await _give_back(chain, allowed)
            raise
    _count(chain.service, came_of, seconds=monotonic() - began)
    tried = Tried(
        service=chain.service,
        method=request.method,
        host=request.url.netloc.decode("ascii", "replace"),
        path=chain.logged_path or request.url.path,
        number=number,
        duration_ms=milliseconds_since(began),
        came_of=came_of,
        salon_id=chain.salon_id,
        trace_id=chain.trace,
        breaker=chain.breaker,
        probe=allowed is Permit.PROBE,
        reached=progress.connecting or progress.sending,
    )
    await _keep(chain.database, tried)
    return came_of


def _count(service: str, came_of: Answer | OutboundFailed, *, seconds: float) -> None:
    OUTBOUND_CALLS.of(service, _outcome(came_of)).inc()
    if not isinstance(came_of, BreakerOpen):
        OUTBOUND_DURATION.of(service).observe(seconds)


def _outcome(came_of: Answer | OutboundFailed) -> str:
    if isinstance(came_of, Answer):
        return f"{came_of.status_code // 100}xx"
    return came_of.reason


async def _permit(chain: _Chain) -> Permit:
    if chain.breaker is None:
        return Permit.CLOSED
    async with chain.database.transaction() as session:
        return await permit(session, provider=chain.breaker)


async def _give_back(chain: _Chain, allowed: Permit) -> None:
    """Whoever asked stopped at the last moment: let somebody else probe."""
    if chain.breaker is not None and allowed is Permit.PROBE:
        async with chain.database.transaction() as session:
            await give_back_probe(session, provider=chain.breaker)


async def _keep(database: Database, tried: Tried) -> None:
    """Write the try down. An answer is worth more than its record: without the database the
    caller still learns it, or a message that was taken would be sent again.
    """
    try:
        async with database.transaction() as session:
            await record(session, tried=tried)
    except Unavailable:
        log.exception("a call could not be recorded", service=tried.service, host=tried.host)
