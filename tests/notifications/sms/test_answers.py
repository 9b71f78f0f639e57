from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import pytest

from openchair.notifications.errors import DeliveryFailed, Doubtful, Permanent, Temporary
from openchair.notifications.models import FAILURE_TYPES
from openchair.notifications.providers.sms import twilio_answers, vonage_answers
from openchair.platform.outbound.answer import Answer


def answered(status: int, body: Any = None, **headers: str) -> Answer:
    return Answer(
        status_code=status,
        headers=httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}),
        content=orjson.dumps(body) if body is not None else b"<html>",
        cut_off=False,
        tries=1,
        duration_ms=1,
        received_at=datetime(2026, 11, 22, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("status", "code", "kind", "category", "down"),
    [
        (400, 21211, Permanent, "hard_bounce", False),
        (400, 21614, Permanent, "hard_bounce", False),
        (400, 21610, Permanent, "hard_bounce", False),
        (400, 21408, Permanent, "auth_error", False),
        (400, 21617, Permanent, "content_rejected", False),
        (400, 21602, Permanent, "content_rejected", False),
        (400, 99999, Permanent, "validation_error", False),
        (400, 21606, Temporary, "auth_error", True),
        (400, 21611, Temporary, "rate_limit", False),
        (401, 20003, Temporary, "auth_error", True),
        (404, 20404, Temporary, "auth_error", True),
        (429, 20429, Temporary, "rate_limit", False),
        (301, None, Temporary, "provider_error", True),
        (500, 20500, Doubtful, "provider_error", True),
        (503, None, Doubtful, "provider_error", True),
    ],
)
def test_twilio(
    status: int,
    code: int | None,
    kind: type[DeliveryFailed],
    category: str,
    down: bool,  # noqa: FBT001 -- a column of the table above
) -> None:
    failure = twilio_answers.refused(answered(status, {"code": code, "message": "words"}))
    assert type(failure) is kind
    assert (failure.failure_type, failure.provider_down) == (category, down)
    assert failure.status_code == status
    assert "words" in failure.message


def test_twilio_says_when() -> None:
    failure = twilio_answers.refused(answered(429, {"code": 20429}, retry_after="7"))
    assert isinstance(failure, Temporary)
    assert failure.retry_after == 7


@pytest.mark.parametrize(
    ("status", "number", "kind", "category", "down"),
    [
        (200, "1", Temporary, "rate_limit", False),
        (429, "1", Temporary, "rate_limit", False),
        (200, "3", Permanent, "validation_error", False),
        (200, "4", Temporary, "auth_error", True),
        (200, "5", Doubtful, "provider_error", True),
        (200, "6", Permanent, "hard_bounce", False),
        (200, "7", Permanent, "hard_bounce", False),
        (200, "9", Temporary, "auth_error", True),
        (200, "12", Permanent, "content_rejected", False),
        (200, "15", Temporary, "auth_error", True),
        (401, None, Temporary, "auth_error", True),
        (500, None, Doubtful, "provider_error", True),
        (200, None, Doubtful, "provider_error", False),
    ],
)
def test_vonage(
    status: int,
    number: str | None,
    kind: type[DeliveryFailed],
    category: str,
    down: bool,  # noqa: FBT001 -- a column of the table above
) -> None:
    body = {"messages": [{"status": number, "error-text": "words"}]} if number else None
    failure = vonage_answers.refused(answered(status, body))
    assert type(failure) is kind
    assert (failure.failure_type, failure.provider_down) == (category, down)


@pytest.mark.parametrize("body", [None, [], {}, {"messages": "x"}, {"messages": [1]}])
def test_an_answer_that_is_none(body: Any) -> None:
    assert isinstance(vonage_answers.refused(answered(200, body)), Doubtful)
    assert isinstance(twilio_answers.refused(answered(500, body)), Doubtful)


def test_categories_are_the_contracts() -> None:
    used = {
        *twilio_answers.DELIVERY.values(),
        *vonage_answers.DELIVERY.values(),
        *vonage_answers.REFUSALS.values(),
    }
    assert used <= set(FAILURE_TYPES)
