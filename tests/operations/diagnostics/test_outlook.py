from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from openchair.notifications.dead_letters.queries import Letter
from openchair.notifications.queries import Message
from openchair.notifications.suppressions.queries import Listed
from openchair.operations.diagnostics import explain_job
from openchair.operations.diagnostics.outlook import outlook
from openchair.platform.breakers.breaker import Breaker
from openchair.platform.jobs.queries import JobRecord

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
NOBODY = UUID(int=1)
PROVIDERS = ("smtp", "smtp-backup")

MESSAGE = Message(
    salon_id=NOBODY,
    id=NOBODY,
    kind="test.greeting",
    channel="email",
    category="transactional",
    status="pending",
    priority=5,
    recipient="anna@example.org",
    language="en",
    reference="test:1",
    message_id="<1@example.org>",
    failure_type=None,
    error_message=None,
    created_at=NOW,
    send_after=NOW,
    expires_at=None,
    next_attempt_at=NOW,
    waits_for=None,
    retry_count=0,
    lost_leases=0,
    lease_until=None,
    handed_over_at=None,
    was_doubtful=False,
    reconcile_at=None,
    provider="smtp",
    provider_reference=None,
    delivery_status=None,
    delivered_at=None,
    segments=None,
    cost_micros=None,
    cost_currency=None,
    budget_month=None,
    budget_units=0,
    sent_at=None,
    finished_at=None,
    correlation_id=None,
)
LETTER = Letter(
    salon_id=NOBODY,
    salon_slug="house",
    id=NOBODY,
    notification_id=NOBODY,
    channel="email",
    kind="test.greeting",
    recipient="anna@example.org",
    failure_type="timeout",
    error_message=None,
    failure_count=1,
    status="waiting",
    created_at=NOW,
    last_failed_at=NOW,
    redriven_at=None,
    closed_reason=None,
    closed_at=None,
    redrive_id=None,
    message_status="failed",
    expires_at=None,
    too_late=False,
    correlation_id=None,
    original_payload={},
)
JOB = JobRecord(
    id=7,
    name="notifications.close_letters",
    status="queued",
    is_there=True,
    created_at=NOW,
    run_at=NOW,
    heartbeat_at=None,
    attempts=0,
    dedupe_key=None,
    payload={},
    correlation_id=None,
    log=(),
)


def opened(provider: str) -> Breaker:
    return Breaker(
        provider=provider,
        state="open",
        failures=5,
        opened_at=LATER,  # the last probe failed then
        last_error="connection refused",
        changed_at=NOW,
    )


def told(*breakers: Breaker, letter: Letter | None = None, **changes: Any) -> str:
    message = replace(MESSAGE, **changes)
    return " ".join(outlook(message, letter=letter, providers=PROVIDERS, opened=breakers, now=NOW))


def test_what_is_due_goes_out_as_soon_as_a_worker_is_free() -> None:
    assert "as soon as a worker is free" in told()


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"waits_for": "quiet_hours"}, "the recipient's quiet hours"),
        ({"waits_for": "budget"}, "the month's budget, which is used up"),
        ({"retry_count": 2}, "that is try 3"),
        ({}, "that is its time"),
    ],
)
def test_what_waits_says_until_when_and_for_what(changes: dict[str, Any], words: str) -> None:
    sentence = told(next_attempt_at=LATER, **changes)
    assert "2026-11-22 11:00:00 UTC" in sentence
    assert words in sentence


def test_open_breakers_are_named_with_their_reason() -> None:
    one = told(opened("smtp"))
    assert "as soon as a worker is free" in one
    assert "The breaker of smtp is open since 2026-11-22 10:00:00 UTC: connection refused." in one
    assert "It waits for a provider" in told(opened("smtp"), opened("smtp-backup"))


def test_without_a_provider_it_waits_for_one() -> None:
    [sentence] = outlook(MESSAGE, letter=None, providers=(), opened=(), now=NOW)
    assert "no provider for email is configured" in sentence


def test_what_ended_workers_and_what_expires_is_said() -> None:
    assert "It ended 2 worker(s), so it waits its turn among such" in told(lost_leases=2)
    assert "After 2026-11-22 11:00:00 UTC it expires" in told(expires_at=LATER)


def test_what_is_being_sent_says_what_a_dead_worker_would_mean() -> None:
    assert "another one tries" in told(status="sending", lease_until=LATER)
    left = told(status="sending", lease_until=LATER, handed_over_at=NOW)
    assert "doubtful and the provider is asked" in left


def test_a_doubt_is_asked_about_or_left_to_a_person() -> None:
    assert "smtp is asked at 2026-11-22 11" in told(status="doubtful", reconcile_at=LATER)
    assert "openchair messages settle" in told(status="doubtful")


def test_what_was_given_up_names_the_way_back_if_there_is_one() -> None:
    assert f"redrive --one {LETTER.id}" in told(status="failed", letter=LETTER)
    assert "use-by time" in told(status="failed", letter=replace(LETTER, too_late=True))
    assert "closed" in told(status="failed", letter=replace(LETTER, status="closed"))
    assert "closed" in told(status="failed")


@pytest.mark.parametrize("status", ["sent", "expired", "suppressed", "cancelled"])
def test_what_has_ended_has_nothing_before_it(status: str) -> None:
    assert told(status=status).startswith("Nothing: ")
    assert "undelivered" in told(status="sent", delivery_status="undelivered")


@pytest.mark.parametrize(
    "changes, words",
    [
        ({}, "as soon as a worker is free"),
        ({"run_at": LATER}, "It runs at 2026-11-22 11:00:00 UTC"),
        ({"status": "picked", "heartbeat_at": NOW}, "last heartbeat (2026-11-22 10:00:00 UTC)"),
        ({"status": "failed"}, "It is held"),
        ({"is_there": False, "status": "successful"}, "it ended as successful"),
        ({"name": "gone.away"}, "No worker of this version knows"),
    ],
)
def test_a_job_says_what_comes_next(changes: dict[str, Any], words: str) -> None:
    assert words in " ".join(explain_job.outlook(replace(JOB, **changes), now=NOW))


@pytest.mark.parametrize(
    ("until", "begins"),
    [
        (None, "It will not go out: the address is on the suppression list (complaint)."),
        (LATER + timedelta(hours=1), "It will not go out"),
        (LATER - timedelta(minutes=1), "It goes out at 2026-11-22 11:00:00 UTC"),
    ],
)
def test_what_waits_for_a_suppressed_address_does_not_go(
    until: datetime | None, begins: str
) -> None:
    listed = Listed(reason="complaint", until=until)
    waiting = replace(MESSAGE, next_attempt_at=LATER)
    found = outlook(waiting, letter=None, providers=PROVIDERS, opened=(), now=NOW, listed=listed)
    assert found[0].startswith(begins)
    sent = replace(waiting, status="sent", sent_at=NOW)
    done = outlook(sent, letter=None, providers=PROVIDERS, opened=(), now=NOW, listed=listed)
    assert done == ("Nothing: the provider accepted it.",)
