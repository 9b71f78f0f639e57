"""What an endpoint may be, and when a message is sent again. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from openchair.platform.backoff import spread
from openchair.platform.errors import Invalid
from openchair.platform.outbound.addresses import Networks, allowed

EVENT_TYPES = (
    "booking.confirmed",
    "booking.rescheduled",
    "booking.changed",
    "booking.cancelled",
    "booking.restored",
    "booking.arrived",
    "booking.in_chair",
    "booking.done",
    "booking.paid",
    "booking.no_show",
    "booking.mark_undone",
)
TEST_TYPE = "webhook.test"
MOST_URL = 2000
MOST_DESCRIPTION = 200
MOST_ENDPOINTS = 20
BOTH_SIGN = timedelta(hours=24)
FAILING_DAYS = 5

STANDARD_PORTS = {"https": 443, "http": 80}
FREE_PORTS = 1024
"""From here on anybody may listen; below are mail, remote log-in and others' protocols."""
LONGEST_NAME = 253  # RFC 1035, 2.3.4
LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
DOTTED_NAME = re.compile(rf"(?:{LABEL}\.)+{LABEL}\.?")
A_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""A name whose last part is one is taken for an IPv4 address (WHATWG URL, 4.5.2)."""

MINUTE, HOUR = 60, 3600
WAITS = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR)
"""Seconds before the second try, the third and so on: a day and a little, as the specification
suggests."""
TRIES = len(WAITS) + 1
LONGEST_WAIT = 24 * HOUR
TENTH = 0.1


def next_wait(*, tried: int, retry_after: float | None, chance: float) -> float | None:
    """Seconds until the next try after `tried` of them, None when there is no further one.

    `Retry-After` makes it longer, never shorter; up to a tenth on top by `chance` (0 to 1).
    """
    if tried >= TRIES:
        return None
    wait = spread(WAITS[tried - 1], by=TENTH, chance=chance)
    return min(max(wait, retry_after or 0.0), LONGEST_WAIT)


def check_url(url: str, *, plain_http: bool, private: Networks) -> str:
    """`url` if a webhook may be sent there. Raises `Invalid` on `url`. Names are resolved, and
    private addresses refused, only when something is sent; here the obvious is caught.
    """
    url = url.strip()
    if not url or len(url) > MOST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise Invalid("Please give an address like https://example.com/webhooks.", field="url")
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise Invalid("This is not an address that can be called.", field="url") from None
    if parts.scheme not in ({"https", "http"} if plain_http else {"https"}):
        raise Invalid("The address has to begin with https://.", field="url")
    if not host:
        raise Invalid("Please give an address like https://example.com/webhooks.", field="url")
    if parts.username is not None or parts.fragment:
        raise Invalid("Please leave out user name, password and what stands behind #.", field="url")
    _check_port(port, scheme=parts.scheme)
    if not _may_be_public(host, private):
        raise Invalid("This address is inside a private network; it cannot be called.", field="url")
    return url


def check_event_types(types: Iterable[str]) -> list[str]:
    """The kinds an endpoint wants, each once, in our order; none means all. Raises `Invalid`."""
    wanted = set(types)
    if unknown := wanted - set(EVENT_TYPES):
        raise Invalid(
            f"There is no event {min(unknown)[:80]}. The events are {', '.join(EVENT_TYPES)}.",
            field="event_types",
        )
    return [each for each in EVENT_TYPES if each in wanted]


def check_description(text: str) -> str:
    """What the team calls it. Raises `Invalid`."""
    text = " ".join(text.split())
    if len(text) > MOST_DESCRIPTION or not text.isprintable():
        raise Invalid(
            f"Please describe it in at most {MOST_DESCRIPTION} characters.", field="description"
        )
    return text


def wants(event_types: Sequence[str], event_type: str) -> bool:
    """Whether an endpoint with these kinds is told of `event_type`."""
    return not event_types or event_type in event_types


def _check_port(port: int | None, *, scheme: str) -> None:
    if port is None or port == STANDARD_PORTS[scheme] or port >= FREE_PORTS:
        return
    raise Invalid(
        "Only the usual port (443) or one from 1024 on can be called.", field="url", code="port"
    )


def _may_be_public(host: str, private: Networks) -> bool:
    """Raises `Invalid` for what is neither an address nor a whole name: `2130706433` and `127.1`
    are read as addresses by some, `example` as a name of the own network.
    """
    if host == "localhost" or host.endswith(".localhost"):
        return any(ip_address("127.0.0.1") in each for each in private)
    try:
        address = ip_address(host)
    except ValueError:
        _check_name(host)
        return True
    return allowed(address, private=private)


def _check_name(host: str) -> None:
    last = host.rstrip(".").rpartition(".")[2]
    whole = len(host) <= LONGEST_NAME and DOTTED_NAME.fullmatch(host)
    if not whole or A_NUMBER.fullmatch(last):
        raise Invalid(
            "Please give the whole name of the server, like hooks.example.com, or its public IP"
            " address.",
            field="url",
            code="host",
        )
