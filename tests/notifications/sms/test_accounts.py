from collections.abc import Iterator

import pytest

from openchair.notifications.providers.sms.accounts import (
    sms_configured,
    sms_gaps,
    twilio_account,
    vonage_account,
)
from openchair.notifications.providers.sms.settings import SmsSettings
from openchair.platform.settings import base
from openchair.platform.settings.base import load
from openchair.platform.settings.files import BadSettings

TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_FROM": "+1"}
VONAGE = {"VONAGE_API_KEY": "k", "VONAGE_API_SECRET": "s", "VONAGE_FROM": "Salon"}


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    base.forget()
    yield
    base.forget()


def given(monkeypatch: pytest.MonkeyPatch, **settings: str) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


def test_the_sandbox_takes_all_unless_told_otherwise() -> None:
    twilio, vonage = twilio_account(), vonage_account()
    assert twilio is not None
    assert twilio.address == "http://127.0.0.1:8001/twilio"
    assert vonage is not None
    assert vonage.address == vonage.reports_address == "http://127.0.0.1:8001/vonage"
    assert sms_configured()
    assert sms_gaps() == []


def test_a_real_salon_without_an_account_sends_no_sms(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, OPENCHAIR_SANDBOX="false")
    assert twilio_account() is None
    assert vonage_account() is None
    assert not sms_configured()
    assert len(sms_gaps()) == 1


def test_one_real_account_and_the_sandbox_is_out(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **TWILIO)
    twilio = twilio_account()
    assert twilio is not None
    assert (twilio.sid, twilio.address) == ("AC1", "https://api.twilio.com")
    assert vonage_account() is None, "a real client's SMS would end in a mailbox nobody reads"


def test_vonage_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **VONAGE)
    vonage = vonage_account()
    assert vonage is not None
    assert vonage.address == "https://rest.nexmo.com"
    assert vonage.reports_address == "https://api.nexmo.com"
    assert twilio_account() is None
    assert "VONAGE_SIGNATURE_SECRET" in sms_gaps()[0]


@pytest.mark.parametrize("missing", ["TWILIO_AUTH_TOKEN", "TWILIO_FROM"])
def test_half_an_account_is_none_and_says_so(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    given(monkeypatch, **TWILIO)
    monkeypatch.delenv(missing)
    assert twilio_account() is None
    assert missing in sms_gaps()[0]


def test_an_address_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, TWILIO_BASE_URL="api.twilio.com")
    with pytest.raises(BadSettings, match="TWILIO_BASE_URL"):
        load(SmsSettings)


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, **(TWILIO | {"TWILIO_AUTH_TOKEN": "hush"}))
    assert "hush" not in repr(load(SmsSettings))
    assert "hush" not in repr(twilio_account())
