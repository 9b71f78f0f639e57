from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from openchair.platform.outbound.answer import Answer, retry_after
from openchair.platform.outbound.errors import (
    AddressRefused,
    BreakerOpen,
    NoAnswer,
    NotSent,
    OutboundFailed,
)
from openchair.platform.outbound.retries import failed, may_repeat, wait_before

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
NOT_SENT = NotSent("refused", reason="connect_failed")
NO_ANSWER = NoAnswer("late", reason="timeout", late=True)
OPEN = BreakerOpen("open", reason="breaker_open")
PRIVATE = AddressRefused("private", reason="address_refused")


def answered(status: int, **headers: str) -> Answer:
    return Answer(
        status_code=status,
        headers=httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}),
        content=b"",
        cut_off=False,
        tries=1,
        duration_ms=1,
        received_at=NOW,
    )


@pytest.mark.parametrize(
    ("came_of", "idempotent", "other"),
    [
        (NOT_SENT, True, True),
        (NO_ANSWER, True, False),
        (OPEN, False, False),
        (PRIVATE, False, False),
        (answered(429), True, True),
        (answered(503), True, False),
        (answered(503, retry_after="1"), True, True),
        (answered(500), True, False),
        (answered(502), True, False),
        (answered(200), False, False),
        (answered(301), False, False),
        (answered(400), False, False),
        (answered(410), False, False),
    ],
)
def test_only_what_cannot_be_done_twice_is_repeated(
    came_of: Answer | OutboundFailed,
    idempotent: bool,  # noqa: FBT001 -- a column of the table above
    other: bool,  # noqa: FBT001 -- as above
) -> None:
    assert may_repeat(came_of, repeatable=True) is idempotent
    assert may_repeat(came_of, repeatable=False) is other


@pytest.mark.parametrize(("retry", "least"), [(1, 1), (2, 2), (3, 4)])
def test_waits_grow(retry: int, least: float) -> None:
    found = {wait_before(retry, came_of=NOT_SENT) for _ in range(50)}
    assert len(found) > 10
    assert all(each is not None and least <= each <= least * 1.25 for each in found)


def test_the_service_may_ask_for_more_but_not_for_less() -> None:
    longer = wait_before(1, came_of=answered(429, retry_after="7"))
    shorter = wait_before(3, came_of=answered(429, retry_after="1"))
    assert longer is not None
    assert 7 <= longer <= 8.75
    assert shorter is not None
    assert shorter >= 4


def test_nobody_waits_half_an_hour_within_a_call() -> None:
    assert wait_before(1, came_of=answered(429, retry_after="1800")) is None


def test_who_says_later_is_alive() -> None:
    assert not failed(answered(429))
    assert not failed(answered(404))
    assert not failed(PRIVATE)
    assert failed(answered(500))
    assert failed(NOT_SENT)
    assert failed(NO_ANSWER)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("0", 0),
        (" 120 ", 120),
        ("999999999999999999999", 86_400),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("²", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0),
        (format_datetime(NOW + timedelta(days=9), usegmt=True), 86_400),
        ("Sun, 22 Nov 2026 09:00:30", 30),
        ("Sun, 99 Nov 2026 09:00:30 GMT", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=NOW) == seconds
