"""Sending: signatures, schedule, 410, Retry-After, leases; what one endpoint may cost another."""

import asyncio

import orjson
import pytest
from sqlalchemy import text

from openchair.platform.clock import utc_now
from openchair.platform.db.engine import Database
from openchair.platform.settings.base import forget, load
from openchair.webhooks.outgoing.create import create_endpoint
from openchair.webhooks.outgoing.replay import replay_message
from openchair.webhooks.outgoing.rotate import rotate_secret
from openchair.webhooks.outgoing.rules import TRIES, WAITS
from openchair.webhooks.outgoing.send import send_due
from openchair.webhooks.outgoing.switch import disable_endpoint, enable_endpoint
from openchair.webhooks.settings import WebhookSettings
from openchair.webhooks.standard import BadSignature
from tests.webhooks.outgoing.conftest import House
from tests.webhooks.outgoing.receiver import Receiver, receiving


async def test_an_event_arrives_once_and_signed(house: House, receiver: Receiver) -> None:
    assert await house.publish() == 1
    assert await house.publish() == 0  # the same event
    await house.send()
    await house.send()
    (got,) = receiver.got
    message = await house.message()
    assert got.signed_by(house.secret) == f"msg_{message.id.hex}"
    assert got.path == "/hook?salon=1"
    assert got.headers["content-type"] == "application/json"
    body = orjson.loads(got.body)
    assert body["type"] == "booking.confirmed"
    assert body["timestamp"].endswith("Z")
    assert body["data"] == {"number": 1}
    assert (message.status, message.attempt_count, message.last_error) == ("delivered", 1, None)
    (attempt,) = await house.attempts()
    assert (attempt.number, attempt.status_code, attempt.error) == (1, 204, None)


async def test_an_endpoint_gets_only_what_it_wants(house: House, receiver: Receiver) -> None:
    await house.run("UPDATE webhook_endpoints SET event_types = '{booking.cancelled}'")
    assert await house.publish(1) == 0
    assert await house.publish(2, event_type="booking.cancelled") == 1
    await house.send()
    assert [orjson.loads(got.body)["type"] for got in receiver.got] == ["booking.cancelled"]


async def test_for_a_day_after_a_rotation_both_secrets_sign(
    house: House, receiver: Receiver
) -> None:
    async with house.database.transaction() as session:
        new = await rotate_secret(
            session, salon_id=house.salon_id, endpoint_id=house.endpoint_id, now=utc_now()
        )
    await house.publish(1)
    await house.send()
    assert receiver.got[0].signed_by(new) == receiver.got[0].signed_by(house.secret)
    assert receiver.got[0].headers["webhook-signature"].count("v1,") == 2
    await house.run("UPDATE webhook_endpoints SET previous_until = now() - interval '1 s'")
    await house.publish(2)
    await house.send()
    receiver.got[1].signed_by(new)
    with pytest.raises(BadSignature):
        receiver.got[1].signed_by(house.secret)


async def test_secrets_are_not_readable_in_the_database(house: House) -> None:
    stored = (await house.endpoint()).secret
    assert house.secret not in stored
    assert house.secret.removeprefix("whsec_") not in stored


async def test_failures_are_tried_again_over_a_day_and_a_little(
    house: House, receiver: Receiver
) -> None:
    receiver.otherwise = (500, {}, b"out \x00 of order" + b"." * 3000)
    await house.publish()
    for number, wait in enumerate(WAITS, start=1):
        await house.send()
        message = await house.message()
        assert (message.status, message.attempt_count) == ("pending", number)
        assert wait - 2 <= message.wait <= wait * 1.1
        await house.hurry()
    await house.send()
    message = await house.message()
    assert (message.status, message.attempt_count) == ("failed", TRIES)
    assert message.last_error == "answered 500"
    attempts = await house.attempts()
    assert [each.number for each in attempts] == list(range(1, TRIES + 1))
    assert attempts[0].answer.startswith("out \ufffd of order")
    assert len(attempts[0].answer) == 500
    assert 24 * 3600 < sum(WAITS) < 30 * 3600
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1


