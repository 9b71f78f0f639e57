"""A notice reaches its targets all at once, and another channel where one is dead (drill 35)."""

import json
from time import monotonic

import pytest

from openchair.notifications.errors import Permanent, Temporary
from openchair.operations.alerts.channels.deliver import arrived, dead_channels, deliver
from openchair.operations.alerts.channels.heartbeat import send_heartbeat
from openchair.operations.alerts.channels.targets import all_targets, targets_for
from openchair.operations.alerts.notice import Attempt, Target
from openchair.platform.clock import utc_now
from openchair.platform.settings import base
from openchair.webhooks.standard import key_of, new_secret, verify
from tests.operations.alerts.channels.conftest import ADMIN, OPS, line, notice
from tests.sandbox_process import Sandbox


def outcomes(attempts: list[Attempt]) -> set[tuple[str, str, str | None]]:
    return {(each.channel, each.outcome, each.instead_of) for each in attempts}


async def test_critical_goes_to_webhook_slack_and_phone_once(receivers: Sandbox) -> None:
    began = utc_now()
    told = notice(lines=(line(held_back=3), line(held_back=4)))
    attempts = await deliver(told, targets=targets_for("critical"))
    assert outcomes(attempts) == {
        ("webhook", "sent", None),
        ("slack", "sent", None),
        ("sms", "sent", None),
    }
    assert arrived(attempts)
    assert dead_channels(attempts) == ()
    counts = [
        len(each)
        for each in (
            await receivers.webhooks(name="alerts"),
            await receivers.slack(),
            await receivers.sms(),
            await receivers.mails(),
        )
    ]
    assert counts == [1, 1, 1, 0]
    for attempt in attempts:
        assert attempt.notice_id == told.id
        assert attempt.alert_ids == tuple(each.alert_id for each in told.lines)
        assert attempt.held_back == 7
        assert attempt.error is None
        assert began <= attempt.at <= utc_now()
    by_webhook = next(each for each in attempts if each.channel == "webhook")
    assert by_webhook.status_code == 200
    assert by_webhook.target == f"127.0.0.1:{receivers.http_port}/…"


