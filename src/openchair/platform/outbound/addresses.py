"""Which addresses somebody else may make us call, and a way to connect to no other.

A name is resolved here, every address it stands for is checked, and the connection is made to
one that was checked: a name that changes its mind in between (DNS rebinding) gains nothing.
"""

import asyncio
import socket
from collections.abc import Iterable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Any

import httpcore
from httpcore import AnyIOBackend

from openchair.platform.outbound.errors import AddressRefused

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]

GLOBAL_UNICAST = ip_network("2000::/3")  # RFC 4291, 2.4: all that is given out today
NAT64 = ip_network("64:ff9b::/96")  # RFC 6052
TEREDO = ip_network("2001::/32")  # RFC 4380
# Public by its number, but the host's own control plane on Azure.
NEVER = (ip_address("168.63.129.16"),)
MOST_ADDRESSES = 6


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet, also when it wraps an IPv4 address."""
    if isinstance(address, IPv6Address):
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if address in NAT64:
            return is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address.sixtofour is not None and not is_public(address.sixtofour):
            return False
        if address not in GLOBAL_UNICAST or address in TEREDO:
            return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and address not in NEVER
    )


def allowed(address: Address, *, private: Networks) -> bool:
    """Whether it is public, or within one of the `private` networks that the operator allows."""
    known = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return is_public(address) or any((known or address) in network for network in private)


async def resolve(host: str, port: int, *, private: Networks) -> list[str]:
    """The addresses of `host`, all of them checked; the first six.

    Raises `AddressRefused` when one of them is not allowed: a name that stands for a public and
    for a private address is up to no good. Raises OSError when there is no such name.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    refused = [each for each in addresses if not allowed(ip_address(each), private=private)]
    if refused or not addresses:
        raise AddressRefused(
            f"{host} stands for an address that is not public", reason="address_refused"
        )
    return addresses[:MOST_ADDRESSES]


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses only. TLS and the Host header still know the name alone."""

    def __init__(self, *, private: Networks) -> None:
        self._private = private
        self._backend = AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 -- the parent's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address that answers."""
        try:
            addresses = await resolve(host, port, private=self._private)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        lost: Exception | None = None
        for each in addresses:
            try:
                return await self._backend.connect_tcp(
                    each,
                    port,
                    timeout / len(addresses) if timeout else None,
                    local_address,
                    socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                lost = error
        raise httpcore.ConnectError(str(lost)) from lost

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 -- the parent's signature
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 -- as above
    ) -> httpcore.AsyncNetworkStream:
        """Never."""
        raise AddressRefused(f"{path} is not a public address", reason="address_refused")

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
