"""Who is calling: the peer's address, or what a trusted proxy says about it.

Limits, audit rows and logs read `address_of`; nothing else looks at `X-Forwarded-For`. The
server's own proxy handling has to be off, or loopback could claim any address.
"""

from collections.abc import Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

Networks = Sequence[IPv4Network | IPv6Network]
UNKNOWN = "unknown"


class ClientAddress:
    """Puts the client's address, and the scheme it used, where Starlette expects them."""

    def __init__(self, app: ASGIApp, *, trusted: Networks) -> None:
        self.app = app
        self.trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Find out who calls, then pass the request on."""
        if scope["type"] == "http" and self.trusted and scope.get("client"):
            headers = Headers(scope=scope)
            peer, port = scope["client"]
            if _within(_parsed(peer), self.trusted):
                found = client_address(
                    peer=peer,
                    forwarded_for=headers.getlist("x-forwarded-for"),
                    trusted=self.trusted,
                )
                scope["client"] = (found, port if found == peer else 0)
                scheme = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip()
                if scheme in {"http", "https"}:
                    scope["scheme"] = scheme
        await self.app(scope, receive, send)


def address_of(connection: HTTPConnection) -> str:
    """The client's address as text, `unknown` when the server cannot tell."""
    return connection.client.host if connection.client else UNKNOWN


def client_address(*, peer: str, forwarded_for: Sequence[str], trusted: Networks) -> str:
    """The right-most address that is not a trusted proxy's, walking away from us.

    Everything to the left of it was written by somebody we do not trust. Words that are no
    address end the walk at the proxy that reported them.
    """
    nearest = peer
    hops = [hop.strip() for line in forwarded_for for hop in line.split(",")]
    for hop in reversed(hops):
        if not _within(_parsed(nearest), trusted):
            break
        address = _parsed(hop)
        if address is None:
            break
        nearest = str(address)
    return nearest


def limit_key(address: str) -> str:
    """What counts as one caller: an IPv4 address, or an IPv6 /64, which one line is given."""
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, 64), strict=False))
    return address


def _within(address: IPv4Address | IPv6Address | None, networks: Networks) -> bool:
    return address is not None and any(address in network for network in networks)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Reads `203.0.113.7`, `203.0.113.7:1234`, `2001:db8::1` and `[2001:db8::1]:1234`."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return None
        return address.ipv4_mapped or address
    return address
