"""Whose address counts, whatever is written into `X-Forwarded-For`."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openchair.platform.edge.client_address import client_address, limit_key

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("2001:db8:aaaa::/48"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("192.0.2.1", ["1.1.1.1"], "192.0.2.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["1.1.1.1, 192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["1.1.1.1", "192.0.2.1"], "192.0.2.1"),
        ("10.0.0.1", ["192.0.2.1, 10.0.0.2, 10.0.0.3"], "192.0.2.1"),
        ("10.0.0.1", ["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
        ("10.0.0.1", ["192.0.2.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.1, _hidden, 10.0.0.2"], "10.0.0.2"),
        ("10.0.0.1", ["192.0.2.1,,"], "10.0.0.1"),
        ("10.0.0.1", ["192.0.2.1:443"], "192.0.2.1"),
        ("10.0.0.1", ["[2001:db8::7]:443"], "2001:db8::7"),
        ("10.0.0.1", ["2001:db8::7"], "2001:db8::7"),
        ("10.0.0.1", ["::ffff:192.0.2.1"], "192.0.2.1"),
        ("::ffff:10.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("2001:db8:aaaa::1", ["fe80::1%eth0"], "2001:db8:aaaa::1"),
    ],
)
def test_the_right_most_address_nobody_trusts(peer: str, forwarded: list[str], found: str) -> None:
    assert client_address(peer=peer, forwarded_for=forwarded, trusted=TRUSTED) == found


@given(st.lists(st.text(max_size=40), max_size=4))
def test_a_caller_who_is_no_proxy_cannot_be_somebody_else(forwarded: list[str]) -> None:
    assert client_address(peer="192.0.2.1", forwarded_for=forwarded, trusted=TRUSTED) == "192.0.2.1"


@given(st.text(max_size=60))
def test_what_a_client_wrote_itself_never_counts(written: str) -> None:
    line = f"{written}, 192.0.2.1"
    assert client_address(peer="10.0.0.1", forwarded_for=[line], trusted=TRUSTED) == "192.0.2.1"


def test_a_caller_is_an_address_or_an_ipv6_network() -> None:
    assert limit_key("192.0.2.1") == "192.0.2.1"
    assert limit_key("2001:db8::1") == limit_key("2001:db8::2:3") == "2001:db8::/64"
    assert limit_key("unknown") == "unknown"
