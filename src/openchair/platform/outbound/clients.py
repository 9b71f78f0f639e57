"""The HTTP clients of a process: one for services we chose, one for addresses others gave us.

Each event loop has its own pair, with its own bounded pool of connections. Whoever ends a
process calls `close_clients`. Only `call.py`, and the look-up of mails, sends through them.
"""

import asyncio
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from ssl import SSLContext
from weakref import WeakKeyDictionary

import httpcore
import httpx

from openchair.platform.outbound.addresses import CheckedBackend, Networks

MOST_CONNECTIONS = 100
MOST_IDLE = 20
# Shorter than the five seconds after which many servers hang up, so that a request seldom goes
# into a connection that is being closed at the other end: that would leave us in doubt.
IDLE_SECONDS = 4.0

Key = Networks | None
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Key, httpx.AsyncClient]] = (
    WeakKeyDictionary()
)


def client_of_loop(*, public_only: bool, private: Networks) -> httpx.AsyncClient:
    """The running loop's client; with `public_only` the one that connects to public addresses,
    and to those of the `private` networks, only.
    """
    mine = _clients.setdefault(asyncio.get_running_loop(), {})
    key = tuple(private) if public_only else None
    if key not in mine:
        mine[key] = httpx.AsyncClient(
            transport=_PublicTransport(private=private) if public_only else _transport(),
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={
                "user-agent": f"OpenChair/{version('openchair')}",
                # A packed body could unpack to any size.
                "accept-encoding": "identity",
            },
        )
    return mine[key]


async def close_clients() -> None:
    """Close the running loop's connections; a later call opens new ones."""
    for client in _clients.pop(asyncio.get_running_loop(), {}).values():
        await client.aclose()


def _transport() -> httpx.AsyncHTTPTransport:
    return httpx.AsyncHTTPTransport(
        verify=_trust(),
        limits=httpx.Limits(
            max_connections=MOST_CONNECTIONS,
            max_keepalive_connections=MOST_IDLE,
            keepalive_expiry=IDLE_SECONDS,
        ),
    )


class _PublicTransport(httpx.AsyncHTTPTransport):
    """httpx has no parameter for httpcore's network backend, so the pool is made here. Tests
    with a private address would fail if a new httpx named it otherwise.
    """

    def __init__(self, *, private: Networks) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=_trust(),
            max_connections=MOST_CONNECTIONS,
            max_keepalive_connections=MOST_IDLE,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=CheckedBackend(private=private),
        )


@cache
def _trust() -> SSLContext:
    """Reading the authorities takes some 20 ms; all clients share them."""
    return httpx.create_ssl_context()
