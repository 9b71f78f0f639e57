from ipaddress import ip_network

import pytest

from openchair.booking.appointments import events as booking_events
from openchair.platform.errors import Invalid
from openchair.platform.events.event import Event
from openchair.webhooks.outgoing.rules import (
    EVENT_TYPES,
    LONGEST_WAIT,
    TRIES,
    check_event_types,
    check_url,
    next_wait,
)


def test_every_event_of_a_booking_can_be_subscribed_to() -> None:
    announced = {
        each.name
        for each in vars(booking_events).values()
        if isinstance(each, type) and issubclass(each, Event) and each is not Event
    }
    assert announced == set(EVENT_TYPES)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/a?b=c",
        "https://1.1.1.1/x",
        "https://[2606:4700:4700::1111]/x",
        "https://example.com:443/",
        "https://example.com:1024/",
        "https://hooks.xn--exmple-cua.com./x",
        "https://a_b.7-zip.example.museum/",
    ],
)
def test_addresses_that_may_be_called(url: str) -> None:
    assert check_url(url, plain_http=False, private=()) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "http://example.com",
        "ftp://example.com",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@example.com",
        "https://example.com/#part",
        "https://example.com:99999/",
        "https://exa mple.com",
        "https://example.com/\n",
        "https://exämple.com/",
        "https://localhost/",
        "https://x.localhost/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://example.com/" + "x" * 2000,
        "https://2130706433/",
        "https://0x7f000001/",
        "https://127.1/",
        "https://1.2.3.0x4/",
        "https://example/",
        "https://example./",
        "https://.example.com/",
        "https://exa..mple.com/",
        "https://-a.example.com/",
        "https://%31%32%37.0.0.1/",
        "https://[fe80::1%25eth0]/",
        f"https://{'x' * 64}.example.com/",
        "https://example.com:22/",
        "https://example.com:80/",
        "https://example.com:0/",
        "https://example.com:1023/",
        "https://1.1.1.1:25/",
    ],
)
def test_addresses_that_may_not(url: str) -> None:
    if url.strip() != url:
        assert check_url(url, plain_http=False, private=()) == url.strip()
        return
    with pytest.raises(Invalid) as refused:
        check_url(url, plain_http=False, private=())
    assert refused.value.field == "url"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://2130706433/", "whole name"),
        ("https://example/", "whole name"),
        ("https://example.com:22/", "port"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(url: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        check_url(url, plain_http=False, private=())


def test_for_trying_out_the_own_machine_may_be_called() -> None:
    private = (ip_network("127.0.0.0/8"),)
    for url in ("http://127.0.0.1:8001/webhook/x", "http://localhost:8001/webhook/x"):
        assert check_url(url, plain_http=True, private=private) == url
    assert check_url("http://example.com/x", plain_http=True, private=private)
    for url in ("http://localhost:22/", "https://localhost:80/", "http://127.1:8001/"):
        with pytest.raises(Invalid):
            check_url(url, plain_http=True, private=private)


def test_kinds_are_known_ones_each_once() -> None:
    twice = ["booking.cancelled", "booking.confirmed", "booking.cancelled"]
    assert check_event_types(twice) == ["booking.confirmed", "booking.cancelled"]
    with pytest.raises(Invalid):
        check_event_types(["booking.made_up"])


def test_retry_after_lengthens_up_to_a_day() -> None:
    assert next_wait(tried=1, retry_after=None, chance=0) == 5
    assert next_wait(tried=1, retry_after=60, chance=0) == 60
    assert next_wait(tried=4, retry_after=60, chance=0) == 7200
    assert next_wait(tried=1, retry_after=10**9, chance=0) == LONGEST_WAIT
    assert next_wait(tried=TRIES, retry_after=60, chance=0) is None
