"""Drills 18, 20 and 21: mail servers that put off, lose their answer or die."""

import asyncio

import pytest

from tests.drills.scene import Scene


async def test_drill_18_greylisted_it_waits_as_told_and_then_goes_out(scene: Scene) -> None:
    await scene.outside.fault("smtp", "greylist", seconds=2)
    [message_id] = await scene.put()
    await scene.start()
    await scene.becomes(message_id, "sent")
    *refused, last = await scene.outcomes(message_id)
    assert set(refused) == {"temporary"}
    assert last == "sent"
    assert len(refused) in {1, 2, 3}
    assert await scene.value(
        "SELECT array_agg(DISTINCT (status_code, failure_type)::text)"
        " FROM notification_attempts WHERE outcome = 'temporary'"
    ) == ["(451,soft_bounce)"]
    waits = await scene.value(
        "SELECT array_agg(CAST(waited AS double precision) ORDER BY number) FROM ("
        " SELECT number, extract(epoch FROM started_at - lag(finished_at) OVER"
        " (ORDER BY number)) AS waited FROM notification_attempts) AS tries"
        " WHERE waited IS NOT NULL"
    )
    assert [wait >= 2**number for number, wait in enumerate(waits)] == [True] * len(refused)
    row = await scene.row(message_id)
    assert (row["retry_count"], row["provider"]) == (len(refused), "smtp")  # no other was asked
    assert await scene.events("breaker.opened") == 0
    assert (await scene.prove()).taken == 1


async def test_drill_20_dropped_after_the_content_nobody_fails_over_blindly(scene: Scene) -> None:
    await scene.outside.fault("smtp", "drop_after_data", times=1)
    [message_id] = await scene.put()
    await scene.start()
    row = await scene.becomes(message_id, "sent")
    assert (row["was_doubtful"], row["provider"]) == (True, "smtp")
    assert await scene.outcomes(message_id) == ["doubtful", "found"]
    assert await scene.events("message.ambiguous") == 1
    assert await servers_that_took(scene) == ["smtp"]
    assert (await scene.prove()).taken_twice == frozenset()


async def test_drill_20_lost_after_the_content_it_is_sent_again_once_that_is_certain(
    scene: Scene,
) -> None:
    scene.settings["OPENCHAIR_MAIL_DOUBTFUL_GRACE_SECONDS"] = "6"
    await scene.outside.fault("smtp", "lose_after_data", times=1)
    [message_id] = await scene.put()
    await scene.start()
    await scene.happens("message.ambiguous")
    row = await scene.becomes(message_id, "sent")
    assert row["was_doubtful"]
    assert await scene.outcomes(message_id) == ["doubtful", "not_found", "sent"]
    again = await scene.value(
        "SELECT CAST(extract(epoch FROM max(handed_over_at) - min(handed_over_at)) AS float)"
        " FROM notification_attempts"
    )
    assert again >= 6  # what the server says at first is not believed
    assert await servers_that_took(scene) == ["smtp"]
    assert (await scene.prove()).taken_twice == frozenset()


async def servers_that_took(scene: Scene) -> list[str]:
    return [each["server"] for each in await scene.outside.accepted()]


@pytest.mark.timeout(240)
async def test_drill_21_a_dead_server_is_passed_by_and_taken_again_when_it_lives(
    scene: Scene,
) -> None:
    """Acceptance 5 of the delivery: refused in the middle of a thousand mails."""
    await scene.put(1000)
    for _ in range(2):
        await scene.start()

    async def is_in_the_middle() -> bool:
        return len(await scene.outside.accepted()) >= 150

    await scene.until(is_in_the_middle)
    await scene.outside.fault("smtp", "refuse")
    by_primary = (await servers_that_took(scene)).count("smtp")
    await scene.all_end(seconds=150)
    took = await servers_that_took(scene)
    assert took.count("smtp") - by_primary <= 2 * 9  # those whose content was leaving just then
    assert took.count("smtp-backup") >= 1000 - by_primary - 2 * 9
    assert await scene.events("breaker.opened") == 1
    [opened] = scene.said("breaker opened", provider="smtp")
    assert opened["failures"] == 5
    assert await scene.value("SELECT state FROM provider_breakers WHERE provider = 'smtp'") == (
        "open"
    )
    await scene.outside.clear("smtp")
    await goes_by_the_primary_again(scene)
    assert await scene.events("breaker.closed") == 1
    assert len(scene.said("breaker closed", provider="smtp")) == 1
    assert len(scene.said("breaker opened")) == 1
    proof = await scene.prove()
    assert proof.states.keys() == {"sent"}
    assert proof.taken_twice == frozenset()


async def goes_by_the_primary_again(scene: Scene) -> None:
    """A mail now and then, until they go by the server that was dead."""
    async with asyncio.timeout(30):
        while True:
            [message_id] = await scene.put()
            row = await scene.becomes(message_id, "sent")
            if row["provider"] == "smtp" and await scene.events("breaker.closed"):
                return
            await asyncio.sleep(0.3)
