from uuid import UUID

from openchair.notifications.withdraw import withdraw_about, withdraw_message
from openchair.platform.db.engine import Database
from tests.notifications.conftest import Post, Put, row_of, scalar

USED = "SELECT used FROM notification_usage WHERE channel = 'email'"


async def test_what_is_withdrawn_gives_its_share_of_the_budget_back(post: Post, put: Put) -> None:
    message_id = await put()
    post.server.rcpt_answers = ["451 come back later"]
    assert await post.deliver(message_id) == "pending"
    assert await scalar(post.database, USED) == 1
    salon_id = (await row_of(post.database, message_id))["salon_id"]
    which = {"salon_id": salon_id, "message_id": message_id, "words": "not wanted"}
    async with post.database.transaction() as session:
        assert await withdraw_message(session, **which)
    assert (await row_of(post.database, message_id))["status"] == "cancelled"
    assert await scalar(post.database, USED) == 0
    async with post.database.transaction() as session:
        assert not await withdraw_message(session, **which)
    assert await scalar(post.database, USED) == 0


async def test_what_is_about_something_is_withdrawn_together(
    database: Database, put: Put, salon_id: UUID
) -> None:
    message_id = await put()
    other = await put(dedupe_key="test:2", reference="test:2")
    async with database.transaction() as session:
        withdrawn = await withdraw_about(
            session, salon_id=salon_id, reference="test:1", kinds=["test.greeting"]
        )
    assert withdrawn == 1
    assert (await row_of(database, message_id))["status"] == "cancelled"
    assert (await row_of(database, other))["status"] == "pending"
