from ipaddress import ip_address, ip_network

import pytest

from openchair.platform.outbound.addresses import allowed, is_public, resolve
from openchair.platform.outbound.errors import AddressRefused


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 -- not bound to
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::10.0.0.1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "100::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:c0a8:101::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "2606:4700::1111%eth0",
        "fec0::1",
        "ff02::1",
        "4000::1",
    ],
)
def test_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"],
)
def test_public(address: str) -> None:
    assert is_public(ip_address(address))


def test_the_operator_may_allow_a_private_network() -> None:
    private = (ip_network("127.0.0.0/8"), ip_network("fd00::/8"))
    assert allowed(ip_address("127.0.0.1"), private=private)
    assert allowed(ip_address("::ffff:127.0.0.1"), private=private)
    assert allowed(ip_address("fd00::7"), private=private)
    assert not allowed(ip_address("10.0.0.1"), private=private)
    assert not allowed(ip_address("::1"), private=private)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "127.1", "::1"])
async def test_every_spelling_of_loopback_is_refused(host: str) -> None:
    with pytest.raises(AddressRefused):
        await resolve(host, 80, private=())
