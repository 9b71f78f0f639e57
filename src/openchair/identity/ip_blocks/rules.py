"""Which addresses may be blocked, and what counts as one. Pure."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from openchair.platform.errors import Invalid

Networks = Sequence[IPv4Network | IPv6Network]
IPV6_LINE = 64


def block_key(address: str) -> str:
    """How `address` is written in the list: an IPv4 address, or the /64 of an IPv6 address, which
    one line is given. Raises `Invalid` for what is no address.
    """
    if (key := known_key(address)) is None:
        raise Invalid(
            "That is not an IP address. Please write it like 203.0.113.7 or 2001:db8::1.",
            code="address_invalid",
            field="ip",
        )
    return key


@lru_cache(maxsize=10_000)
def known_key(address: str) -> str | None:
    """The same, or None for what is no address; the gate asks it for every request."""
    try:
        network = _network(address)
    except ValueError:
        return None
    whole = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if whole else str(network)


def may_be_blocked(address: str, *, trusted: Networks) -> bool:
    """Whether blocking it could not shut ourselves out: neither this machine nor a proxy."""
    try:
        network = _network(address)
    except ValueError:
        return False
    if network.is_loopback or network.is_unspecified:
        return False
    return not any(network.version == each.version and network.overlaps(each) for each in trusted)


def _network(address: str) -> IPv4Network | IPv6Network:
    text = address.strip()
    if text.endswith(f"/{IPV6_LINE}") and ":" in text:
        return ip_network(text, strict=False)
    parsed = ip_address(text)
    if not isinstance(parsed, IPv6Address):
        return ip_network(parsed)
    if parsed.scope_id is not None:
        raise ValueError(text)
    if parsed.ipv4_mapped is not None:
        return ip_network(parsed.ipv4_mapped)
    if parsed.is_loopback:
        return ip_network(parsed)
    return ip_network((parsed, IPV6_LINE), strict=False)
