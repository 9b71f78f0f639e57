"""A mail or an SMS leaves at once, by the first who takes it, and leaves nothing in the queue."""

from time import monotonic

import pytest

from openchair.notifications.direct.mail import send_mail
from openchair.notifications.direct.sms import send_sms
from openchair.notifications.errors import Permanent, Temporary
from openchair.notifications.providers.email.dkim import current_key
from openchair.platform.settings import base
from tests.sandbox_process import Sandbox

TO, PHONE = "anna@example.org", "+4915112345678"


async def test_a_mail(receivers: Sandbox) -> None:
    sent = await send_mail(recipient=TO, subject="Grüße\r\nBcc: x@example.org", text="Ja — gut.")
    (mail,) = await receivers.mails()
    assert sent.provider == mail["server"] == "smtp"
    assert sent.reference == mail["message_id"]
    assert mail["to"] == [TO]
    assert mail["subject"] == "Grüße Bcc: x@example.org"
    assert mail["text"].strip() == "Ja — gut."


async def test_a_mail_goes_to_the_backup_for_any_failure(receivers: Sandbox) -> None:
    for fault in ("refuse", "reject", "auth", "greylist", "busy", "content"):
        await receivers.fault("smtp", fault)
        assert (await send_mail(recipient=TO, subject=fault, text="x")).provider == "smtp-backup"
    assert len(await receivers.mails()) == 6


async def test_a_server_that_hangs_takes_half_of_the_time(receivers: Sandbox) -> None:
    await receivers.fault("smtp", "slow", seconds=20)
    began = monotonic()
    sent = await send_mail(recipient=TO, subject="x", text="x", timeout_seconds=2)
    assert sent.provider == "smtp-backup"
    assert 0.9 < monotonic() - began < 3


async def test_one_server_alone_has_all_of_it(
    receivers: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_BACKUP_HOST", "")
    base.forget()
    await receivers.fault("smtp", "refuse")
    with pytest.raises(Temporary, match=r"^smtp: "):
        await send_mail(recipient=TO, subject="x", text="x")


async def test_no_address(receivers: Sandbox) -> None:
    for address in ("", "anna", "a@b.example\r\nRCPT TO:<x@example.org>", "a@b, c@d"):
        with pytest.raises(Permanent):
            await send_mail(recipient=address, subject="x", text="x")
    assert await receivers.mails() == []


async def test_a_key_that_is_not_there_is_told(
    receivers: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DKIM_DOMAIN", "openchair.localhost")
    monkeypatch.setenv("DKIM_SELECTOR", "s1")
    monkeypatch.setenv("DKIM_PRIVATE_KEY_FILE", "/nowhere/key.pem")
    base.forget()
    current_key.cache_clear()
    with pytest.raises(Permanent, match="DKIM_PRIVATE_KEY_FILE"):
        await send_mail(recipient=TO, subject="x", text="x")
    current_key.cache_clear()


async def test_an_sms(receivers: Sandbox) -> None:
    sent = await send_sms(recipient=PHONE, text="Hello")
    (sms,) = await receivers.sms()
    assert (sent.provider, sms["to"], sms["body"]) == ("twilio", PHONE, "Hello")
    assert sent.reference
    assert not sms["callback_url"], "nobody waits for one"


@pytest.mark.parametrize("fault", ["refuse", "error_500", "rate_limit", "bad_number", "drop"])
async def test_an_sms_goes_by_the_second_for_any_failure(receivers: Sandbox, fault: str) -> None:
    await receivers.fault("twilio", fault)
    assert (await send_sms(recipient=PHONE, text="x")).provider == "vonage"


async def test_without_a_provider_it_says_what_is_missing(
    receivers: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TWILIO_ACCOUNT_SID", "VONAGE_API_KEY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("OPENCHAIR_SANDBOX", "false")
    base.forget()
    with pytest.raises(Permanent, match="TWILIO_ACCOUNT_SID"):
        await send_sms(recipient=PHONE, text="x")
