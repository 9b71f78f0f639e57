import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
import pytest
from pydantic import SecretStr

from openchair.notifications.providers.sms.accounts import TwilioAccount, VonageAccount
from openchair.notifications.providers.sms.callbacks import (
    Told,
    Unreadable,
    callback_address,
    read_twilio,
    read_vonage,
)
from openchair.notifications.providers.sms.signatures import twilio_signed
from openchair.webhooks.standard import BadSignature

TWILIO = TwilioAccount(sid="AC1", token=SecretStr("12345"), sender="+1", address="https://t")
SALON = UUID("0190b1c2-0000-7000-8000-000000000001")
MESSAGE = UUID("0190b1c2-0000-7000-8000-000000000002")
URL = callback_address(
    "https://salon.example", provider="twilio", salon_id=SALON, notification_id=MESSAGE
)
FORM = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+4915112345678"}
NOW = 1_800_000_000


def vonage(method: str = "sha256") -> VonageAccount:
    return VonageAccount(
        key="key",
        secret=SecretStr("s"),
        sender="Salon",
        address="https://v",
        reports_address="https://v",
        signature_secret=SecretStr("hush"),
        signature_method=method,
    )


def twilio_signature(
    url: str, form: dict[str, str], *, token: str = TWILIO.token.get_secret_value()
) -> str:
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def told_by_twilio(
    url: str = URL, form: dict[str, str] | None = None, signature: str | None = None
) -> Told:
    form = FORM if form is None else form
    signature = twilio_signature(url, form) if signature is None else signature
    return read_twilio(
        url=url,
        headers={"x-twilio-signature": signature},
        body=urlencode(form).encode(),
        account=TWILIO,
    )


def test_the_example_of_twilios_documentation() -> None:
    assert twilio_signed(
        url="https://mycompany.com/myapp.php?foo=1&bar=2",
        form=[
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+14158675310"),
            ("Digits", "1234"),
            ("From", "+14158675310"),
            ("To", "+18005551212"),
        ],
        signature="GvWf1cFY/Q7PnoempGyD5oXAezc=",
        token="12345",
    )


def test_a_callback_names_its_message_and_itself() -> None:
    told = told_by_twilio()
    assert told.provider_event_id == "SM1:delivered"
    assert told.event_type == "sms.delivered"
    assert told.payload["query"] == {"notification": str(MESSAGE), "salon": str(SALON)}
    assert told.payload["form"] == FORM


@pytest.mark.parametrize(
    ("called", "signed"),
    [
        ("https://salon.example/a?b=1", "https://salon.example:443/a?b=1"),
        ("https://salon.example:8443/a", "https://salon.example/a"),
        ("http://localhost:8000/a", "http://localhost/a"),
    ],
)
def test_twilio_writes_the_port_or_not(called: str, signed: str) -> None:
    told = told_by_twilio(url=called, signature=twilio_signature(signed, FORM))
    assert told.payload["form"] == FORM


@pytest.mark.parametrize(
    ("url", "form", "signature"),
    [
        (URL, FORM, ""),
        (URL, FORM, "ä"),
        (URL, FORM, twilio_signature(URL, FORM, token="54321")),
        (URL, FORM | {"MessageStatus": "failed"}, twilio_signature(URL, FORM)),
        (URL.replace("2&", "3&"), FORM, twilio_signature(URL, FORM)),
        (URL.replace("salon.example", "evil.example"), FORM, twilio_signature(URL, FORM)),
        (URL, FORM | {"Extra": ""}, twilio_signature(URL, FORM | {"Extra": "x"})),
    ],
)
def test_twilio_forged(url: str, form: dict[str, str], signature: str) -> None:
    with pytest.raises(BadSignature):
        told_by_twilio(url, form, signature)


def test_an_sms_to_us() -> None:
    told = told_by_twilio(
        url="https://salon.example/api/twilio-webhook",
        form={"MessageSid": "SM9", "SmsStatus": "received", "From": "+49151", "Body": "STOP"},
    )
    assert (told.provider_event_id, told.event_type) == ("SM9:received", "sms.received")


def test_a_signed_request_that_says_nothing() -> None:
    with pytest.raises(Unreadable):
        told_by_twilio(form={"a": "b"})


def receipt(method: str = "sha256", **more: str) -> dict[str, str]:
    form = {
        "messageId": "0A01",
        "status": "delivered",
        "client-ref": MESSAGE.hex,
        "timestamp": str(NOW),
        "text": "a=b&c",
        **more,
    }
    text = "".join(
        f"&{name}={form[name].replace('&', '_').replace('=', '_')}" for name in sorted(form)
    )
    if method == "md5hash":
        signature = hashlib.md5((text + "hush").encode(), usedforsecurity=False).hexdigest()
    else:
        signature = hmac.new(b"hush", text.encode(), method).hexdigest().upper()
    return {**form, "sig": signature}


def told_by_vonage(form: dict[str, Any], *, now: float = NOW, method: str = "sha256") -> Told:
    return read_vonage(
        url=URL,
        headers={"content-type": "application/x-www-form-urlencoded"},
        body=urlencode(form).encode(),
        account=vonage(method),
        now=now,
    )


@pytest.mark.parametrize("method", ["md5hash", "md5", "sha1", "sha256", "sha512"])
def test_vonage_signs_in_five_ways(method: str) -> None:
    told = told_by_vonage(receipt(method), method=method)
    assert (told.provider_event_id, told.event_type) == ("0A01:delivered", "sms.delivered")


def test_vonage_by_json() -> None:
    told = read_vonage(
        url=URL,
        headers={"content-type": "application/json"},
        body=orjson.dumps(receipt() | {"timestamp": NOW}),
        account=vonage(),
        now=NOW,
    )
    assert told.payload["query"]["notification"] == str(MESSAGE)


@pytest.mark.parametrize(("late", "good"), [(0, True), (299, True), (-299, True), (600, False)])
def test_vonage_just_now(late: int, *, good: bool) -> None:
    if good:
        told_by_vonage(receipt(), now=NOW + late)
        return
    with pytest.raises(BadSignature):
        told_by_vonage(receipt(), now=NOW + late)


@pytest.mark.parametrize(
    "form",
    [
        receipt() | {"status": "failed"},
        receipt() | {"sig": ""},
        {name: value for name, value in receipt().items() if name != "sig"},
        receipt(timestamp="yesterday"),
        receipt(timestamp=""),
    ],
)
def test_vonage_forged(form: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        told_by_vonage(form)


@pytest.mark.parametrize("body", [b"\xff", b"&".join([b"a=1"] * 300)])
def test_what_is_no_form(body: bytes) -> None:
    with pytest.raises(BadSignature):
        read_twilio(url=URL, headers={}, body=body, account=TWILIO)


@pytest.mark.parametrize("body", [b"[]", b"{", b'"x"'])
def test_what_is_no_json(body: bytes) -> None:
    with pytest.raises(BadSignature):
        read_vonage(
            url=URL,
            headers={"content-type": "application/json"},
            body=body,
            account=vonage(),
            now=NOW,
        )
