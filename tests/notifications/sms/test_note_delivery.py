"""What providers tell about an SMS, written on real rows."""

from typing import Any
from uuid import UUID

import pytest

from openchair.notifications.providers.sms.note_delivery import News, note_delivery
from openchair.notifications.providers.sms.rules import Step
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from tests.notifications.conftest import attempts_of, row_of, run, scalar
from tests.notifications.sms.conftest import ANNA, Put

SENT = """
    UPDATE notifications SET status = 'sent', sent_at = now(), finished_at = now(),
        provider = 'twilio', provider_reference = 'SM1', handed_over_at = now(), lease_count = 1,
        cost_micros = 80000, cost_currency = 'EUR'
    WHERE id = :id
"""
DOUBTFUL = """
    UPDATE notifications SET status = 'doubtful', provider = 'twilio', handed_over_at = now(),
        was_doubtful = true, reconcile_at = now(), lease_count = 1, budget_units = 2
    WHERE id = :id
"""
SENDING = """
    UPDATE notifications SET status = 'sending', provider = 'twilio', lease_count = 1,
        lease_token = gen_random_uuid(), lease_until = now() + interval '1 minute',
        handed_over_at = CASE WHEN :handed_over THEN now() END
    WHERE id = :id
"""


async def told(database: Database, salon_id: UUID, message: UUID, **more: Any) -> Step | None:
    given: dict[str, Any] = {
        "provider": "twilio",
        "reference": "SM1",
        "status": "delivered",
        "words": "Twilio says so",
        **more,
    }
    news = News(salon_id=salon_id, notification_id=message, **given)
    async with database.transaction() as session:
        return await note_delivery(session, news=news, now=utc_now())


async def test_delivered(database: Database, salon_id: UUID, put: Put) -> None:
    message = await put()
    await run(database, SENT, id=message)
    assert await told(database, salon_id, message, status="sent") is Step.NOTE
    assert await told(database, salon_id, message) is Step.NOTE
    assert await told(database, salon_id, message, status="queued") is Step.IGNORE
    row = await row_of(database, message)
    assert (row["status"], row["delivery_status"]) == ("sent", "delivered")
    assert row["delivered_at"] is not None
    assert row["cost_micros"] == 80_000


async def test_lost(database: Database, salon_id: UUID, put: Put) -> None:
    message = await put()
    await run(database, SENT, id=message)
    news = {"status": "undelivered", "failure_type": "soft_bounce", "words": "30003 unreachable"}
    assert await told(database, salon_id, message, **news) is Step.LOSE
    assert await told(database, salon_id, message, **news) is Step.IGNORE
    row = await row_of(database, message)
    assert (row["status"], row["failure_type"]) == ("failed", "soft_bounce")
    assert (row["error_message"], row["delivered_at"]) == ("30003 unreachable", None)
    attempts = await attempts_of(database, message)
    assert [(each["outcome"], each["worker"]) for each in attempts] == [("permanent", "callback")]
    letters = "SELECT failure_type FROM dead_letter_queue WHERE notification_id = :id"
    assert await scalar(database, letters, id=message) == "soft_bounce"
    assert await suppressions(database) == 0


async def test_a_number_that_does_not_exist(database: Database, salon_id: UUID, put: Put) -> None:
    message = await put()
    await run(database, SENT, id=message)
    news = {"status": "undelivered", "failure_type": "hard_bounce", "words": "30005 unknown"}
    await told(database, salon_id, message, **news)
    assert await suppressions(database) == 1


async def test_a_doubt_ends(database: Database, salon_id: UUID, put: Put) -> None:
    message = await put()
    await run(database, DOUBTFUL, id=message)
    assert await told(database, salon_id, message, status="queued") is Step.SETTLE
    row = await row_of(database, message)
    assert (row["status"], row["was_doubtful"]) == ("sent", True)
    assert (row["provider_reference"], row["delivery_status"]) == ("SM1", "queued")
    assert (row["cost_micros"], row["cost_currency"]) == (160_000, "EUR"), "two segments"
    month = "SELECT cost_micros FROM notification_usage WHERE salon_id = :id"
    assert await scalar(database, month, id=salon_id) == 160_000
    assert [each["outcome"] for each in await attempts_of(database, message)] == ["found"]


async def test_the_providers_own_price(database: Database, salon_id: UUID, put: Put) -> None:
    message = await put()
    await run(database, DOUBTFUL, id=message)
    price = {"segment_micros": 33_300, "currency": "EUR"}
    await told(database, salon_id, message, **price)
    await told(database, salon_id, message, **price)
    assert (await row_of(database, message))["cost_micros"] == 66_600


async def test_a_doubt_that_ends_badly(database: Database, salon_id: UUID, put: Put) -> None:
    message = await put()
    await run(database, DOUBTFUL, id=message)
    step = await told(database, salon_id, message, status="failed", failure_type="provider_error")
    assert step is Step.SETTLE_LOST
    row = await row_of(database, message)
    assert (row["status"], row["failure_type"]) == ("failed", "provider_error")
    outcomes = [each["outcome"] for each in await attempts_of(database, message)]
    assert outcomes == ["found", "permanent"]


async def test_the_callback_is_faster_than_we(database: Database, salon_id: UUID, put: Put) -> None:
    message = await put()
    await run(database, SENDING, id=message, handed_over=True)
    assert await told(database, salon_id, message, status="sent") is Step.NOTE
    row = await row_of(database, message)
    assert (row["status"], row["delivery_status"]) == ("sending", "sent")
    assert row["lease_token"] is not None
    assert row["cost_micros"] is None


async def test_a_second_try_is_called_back(database: Database, salon_id: UUID, put: Put) -> None:
    """The first was not found and is about to go again when it turns out that it arrived."""
    message = await put()
    await run(database, SENDING, id=message, handed_over=False)
    assert await told(database, salon_id, message) is Step.TAKE
    row = await row_of(database, message)
    assert (row["status"], row["lease_token"], row["lease_until"]) == ("sent", None, None)


async def test_given_up_and_delivered_after_all(
    database: Database, salon_id: UUID, put: Put
) -> None:
    message = await put()
    await run(database, SENT, id=message)
    await told(database, salon_id, message, status="undelivered")
    assert await told(database, salon_id, message, status="delivered") is Step.TAKE
    row = await row_of(database, message)
    assert (row["status"], row["failure_type"]) == ("sent", None)
    letters = "SELECT status FROM dead_letter_queue WHERE notification_id = :id"
    assert await scalar(database, letters, id=message) == "closed"


async def test_what_is_no_sms_of_ours(database: Database, salon_id: UUID, put: Put) -> None:
    mail = await put(channel="email", recipient="anna@example.org")
    assert await told(database, salon_id, mail) is None
    assert await told(database, salon_id, new_id()) is None
    sms = await put(dedupe_key="2")
    assert await told(database, new_id(), sms) is None


@pytest.mark.parametrize("provider", ["twilio", "vonage"])
async def test_words_are_bounded(
    database: Database, salon_id: UUID, put: Put, provider: str
) -> None:
    message = await put()
    await run(database, SENT, id=message)
    news = {"status": "failed", "words": "x" * 9000, "provider": provider}
    await told(database, salon_id, message, **news)
    assert len((await row_of(database, message))["error_message"]) == 500


async def suppressions(database: Database) -> int:
    found = "SELECT count(*) FROM notification_suppressions WHERE recipient = :to"
    return int(await scalar(database, found, to=ANNA))
