"""Who is told of what, by severity, and what stands in where nothing is set."""

from collections.abc import Iterator

import pytest

from openchair.operations.alerts.channels.targets import (
    ROUTES,
    SANDBOX_MAILBOX,
    SANDBOX_PHONE,
    all_targets,
    shown,
    targets_for,
)
from openchair.operations.alerts.notice import Channel, Severity, Target
from openchair.platform.settings import base

EVERYTHING = {
    "ALERT_WEBHOOK_URL": "https://hooks.example.com/alerts",
    "ALERT_SLACK_WEBHOOK": "https://hooks.slack.com/services/T0/B0/x",
    "ALERT_EMAIL_RECIPIENTS": "ops@salon.com,admin@salon.com",
    "ALERT_PHONE_NUMBERS": "+4915112345678",
}


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    base.forget()
    yield
    base.forget()


@pytest.mark.parametrize(
    ("severity", "channels"),
    [
        ("critical", ["webhook", "slack", "sms"]),
        ("high", ["webhook", "slack", "sms"]),
        ("medium", ["webhook", "slack", "email", "email"]),
        ("low", ["webhook", "email", "email"]),
    ],
)
def test_the_runbooks_routing(
    monkeypatch: pytest.MonkeyPatch, severity: Severity, channels: list[Channel]
) -> None:
    for name, value in EVERYTHING.items():
        monkeypatch.setenv(name, value)
    assert [target.channel for target in targets_for(severity)] == channels


def test_better_in_the_wrong_place_than_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_EMAIL_RECIPIENTS", "ops@salon.com,admin@salon.com")
    assert [target.address for target in targets_for("critical")] == [
        "ops@salon.com",
        "admin@salon.com",
    ]


def test_with_nothing_set_the_sandbox_takes_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCHAIR_PORT", "9000")
    assert [target.address for target in all_targets()] == [
        "http://127.0.0.1:9001/webhook/alerts",
        "http://127.0.0.1:9001/slack",
        SANDBOX_MAILBOX,
        SANDBOX_PHONE,
    ]


def test_a_real_mail_server_writes_to_nobody_we_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_HOST", "mail.salon.com")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC1")
    assert {target.channel for target in all_targets()} == {"webhook", "slack"}


def test_without_a_sandbox_and_settings_there_is_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENCHAIR_SANDBOX", "false")
    assert all_targets() == ()
    assert [targets_for(severity) for severity in ROUTES] == [()] * 4


def test_one_channel_set_up_is_the_only_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_WEBHOOK_URL", "https://hooks.example.com/alerts")
    assert len(all_targets()) == 1


@pytest.mark.parametrize(
    ("channel", "address", "words"),
    [
        (
            "webhook",
            "https://user:pass@hooks.example.com:8443/a/secret?k=1",
            "hooks.example.com:8443/…",
        ),
        ("webhook", "https://hooks.example.com?key=secret", "hooks.example.com/…"),
        ("slack", "https://hooks.slack.com/services/T0/B0/secret", "hooks.slack.com/…"),
        ("email", "anna.secret@salon.com", "a…@salon.com"),
        ("sms", "+4915112345678", "+49…678"),
    ],
)
def test_a_target_is_shown_in_part(channel: Channel, address: str, words: str) -> None:
    target = Target(channel=channel, address=address)
    assert shown(target) == words
    assert "secret" not in repr(target)
