"""What is found out about one hand-over says nothing about the next."""

from datetime import timedelta
from uuid import UUID

from openchair.notifications.settle import settle_arrived, settle_not_arrived
from tests.notifications.conftest import Post, Put, row_of, run, scalar


async def doubtful(post: Post, put: Put) -> UUID:
    message_id = await put()
    post.server.data_answers = ["drop"]
    assert await post.deliver(message_id) == "doubtful"
    return message_id


async def test_a_slow_look_up_does_not_decide_about_a_later_try(post: Post, put: Put) -> None:
    message_id = await doubtful(post, put)
    row = await row_of(post.database, message_id)
    asked_about = row["handed_over_at"]
    await run(post.database, "UPDATE notifications SET handed_over_at = now()")
    which = {"salon_id": row["salon_id"], "notification_id": message_id, "by": "look-up"}
    async with post.database.transaction() as session:
        settled = await settle_not_arrived(
            session, **which, words="not known", handed_over_at=asked_about
        )
    assert not settled.changed
    now = await row_of(post.database, message_id)
    assert now["status"] == "doubtful"
    async with post.database.transaction() as session:
        settled = await settle_not_arrived(
            session, **which, words="not known", handed_over_at=now["handed_over_at"]
        )
    assert settled.changed
    assert (await row_of(post.database, message_id))["status"] == "pending"


async def test_it_is_settled_once(post: Post, put: Put) -> None:
    message_id = await doubtful(post, put)
    salon_id = (await row_of(post.database, message_id))["salon_id"]
    which = {"salon_id": salon_id, "notification_id": message_id, "words": "we have it"}
    async with post.database.transaction() as session:
        assert (await settle_arrived(session, **which, by="callback")).changed
        assert not (await settle_arrived(session, **which, by="look-up")).changed
        assert not (await settle_not_arrived(session, **which, by="look-up")).changed
    row = await row_of(post.database, message_id)
    assert row["status"] == "sent"
    assert row["finished_at"] - row["sent_at"] >= timedelta()


async def test_what_kills_its_workers_after_it_left_is_set_aside_too(post: Post, put: Put) -> None:
    message_id = await doubtful(post, put)
    await run(post.database, "UPDATE notifications SET lost_leases = 3, budget_units = 1")
    salon_id = (await row_of(post.database, message_id))["salon_id"]
    async with post.database.transaction() as session:
        await settle_not_arrived(
            session, salon_id=salon_id, notification_id=message_id, by="look-up", words="unknown"
        )
    row = await row_of(post.database, message_id)
    assert (row["status"], row["failure_type"], row["budget_units"]) == ("failed", "other", 0)
    assert await scalar(post.database, "SELECT error_message FROM dead_letter_queue") == (
        "its workers died 3 times"
    )
