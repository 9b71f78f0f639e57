"""Who is told, who not, and why: now, and at a moment that is over."""

from datetime import timedelta

from openchair.identity.audit.record import SYSTEM
from openchair.operations.alerts.explain import Explanation, explain
from openchair.operations.alerts.silences import silence
from openchair.platform.probes import State
from tests.operations.alerts.scene import DOWN, HEALTHY, NOON, Scene, reading


async def told(scene: Scene, name: str, *, minutes_ago: float = 0) -> Explanation:
    async with scene.database.transaction() as session:
        return await explain(
            session,
            name=name,
            at=scene.now - timedelta(minutes=minutes_ago),
            is_now=not minutes_ago,
            reach=scene.receivers.reach(),
        )


async def test_what_would_be_told_names_channels_and_reasons(scene: Scene) -> None:
    scene.receivers.missing = {"sms"}
    found = await told(scene, "DatabaseDown")
    assert (found.fires, found.reason) == (False, "due")
    assert [(each.channel, each.is_told) for each in found.channels] == [
        ("webhook", True),
        ("slack", True),
        ("email", False),
        ("sms", False),
    ]
    assert found.channels[2].why.startswith("critical alerts do not go by email")
    assert found.channels[3].why == "No address is set for sms."


async def test_the_past_is_told_as_it_was(scene: Scene) -> None:
    await scene.look(DOWN, reading("smtp", State.ERROR))
    mail = await told(scene, "MailDown")
    assert (mail.reason, "DatabaseDown fires" in mail.why) == ("inhibited", True)
    await scene.look(*HEALTHY, after=60)
    await scene.look(*HEALTHY, after=3600)
    then = await told(scene, "DatabaseDown", minutes_ago=60.5)
    assert (then.fires, then.reason, len(then.attempts)) == (True, "told", 6)
    now = await told(scene, "DatabaseDown")
    assert (now.fires, now.reason) == (False, "due")


async def test_a_silence_is_named_with_its_reason(scene: Scene) -> None:
    async with scene.database.transaction() as session:
        await silence(
            session,
            name=None,
            component="database",
            severity=None,
            reason="we move it",
            ends_at=NOON + timedelta(hours=1),
            author="Marek",
            by=SYSTEM,
            now=NOON,
        )
    scene.now = NOON + timedelta(minutes=1)
    found = await told(scene, "DatabaseDown")
    assert found.reason == "silenced"
    assert found.why == "A silence holds it: until 2026-11-22 13:00 UTC, we move it."
    assert not any(each.is_told for each in found.channels)
