import asyncio
from uuid import uuid4

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.db.engine import Database
from openchair.webhooks.models import WebhookEvent
from openchair.webhooks.receive import Incoming, Received, Unstorable, receive, receive_each


def event(name: str, *, source: str = "email", payload: str = '{"a": 1}') -> Incoming:
    return Incoming(
        source=source,
        provider_event_id=name,
        event_type="email.bounced",
        payload=payload,
        correlation_id="a-correlation",
    )


async def stored(session: AsyncSession, name: str) -> WebhookEvent:
    found = await session.scalars(
        select(WebhookEvent)
        .where(WebhookEvent.provider_event_id == name)
        .execution_options(populate_existing=True)
    )
    return found.one()


async def test_an_event_is_stored_once_and_counted_again(session: AsyncSession) -> None:
    first = await receive(session, events=[event("e1")])
    again = await receive(session, events=[event("e1", payload='{"a": 2}')])
    assert [each.duplicate for each in (*first, *again)] == [False, True]
    assert first[0].id == again[0].id
    row = await stored(session, "e1")
    assert (row.duplicates, row.payload, row.status) == (1, {"a": 1}, "received")
    assert row.correlation_id == "a-correlation"


async def test_twins_in_one_batch_are_one_event(session: AsyncSession) -> None:
    answers = await receive(session, events=[event("b"), event("a"), event("b"), event("b")])
    assert [each.duplicate for each in answers] == [False, False, True, True]
    assert (await stored(session, "b")).duplicates == 2
    assert (await stored(session, "a")).duplicates == 0


async def test_two_services_may_use_the_same_id(session: AsyncSession) -> None:
    answers = await receive(session, events=[event("x"), event("x", source="twilio")])
    assert [each.duplicate for each in answers] == [False, False]


async def test_what_cannot_be_stored_harms_no_other(database: Database) -> None:
    events = [
        event("good"),
        event("bad", payload=orjson.dumps({"a": "\x00"}).decode()),
        event("fine"),
    ]
    good, bad, fine = await receive_each(database, events)
    assert isinstance(bad, Unstorable)
    assert isinstance(good, Received)
    assert isinstance(fine, Received)
    async with database.transaction() as session:
        assert (await stored(session, "good")).duplicates == 0


async def test_crossing_batches_of_the_same_events_wait_in_no_circle(database: Database) -> None:
    names = [str(uuid4()) for _ in range(40)]
    orders = [names, names[::-1], names[20:] + names[:20], names[::2] + names[1::2]]
    answers = await asyncio.gather(
        *(receive_each(database, [event(name) for name in order]) for order in orders * 3)
    )
    fresh = [
        each
        for batch in answers
        for each in batch
        if isinstance(each, Received) and not each.duplicate
    ]
    assert len(fresh) == len(names)
    async with database.transaction() as session:
        assert {(await stored(session, name)).duplicates for name in names} == {11}
