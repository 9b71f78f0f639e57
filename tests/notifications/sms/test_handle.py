"""Callbacks and answers as the inbox hands them over."""

from typing import Any
from uuid import UUID

import pytest

from openchair.notifications.outbox import put_all
from openchair.notifications.providers.sms.handle import handle_twilio, handle_vonage
from openchair.notifications.providers.sms.replies import Wish, wish_of
from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.ids import new_id
from openchair.webhooks.handlers import Handler, Ignored, WebhookEventView
from tests.builders import make_salon
from tests.notifications.conftest import greeting, row_of, run, scalar
from tests.notifications.sms.conftest import ANNA, Put
from tests.notifications.sms.test_note_delivery import DOUBTFUL, SENT


def event(source: str, form: dict[str, str], **query: Any) -> WebhookEventView:
    return WebhookEventView(
        id=new_id(),
        source=source,
        provider_event_id="x",
        event_type="sms.delivered",
        payload={"form": form, "query": {name: str(value) for name, value in query.items()}},
        created_at=utc_now(),
        retry_count=0,
    )


async def handled(database: Database, handler: Handler, told: WebhookEventView) -> Ignored | None:
    async with database.transaction() as session:
        return await handler(session, told)


async def test_twilio_tells(database: Database, salon_id: UUID, put: Put) -> None:
    message = await put()
    await run(database, SENT, id=message)
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30005"}
    told = event("twilio", form, salon=salon_id, notification=message)
    assert await handled(database, handle_twilio, told) is None
    row = await row_of(database, message)
    assert (row["status"], row["failure_type"]) == ("failed", "hard_bounce")
    assert "30005" in row["error_message"]
    assert isinstance(await handled(database, handle_twilio, told), Ignored)


async def test_vonage_tells(database: Database, salon_id: UUID, put: Put) -> None:
    message = await put()
    await run(database, DOUBTFUL, id=message)
    form = {
        "messageId": "0A01",
        "status": "delivered",
        "client-ref": message.hex,
        "price": "0.0333",
        "err-code": "0",
    }
    told = event("vonage", form, salon=salon_id, notification=message)
    assert await handled(database, handle_vonage, told) is None
    row = await row_of(database, message)
    assert (row["status"], row["delivery_status"]) == ("sent", "delivered")
    assert row["cost_micros"] == 66_600


async def test_a_signed_receipt_counts_for_its_own_message(
    database: Database, salon_id: UUID, put: Put
) -> None:
    """The address is not signed by Vonage: whoever changes it gains nothing."""
    message = await put()
    await run(database, DOUBTFUL, id=message)
    form = {"messageId": "0A01", "status": "delivered", "client-ref": new_id().hex}
    told = event("vonage", form, salon=salon_id, notification=message)
    assert isinstance(await handled(database, handle_vonage, told), Ignored)
    assert (await row_of(database, message))["status"] == "doubtful"


@pytest.mark.parametrize(
    ("form", "query"),
    [
        ({"MessageSid": "SM1", "MessageStatus": "delivered"}, {}),
        ({"MessageSid": "SM1", "MessageStatus": "delivered"}, {"salon": "x", "notification": "y"}),
        ({"MessageSid": "SM1", "MessageStatus": "new-word"}, {}),
        (
            {"MessageSid": "SM1", "MessageStatus": "delivered"},
            {"salon": new_id(), "notification": new_id()},
        ),
        ({}, {}),
    ],
)
async def test_what_means_nothing_is_ignored(
    database: Database, form: dict[str, str], query: dict[str, Any]
) -> None:
    told = event("twilio", form, **query)
    assert isinstance(await handled(database, handle_twilio, told), Ignored)


@pytest.mark.parametrize(
    ("body", "wish"),
    [
        ("STOP", Wish.STOP),
        (" stop.\n", Wish.STOP),
        ("Стоп", Wish.STOP),
        ("Unsubscribe", Wish.STOP),
        ("START", Wish.START),
        ("Please stop by at noon", None),
        ("", None),
    ],
)
def test_wishes(body: str, wish: Wish | None) -> None:
    assert wish_of(body) is wish


async def test_stop_and_start(database: Database, put: Put) -> None:
    """STOP ends the SMS of every salon that wrote to this number, and of no other."""
    await put()
    async with database.transaction() as session:
        second = (await make_salon(session)).salon_id
        await make_salon(session)
        message = greeting(second, channel="sms", recipient=ANNA)
        await put_all(session, messages=[message])
    stop = event("twilio", {"SmsStatus": "received", "From": ANNA, "Body": "Stop"})
    assert await handled(database, handle_twilio, stop) is None
    assert await handled(database, handle_twilio, stop) is None
    assert await stopped(database) == 2
    start = event("vonage", {"msisdn": ANNA.removeprefix("+"), "text": "start"})
    assert await handled(database, handle_vonage, start) is None
    assert await stopped(database) == 0


async def test_start_lifts_only_what_stop_did(database: Database, salon_id: UUID, put: Put) -> None:
    message = await put()
    await run(database, SENT, id=message)
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30005"}
    told = event("twilio", form, salon=salon_id, notification=message)
    await handled(database, handle_twilio, told)
    start = event("twilio", {"SmsStatus": "received", "From": ANNA, "Body": "START"})
    assert isinstance(await handled(database, handle_twilio, start), Ignored)
    assert await stopped(database) == 1


async def test_other_answers_and_strangers(database: Database, put: Put) -> None:
    await put()
    chat = event("twilio", {"SmsStatus": "received", "From": ANNA, "Body": "See you then"})
    assert isinstance(await handled(database, handle_twilio, chat), Ignored)
    stranger = event("twilio", {"SmsStatus": "received", "From": "+4915199999999", "Body": "STOP"})
    assert isinstance(await handled(database, handle_twilio, stranger), Ignored)
    assert await stopped(database) == 0


async def stopped(database: Database) -> int:
    return int(await scalar(database, "SELECT count(*) FROM notification_suppressions"))
