from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.notifications.dead_letters.asked import close_left_behind, redrive_asked
from openchair.notifications.dead_letters.dismiss import dismiss
from openchair.notifications.dead_letters.filters import Filter
from openchair.notifications.dead_letters.queries import get_letter, list_causes, list_letters
from openchair.notifications.dead_letters.redrive import redrive_batch, redrive_letter
from openchair.platform.errors import Conflict, Invalid, NotFound
from tests.notifications.dead_letters.letters import (
    end,
    fail,
    fail_again,
    letter_of,
    message_of,
    one,
    run,
    salon_of,
)

LATE = -timedelta(seconds=1)
ASK = "UPDATE dead_letter_queue SET status = 'pending', retry_scheduled_at = now()"


async def test_a_redriven_letter_keeps_its_age_and_its_message_begins_anew(
    session: AsyncSession,
) -> None:
    salon_id = await salon_of(session)
    letter_id = await fail(session, salon_id)
    await run(session, "UPDATE dead_letter_queue SET created_at = now() - interval '3 days'")
    before = await letter_of(session, letter_id)
    await redrive_letter(session, salon_id=salon_id, letter_id=letter_id)
    letter, message = await letter_of(session, letter_id), await message_of(session, letter_id)
    assert (letter["status"], letter["created_at"]) == ("redriven", before["created_at"])
    assert letter["redriven_at"] is not None
    assert (message["status"], message["retry_count"], message["lost_leases"]) == ("pending", 0, 0)
    assert message["finished_at"] is None
    assert await one(session, "SELECT bool_and(next_attempt_at <= now()) FROM notifications")


async def test_asking_twice_sends_once(session: AsyncSession) -> None:
    salon_id = await salon_of(session)
    letter_id = await fail(session, salon_id)
    await redrive_letter(session, salon_id=salon_id, letter_id=letter_id)
    with pytest.raises(Conflict, match="already"):
        await redrive_letter(session, salon_id=salon_id, letter_id=letter_id)


async def test_what_would_come_too_late_is_not_sent_and_the_sentence_says_so(
    session: AsyncSession,
) -> None:
    salon_id = await salon_of(session)
    letter_id = await fail(session, salon_id, expires_in=LATE)
    with pytest.raises(Conflict, match="use-by time has passed") as refused:
        await redrive_letter(session, salon_id=salon_id, letter_id=letter_id)
    assert refused.value.code == "letter_too_late"
    assert (await letter_of(session, letter_id))["status"] == "waiting"
    assert (await message_of(session, letter_id))["status"] == "failed"


async def test_a_batch_takes_the_oldest_of_the_named_causes_and_counts_the_rest(
    session: AsyncSession,
) -> None:
    salon_id = await salon_of(session)
    limited = [await fail(session, salon_id, failure_type="rate_limit") for _ in range(3)]
    await fail(session, salon_id, failure_type="rate_limit", expires_in=LATE)
    bounced = await fail(session, salon_id, failure_type="hard_bounce")
    meant = Filter(salon_id=salon_id, failure_types=("rate_limit", "timeout"))
    first = await redrive_batch(session, meant=meant, limit=2)
    assert (first.requested, first.redriven, first.reasons) == (3, 2, {"too_late": 1})
    second = await redrive_batch(session, meant=meant, limit=2)
    assert (second.requested, second.redriven, second.skipped) == (2, 1, 1)
    third = await redrive_batch(session, meant=meant, limit=2)
    assert (third.requested, third.redriven, third.reasons) == (1, 0, {"too_late": 1})
    states = {(await letter_of(session, each))["status"] for each in limited}
    assert states == {"redriven"}
    assert (await letter_of(session, bounced))["status"] == "waiting"


async def test_failing_again_brings_the_letter_back_with_one_more_failure(
    session: AsyncSession,
) -> None:
    salon_id = await salon_of(session)
    letter_id = await fail(session, salon_id)
    await redrive_letter(session, salon_id=salon_id, letter_id=letter_id)
    message_id = (await letter_of(session, letter_id))["notification_id"]
    await fail_again(session, salon_id, message_id, failure_type="auth_error")
    letter = await letter_of(session, letter_id)
    assert (letter["status"], letter["failure_count"]) == ("waiting", 2)
    assert letter["failure_type"] == "auth_error"


@pytest.mark.parametrize("ended", ["sent", "cancelled", "expired", "suppressed"])
async def test_a_letter_whose_message_ended_is_closed_whoever_asked(
    session: AsyncSession, ended: str
) -> None:
    salon_id = await salon_of(session)
    letter_id = await fail(session, salon_id)
    await redrive_letter(session, salon_id=salon_id, letter_id=letter_id)
    await end(session, letter_id, ended)
    await redrive_asked(session, limit=10)
    letter = await letter_of(session, letter_id)
    assert (letter["status"], letter["closed_reason"]) == ("closed", ended)
    assert letter["closed_at"] is not None


