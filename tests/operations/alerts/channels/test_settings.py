"""Where alerts go, as the operator sets it: right, wrong, and by the runbook's first names."""

import logging
from collections.abc import Iterator

import pytest

from openchair.operations.alerts.channels.settings import ChannelSettings
from openchair.platform.settings import base
from openchair.platform.settings.base import load
from openchair.platform.settings.files import BadSettings, home
from openchair.platform.settings.registry import refuse_unknown_names
from openchair.webhooks.standard import new_secret


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    base.forget()
    yield
    base.forget()


def test_lists_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALERT_EMAIL_RECIPIENTS", "ops@salon.com, admin@salon.com,,ops@salon.com")
    monkeypatch.setenv("ALERT_PHONE_NUMBERS", "+4915112345678,+12025550123")
    settings = load(ChannelSettings)
    assert settings.alert_email_recipients == ("ops@salon.com", "admin@salon.com")
    assert settings.alert_phone_numbers == ("+4915112345678", "+12025550123")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("ALERT_WEBHOOK_URL", "hooks.example.com/secret-path", "a whole address"),
        ("ALERT_WEBHOOK_URL", "https://", "a whole address"),
        ("ALERT_SLACK_WEBHOOK", "ftp://hooks.example.com/secret-path", "a whole address"),
        ("ALERT_HEARTBEAT_URL", "https://x.example/" + "a" * 2000, "a whole address"),
        ("ALERT_WEBHOOK_SECRET", "secret-path", "whsec_ and base64"),
        ("ALERT_EMAIL_RECIPIENTS", "ops", "a whole mail address"),
        ("ALERT_EMAIL_RECIPIENTS", ",".join(f"a{n}@b.example" for n in range(21)), "at most 20"),
        ("ALERT_PHONE_NUMBERS", "0151 12345678", "country code"),
        ("ALERT_PHONE_NUMBERS", "+0987654321", "country code"),
        ("ALERT_PHONE_NUMBERS", ",".join(f"+49151123456{n}" for n in range(10, 21)), "at most 10"),
    ],
)
def test_what_cannot_be_right_is_told_and_secrets_are_not(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings) as raised:
        load(ChannelSettings)
    assert str(raised.value).startswith(name)
    assert sentence in str(raised.value)
    assert "secret-path" not in str(raised.value)


def test_the_first_names_still_work_and_say_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("VITE_ALERT_WEBHOOK_URL", "https://hooks.example.com/alerts")
    monkeypatch.setenv("VITE_ALERT_EMAIL_RECIPIENTS", "ops@salon.com,admin@salon.com")
    with caplog.at_level(logging.WARNING):
        settings = load(ChannelSettings)
    assert settings.alert_webhook_url.get_secret_value() == "https://hooks.example.com/alerts"
    assert settings.alert_email_recipients == ("ops@salon.com", "admin@salon.com")
    assert "VITE_ALERT_WEBHOOK_URL still works, but is called ALERT_WEBHOOK_URL now" in caplog.text
    assert "hooks.example.com" not in caplog.text


def test_the_present_name_wins(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("VITE_ALERT_WEBHOOK_URL", "https://old.example")
    monkeypatch.setenv("ALERT_WEBHOOK_URL", "https://new.example")
    with caplog.at_level(logging.WARNING):
        assert load(ChannelSettings).alert_webhook_url.get_secret_value() == "https://new.example"
    assert caplog.text == ""


def test_the_operators_file_may_use_either(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / base.OPERATORS_FILE
    path.write_text(f"VITE_ALERT_PHONE_NUMBERS=+4915112345678\nALERT_WEBHOOK_SECRET={new_secret()}")
    try:
        refuse_unknown_names()
        settings = load(ChannelSettings)
        monkeypatch.setenv("VITE_ALERT_PHONE_NUMBERS", "+12025550123")
        base.forget()
        from_environment = load(ChannelSettings)
    finally:
        path.unlink()
    assert settings.alert_phone_numbers == ("+4915112345678",)
    assert settings.alert_webhook_secret.get_secret_value().startswith("whsec_")
    assert from_environment.alert_phone_numbers == ("+12025550123",)