async def test_each_try_is_signed_at_its_own_time(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = [(500, {}, b"")]
    await house.publish()
    await house.send()
    await asyncio.sleep(1.1)
    await house.hurry()
    await house.send()
    first, second = receiver.got
    assert int(second.headers["webhook-timestamp"]) > int(first.headers["webhook-timestamp"])
    assert second.signed_by(house.secret) == first.signed_by(house.secret)


@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_makes_it_wait_longer_never_shorter(
    house: House, receiver: Receiver, status: int
) -> None:
    receiver.answers = [
        (status, {"Retry-After": "120"}, b""),
        (status, {"Retry-After": "1"}, b""),
    ]
    await house.publish()
    await house.send()
    assert 115 < (await house.message()).wait <= 120
    await house.hurry()
    await house.send()
    assert (await house.message()).wait > 295


async def test_a_redirect_is_a_failure_and_is_not_followed(
    house: House, receiver: Receiver
) -> None:
    receiver.answers = [(302, {"Location": receiver.url}, b"")]
    await house.publish()
    await house.send()
    assert len(receiver.got) == 1
    assert (await house.message()).last_error == "answered 302"


async def test_410_ends_the_endpoint_and_what_waits_for_it(
    house: House, receiver: Receiver
) -> None:
    receiver.answers = [(410, {}, b"moved away")]
    await house.publish(1)
    await house.send()
    await house.publish(2)
    await house.send()
    assert len(receiver.got) == 1
    endpoint = await house.endpoint()
    assert (endpoint.enabled, endpoint.disabled_reason) == (False, "it answered 410 Gone")
    assert (await house.message()).status == "failed"
    told = await house.run(
        "SELECT payload->>'reason' FROM events WHERE name = 'webhook.endpoint_disabled'"
    )
    assert told.scalars().all() == ["it answered 410 Gone"]


async def test_five_days_of_failures_only_disable_it(house: House, receiver: Receiver) -> None:
    receiver.answers, receiver.otherwise = [(500, {}, b""), (200, {}, b"")], (500, {}, b"")
    await house.publish(1)
    await house.send()
    first = (await house.endpoint()).failing_since
    assert first is not None
    await house.hurry()
    await house.send()
    assert (await house.endpoint()).failing_since is None
    await house.publish(2)
    await house.send()
    await house.run(
        "UPDATE webhook_endpoints SET failing_since = now() - interval '5 days 1 second'"
    )
    await house.publish(3)
    await house.hurry()
    await house.send()
    endpoint = await house.endpoint()
    assert not endpoint.enabled
    assert "5 days" in endpoint.disabled_reason


async def test_nobody_there_is_a_failure_with_its_words(house: House) -> None:
    await house.run("UPDATE webhook_endpoints SET url = 'http://127.0.0.1:9/'")
    await house.publish()
    await house.send()
    (attempt,) = await house.attempts()
    assert attempt.status_code is None
    assert attempt.error
    assert (await house.message()).status == "pending"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
async def test_private_addresses_are_refused_after_resolving(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.delenv("OPENCHAIR_OUTBOUND_PRIVATE_NETWORKS")
    forget()
    url = f"http://{host}:{receiver.port}/"
    await house.run("UPDATE webhook_endpoints SET url = :url", url=url)
    await house.publish()
    await house.send()
    assert receiver.got == []
    (attempt,) = await house.attempts()
    assert "not public" in attempt.error


async def test_an_answer_that_takes_too_long_is_a_failure(
    house: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_WEBHOOK_TIMEOUT_SECONDS", "1")
    forget()
    receiver.seconds = 3
    await house.publish()
    await house.send()
    (attempt,) = await house.attempts()
    assert attempt.status_code is None
    assert (await house.message()).status == "pending"


async def test_one_endpoint_is_never_called_more_often_at_once_than_allowed(
    house: House, receiver: Receiver
) -> None:
    receiver.seconds = 0.05
    for number in range(24):
        await house.publish(number)
    await asyncio.gather(house.send(), house.send(), house.send())
    await house.send()
    assert len(receiver.got) == 24
    assert receiver.most == 4


async def test_a_slow_endpoint_holds_up_no_other(house: House, receiver: Receiver) -> None:
    receiver.seconds = 2.5
    async with receiving() as quick:
        for number in range(10):
            await house.publish(number)
        async with house.database.transaction() as session:
            await create_endpoint(
                session,
                salon_id=house.salon_id,
                url=quick.url,
                event_types=["booking.cancelled"],
            )
        await house.run(
            "UPDATE webhook_endpoints SET event_types = '{booking.confirmed}' WHERE id = :id",
            id=house.endpoint_id,
        )
        for number in range(10, 20):
            await house.publish(number, event_type="booking.cancelled")
        sending = asyncio.create_task(house.send())
        async with asyncio.timeout(2.4):
            await quick.until(10)
        await sending
    assert len(receiver.got) == 10


async def test_after_five_failures_in_a_row_it_is_left_alone_a_while(
    house: House, receiver: Receiver
) -> None:
    receiver.otherwise = (500, {}, b"")
    for number in range(12):
        await house.publish(number)
    await house.send()
    assert 5 <= len(receiver.got) <= 8  # four at a time may be under way when it opens
    left = await house.run(
        "SELECT count(*) FROM webhook_messages"
        " WHERE status = 'pending' AND attempt_count = 0 AND last_error LIKE '%left alone%'"
    )
    assert left.scalar_one() == 12 - len(receiver.got)


async def test_a_dead_workers_message_goes_again(house: House, receiver: Receiver) -> None:
    await house.publish()
    await house.run(
        "UPDATE webhook_messages SET status = 'sending', lease_token = gen_random_uuid(),"
        " lease_until = now() - interval '1 s'"
    )
    await house.send()
    message = await house.message()
    assert (message.status, message.attempt_count) == ("delivered", 2)
    lost, sent = await house.attempts()
    assert "may have arrived" in lost.error
    assert sent.status_code == 204


async def test_a_late_workers_result_changes_nothing(house: House, receiver: Receiver) -> None:
    await house.publish()
    receiver.seconds = 0.4
    sending = asyncio.create_task(house.send())
    await receiver.until(1)
    await house.run("UPDATE webhook_messages SET lease_token = gen_random_uuid()")
    await sending
    assert (await house.message()).status == "sending"
    assert len(await house.attempts()) == 1


async def test_disabling_cancels_and_a_replay_sends_after_all(
    house: House, receiver: Receiver
) -> None:
    await house.publish()
    names = {"salon_id": house.salon_id, "endpoint_id": house.endpoint_id}
    async with house.database.transaction() as session:
        assert await disable_endpoint(session, **names, reason="a test")
        assert not await disable_endpoint(session, **names, reason="a test")
    await house.send()
    assert receiver.got == []
    assert (await house.message()).status == "cancelled"
    assert await house.publish(2) == 0
    async with house.database.transaction() as session:
        assert await enable_endpoint(session, **names)
        message_id = (await session.execute(text("SELECT id FROM webhook_messages"))).scalar_one()
        await replay_message(session, salon_id=house.salon_id, message_id=message_id)
    await house.send()
    assert len(receiver.got) == 1
    assert (await house.message()).status == "delivered"


async def test_stopping_the_worker_finishes_what_is_under_way(
    house: House, receiver: Receiver, database: Database
) -> None:
    receiver.seconds = 0.5
    for number in range(8):
        await house.publish(number)
    stop = asyncio.Event()
    sending = asyncio.create_task(send_due(database, stop=stop, settings=load(WebhookSettings)))
    await receiver.until(1)
    stop.set()
    await sending
    states = await house.run("SELECT status, count(*) FROM webhook_messages GROUP BY status")
    assert dict(states.all()) == {"delivered": 4, "pending": 4}
