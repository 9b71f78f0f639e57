from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.outbox import put, put_all
from openchair.platform import correlation
from openchair.platform.db.engine import Database
from openchair.platform.errors import Invalid
from tests.builders import make_salon
from tests.notifications.conftest import Put, greeting, row_of, scalar

QUEUED = "SELECT count(*) FROM notification_queue"


async def count(session: AsyncSession, statement: str) -> int:
    return int((await session.execute(text(statement))).scalar_one())


async def test_a_message_exists_only_if_the_caller_commits(
    database: Database, salon_id: UUID
) -> None:
    with pytest.raises(RuntimeError):  # noqa: PT012 -- the block is the transaction
        async with database.transaction() as session:
            await put_all(session, messages=[greeting(salon_id)])
            assert await count(session, QUEUED) == 1
            raise RuntimeError("the booking failed after all")
    assert await scalar(database, QUEUED) == 0


async def test_put_writes_what_delivery_needs(session: AsyncSession) -> None:
    salon_id = (await make_salon(session)).salon_id
    token = correlation.adopt("corr-12345678")
    message_id = await put(
        session,
        salon_id=salon_id,
        kind="test.greeting",
        channel="email",
        recipient="Anna@Example.org",
        language="de",
        data={"booking_id": salon_id},
        reference="booking:1",
        dedupe_key="test:1",
    )
    correlation.release(token)
    row = (
        (
            await session.execute(
                text("SELECT * FROM notification_queue WHERE id = :id"), {"id": message_id}
            )
        )
        .mappings()
        .one()
    )
    assert row["status"] == "pending"
    assert row["recipient"] == "Anna@example.org"
    assert row["data"] == {"booking_id": str(salon_id)}
    assert row["message_id"] == f"<{message_id}@openchair.localhost>"
    assert row["correlation_id"] == "corr-12345678"
    assert row["next_attempt_at"] == row["send_after"] == row["created_at"]


async def test_the_same_key_twice_is_one_message(database: Database, put: Put) -> None:
    first = await put()
    assert await put(data={"changed": True}) == first
    assert await scalar(database, QUEUED) == 1
    assert (await row_of(database, first))["data"] == {}


async def test_a_message_for_later_waits(database: Database, put: Put) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    message_id = await put(send_after=later, expires_at=later + timedelta(days=1))
    assert (await row_of(database, message_id))["next_attempt_at"] == later


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "anna",
        "anna@",
        "anna@example.org\r\nBcc: all@example.org",
        "anna\x00@example.org",
        "Anna <anna@example.org>",
        "a@example.org, b@example.org",
        f"{'a' * 65}@example.org",
        f"a@{'b' * 10_000}.org",
    ],
)
async def test_what_is_no_mail_address_is_refused_at_the_door(
    session: AsyncSession, recipient: str
) -> None:
    salon_id = (await make_salon(session)).salon_id
    with pytest.raises(Invalid) as refused:
        await put_all(session, messages=[greeting(salon_id, recipient=recipient)])
    assert refused.value.field == "recipient"
    assert await count(session, QUEUED) == 0


async def test_an_address_beyond_ascii_is_taken(session: AsyncSession) -> None:
    salon_id = (await make_salon(session)).salon_id
    await put_all(session, messages=[greeting(salon_id, recipient="żółw@bücher.example")])
    found = (await session.execute(text("SELECT recipient FROM notification_queue"))).scalar_one()
    assert found == "żółw@xn--bcher-kva.example"


@pytest.mark.parametrize("number", ["0791234567", "+41 7", "hello", "+1 555"])
async def test_what_is_no_phone_number_is_refused_at_the_door(
    session: AsyncSession, number: str
) -> None:
    salon_id = (await make_salon(session)).salon_id
    with pytest.raises(Invalid):
        await put_all(session, messages=[greeting(salon_id, channel="sms", recipient=number)])