@pytest.mark.parametrize("state", ["sent", "cancelled", "pending", "doubtful"])
async def test_a_letter_asked_for_by_hand_is_not_stuck_when_its_message_no_longer_failed(
    session: AsyncSession, state: str
) -> None:
    salon_id = await salon_of(session)
    letter_id = await fail(session, salon_id)
    await end(session, letter_id, state)
    await run(session, ASK)
    assert await redrive_asked(session, limit=10) == 0
    expected = "closed" if state in {"sent", "cancelled"} else "redriven"
    assert (await letter_of(session, letter_id))["status"] == expected
    assert (await message_of(session, letter_id))["status"] == state


async def test_letters_asked_for_by_hand_go_out_unless_it_is_too_late(
    session: AsyncSession,
) -> None:
    salon_id = await salon_of(session)
    good, late = await fail(session, salon_id), await fail(session, salon_id, expires_in=LATE)
    orphan = await fail(session, salon_id)
    await run(
        session,
        "DELETE FROM notifications WHERE id ="
        " (SELECT notification_id FROM dead_letter_queue WHERE id = :id)",
        id=orphan,
    )
    await run(session, ASK)
    assert await redrive_asked(session, limit=10) == 1
    states = [(await letter_of(session, each))["status"] for each in (good, late, orphan)]
    assert states == ["redriven", "waiting", "closed"]
    assert (await letter_of(session, orphan))["closed_reason"] == "gone"


async def test_messages_sent_anew_behind_the_letters_back_close_it(session: AsyncSession) -> None:
    salon_id = await salon_of(session)
    letter_id, other = await fail(session, salon_id), await fail(session, salon_id)
    await end(session, letter_id, "expired")
    assert await close_left_behind(session, limit=10) == 1
    assert (await letter_of(session, letter_id))["closed_reason"] == "expired"
    assert (await letter_of(session, other))["status"] == "waiting"


async def test_a_letter_can_be_laid_aside_without_sending(session: AsyncSession) -> None:
    salon_id = await salon_of(session)
    letter_id = await fail(session, salon_id, expires_in=LATE)
    assert await dismiss(session, letters=[(salon_id, letter_id)]) == 1
    assert await dismiss(session, letters=[(salon_id, letter_id)]) == 0
    assert (await letter_of(session, letter_id))["closed_reason"] == "dismissed"
    assert (await message_of(session, letter_id))["status"] == "failed"


async def test_causes_are_counted_with_the_latest_words(session: AsyncSession) -> None:
    salon_id = await salon_of(session)
    first = await fail(session, salon_id, words="the first words")
    await fail(session, salon_id, words="the last words", expires_in=LATE)
    sms = await fail(session, salon_id, channel="sms", failure_type="provider_error")
    await run(
        session,
        "UPDATE dead_letter_queue SET created_at = now() - interval '2 days',"
        " last_failed_at = now() - interval '1 day' WHERE id = :id",
        id=first,
    )
    timeouts, other = await list_causes(session, meant=Filter(salon_id=salon_id))
    assert (timeouts.failure_type, timeouts.channel, timeouts.count) == ("timeout", "email", 2)
    assert (timeouts.sample, timeouts.sendable, timeouts.too_late) == (
        "timeout: the last words",
        1,
        1,
    )
    assert timeouts.last_at - timeouts.first_at == timedelta(days=2)
    assert (other.failure_type, other.channel) == ("provider_error", "sms")
    by_sms = Filter(salon_id=salon_id, channel="sms")
    assert [each.id for each in await list_letters(session, meant=by_sms)] == [sms]
    lately = Filter(salon_id=salon_id, since=timeouts.last_at - timedelta(hours=1))
    assert sum(each.count for each in await list_causes(session, meant=lately)) == 2


async def test_pages_of_letters_follow_one_another(session: AsyncSession) -> None:
    salon_id = await salon_of(session)
    expected = {await fail(session, salon_id) for _ in range(5)}
    meant = Filter(salon_id=salon_id)
    seen, after = [], None
    while page := await list_letters(session, meant=meant, limit=2, after=after):
        seen += [each.id for each in page]
        after = (page[-1].created_at, page[-1].id)
    assert len(seen) == 5
    assert set(seen) == expected


async def test_a_neighbours_letter_does_not_exist(session: AsyncSession) -> None:
    mine, theirs = await salon_of(session), await salon_of(session)
    letter_id = await fail(session, theirs)
    assert await list_letters(session, meant=Filter(salon_id=mine)) == []
    with pytest.raises(NotFound):
        await get_letter(session, letter_id=letter_id, salon_id=mine)
    with pytest.raises(Conflict):
        await redrive_letter(session, salon_id=mine, letter_id=letter_id)


def test_causes_and_channels_are_checked() -> None:
    with pytest.raises(Invalid, match="The types are timeout"):
        Filter(failure_types=("timeouts",))
    with pytest.raises(Invalid, match="email, sms"):
        Filter(channel="fax")