async def test_the_webhook_is_signed(receivers: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = new_secret()
    monkeypatch.setenv("ALERT_WEBHOOK_SECRET", secret)
    base.forget()
    told = notice()
    (target,) = [each for each in all_targets() if each.channel == "webhook"]
    await deliver(told, targets=[target])
    (post,) = await receivers.webhooks()
    now = int(post["headers"]["webhook-timestamp"])
    message_id = verify(
        [key_of(secret)], headers=post["headers"], body=post["body"].encode(), now=now
    )
    assert message_id == f"notice_{told.id.hex}"
    body = json.loads(post["body"])
    assert (body["type"], body["data"]["priority"]) == ("alert.firing", "P0")


async def test_an_unsigned_webhook_says_so(receivers: Sandbox) -> None:
    await deliver(notice(), targets=all_targets()[:1])
    (post,) = await receivers.webhooks()
    assert "webhook-signature" not in post["headers"]


async def test_a_dead_channel_is_replaced_by_the_next(receivers: Sandbox) -> None:
    await receivers.fault("slack", "refuse")
    attempts = await deliver(notice(), targets=targets_for("critical"))
    assert outcomes(attempts) == {
        ("webhook", "sent", None),
        ("slack", "failed", None),
        ("email", "sent", "slack"),
        ("sms", "sent", None),
    }
    assert dead_channels(attempts) == ("slack",)
    (mail,) = await receivers.mails()
    assert mail["to"] == [OPS]
    (lost,) = [each for each in attempts if each.outcome == "failed"]
    assert lost.error


async def test_one_of_two_mailboxes_is_enough(
    receivers: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERT_EMAIL_RECIPIENTS", f"{OPS},{ADMIN}")
    base.forget()
    await receivers.fault("smtp", "reject", times=1)
    await receivers.fault("smtp-backup", "reject", times=1)
    attempts = await deliver(notice(severity="low"), targets=targets_for("low"))
    by_mail = sorted(each.outcome for each in attempts if each.channel == "email")
    assert by_mail == ["failed", "sent"]
    assert not [each for each in attempts if each.instead_of]


async def test_what_stands_in_may_be_dead_as_well(receivers: Sandbox) -> None:
    """Webhook and mail of a low alert are dead, and so is Slack: the phone is what is left."""
    for name in ("webhook", "smtp", "smtp-backup", "slack"):
        await receivers.fault(name, "refuse")
    attempts = await deliver(notice(severity="low"), targets=targets_for("low"))
    assert {(each.channel, each.outcome) for each in attempts} == {
        ("webhook", "failed"),
        ("email", "failed"),
        ("slack", "failed"),
        ("sms", "sent"),
    }
    assert len(attempts) == 4
    assert all(each.instead_of for each in attempts if each.channel in {"slack", "sms"})
    assert len(await receivers.sms()) == 1


async def test_when_nothing_arrives_it_says_so(receivers: Sandbox) -> None:
    for name in ("webhook", "slack", "smtp", "smtp-backup", "twilio", "vonage"):
        await receivers.fault(name, "refuse")
    attempts = await deliver(notice(), targets=targets_for("critical"))
    assert not arrived(attempts)
    assert len(attempts) == 4
    assert dead_channels(attempts) == ("webhook", "slack", "email", "sms")


async def test_a_slow_channel_keeps_nobody_waiting(receivers: Sandbox) -> None:
    await receivers.fault("webhook", "slow", seconds=20)
    began = monotonic()
    attempts = await deliver(notice(), targets=targets_for("critical"), timeout_seconds=1)
    assert monotonic() - began < 3
    ended = [each.channel for each in attempts]
    assert set(ended[:2]) == {"slack", "sms"}, "they did not wait for the webhook"
    assert ended[2:] == ["webhook", "email"]
    assert 900 <= attempts[2].duration_ms < 2500


async def test_nobody_to_tell(receivers: Sandbox) -> None:
    attempts = await deliver(notice(), targets=())
    assert attempts == []
    assert not arrived(attempts)
    assert await receivers.webhooks() == []


async def test_nothing_is_raised_whatever_a_target_is(receivers: Sandbox) -> None:
    targets = [
        Target(channel="webhook", address="http://[::1"),
        Target(channel="slack", address="nonsense"),
        Target(channel="email", address="not\r\nan address"),
        Target(channel="sms", address=""),
    ]
    attempts = await deliver(notice(), targets=targets, spare=())
    assert {each.outcome for each in attempts} == {"failed"}
    assert len(attempts) == 4
    assert await receivers.mails() == []


async def test_the_heartbeat_is_heard(receivers: Sandbox) -> None:
    for _ in range(3):
        assert await send_heartbeat()
    assert await receivers.heartbeats() == {"openchair": 3}


async def test_a_heartbeat_that_nobody_hears_is_told(receivers: Sandbox) -> None:
    await receivers.fault("heartbeat", "error_500", times=1)
    with pytest.raises(Permanent, match="500"):
        await send_heartbeat()
    await receivers.fault("heartbeat", "slow", seconds=5)
    with pytest.raises(Temporary, match="not heard"):
        await send_heartbeat(timeout_seconds=0.3)


async def test_nobody_listens_for_heartbeats(
    receivers: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERT_HEARTBEAT_URL", "")
    monkeypatch.setenv("OPENCHAIR_SANDBOX", "false")
    base.forget()
    assert not await send_heartbeat()
    assert await receivers.heartbeats() == {}


async def test_it_ends_before_the_watchers_patience_does(
    receivers: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything hangs: what stands in has what is left, and no more is begun when little is."""
    monkeypatch.setattr("openchair.operations.alerts.channels.deliver.TOTAL_SECONDS", 3.5)
    for name in ("webhook", "slack", "smtp", "smtp-backup", "twilio", "vonage"):
        await receivers.fault(name, "slow", seconds=20)
    began = monotonic()
    attempts = await deliver(notice(severity="low"), targets=targets_for("low"), timeout_seconds=2)
    assert monotonic() - began < 4.6
    assert not arrived(attempts)
    assert {each.channel for each in attempts} == {"webhook", "email", "slack", "sms"}
    stood_in = [each for each in attempts if each.instead_of]
    assert all(each.duration_ms < 1_900 for each in stood_in), "they had what was left"
