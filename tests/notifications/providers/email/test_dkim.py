"""Signatures are checked by the library of whoever receives the mail, with the public key only."""

import base64
from collections.abc import Iterator
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from openchair.notifications.providers.email.dkim import DkimKey, current_key, sign
from openchair.platform.settings.base import forget
from openchair.platform.settings.files import BadSettings

MAIL = (
    b"From: Schnittwerk <hallo@schnittwerk.example>\r\n"
    b"To: anna@example.org\r\n"
    b"Subject: =?utf-8?q?Bis_Donnerstag=2C_Anna?=\r\n"
    b"Date: Sun, 22 Nov 2026 10:00:00 +0000\r\n"
    b"Message-ID: <1@schnittwerk.example>\r\n"
    b"List-Unsubscribe: <https://schnittwerk.example/unsubscribe/abc>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"\r\n"
    b"Bis bald\r\n"
)

PKCS1 = serialization.PrivateFormat.TraditionalOpenSSL
PKCS8 = serialization.PrivateFormat.PKCS8
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(form: serialization.PrivateFormat) -> bytes:
    return PRIVATE.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def key(form: serialization.PrivateFormat = PKCS1) -> DkimKey:
    return DkimKey("schnittwerk.example", "salon", pem(form))


def dns(name: bytes, timeout: int = 5) -> bytes:
    """The one record that the salon's DNS holds."""
    assert name == b"salon._domainkey.schnittwerk.example."
    public = PRIVATE.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)


def holds(mail: bytes) -> bool:
    return bool(dkim.verify(mail, dnsfunc=dns))


@pytest.mark.parametrize("form", [PKCS1, PKCS8], ids=["PKCS1", "PKCS8"])
def test_who_receives_it_can_check_it(form: serialization.PrivateFormat) -> None:
    signed = sign(MAIL, key=key(form))
    assert signed.endswith(MAIL)
    assert holds(signed)
    assert not holds(sign(MAIL, key=key()).replace(b"Bis bald", b"Bis bild"))


@pytest.mark.parametrize(
    "name", [b"From", b"To", b"Subject", b"Date", b"List-Unsubscribe", b"List-Unsubscribe-Post"]
)
def test_no_header_that_matters_can_be_changed(name: bytes) -> None:
    signed = sign(MAIL, key=key())
    head, body = signed.split(b"\r\n\r\n", 1)
    changed = head.replace(b"\r\n" + name + b": ", b"\r\n" + name + b": x", 1)
    assert changed != head
    assert not holds(changed + b"\r\n\r\n" + body)


@pytest.mark.parametrize("name", [b"From", b"To", b"Subject", b"Reply-To", b"Date"])
def test_no_second_header_can_be_added(name: bytes) -> None:
    signed = sign(MAIL, key=key())
    assert holds(b"X-Other: harmless\r\n" + signed)
    assert not holds(name + b": somebody else <x@evil.example>\r\n" + signed)


def test_a_server_may_fold_and_pad_the_lines() -> None:
    signed = sign(MAIL, key=key())
    assert holds(signed.replace(b"Subject: =?utf-8", b"Subject:\r\n  =?utf-8"))


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "dkim.pem"
    monkeypatch.setenv("DKIM_DOMAIN", "schnittwerk.example")
    monkeypatch.setenv("DKIM_SELECTOR", "salon")
    monkeypatch.setenv("DKIM_PRIVATE_KEY_FILE", str(path))
    forget()
    current_key.cache_clear()
    yield path
    forget()
    current_key.cache_clear()


def test_the_key_of_the_settings_signs(settings: Path) -> None:
    settings.write_bytes(pem(PKCS8))
    found = current_key()
    assert found is not None
    assert holds(sign(MAIL, key=found))
    assert "PRIVATE" not in repr(found)


@pytest.mark.parametrize("content", [b"", b"no key at all", pem(PKCS1)[:400]])
def test_a_key_that_is_none_is_told_at_once(settings: Path, content: bytes) -> None:
    settings.write_bytes(content)
    with pytest.raises(BadSettings, match="holds no RSA key"):
        current_key()


def test_a_key_that_is_not_there_is_told_at_once(settings: Path) -> None:
    with pytest.raises(BadSettings, match="cannot be read"):
        current_key()


def test_half_of_the_settings_are_none(settings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DKIM_SELECTOR")
    forget()
    with pytest.raises(BadSettings, match="belong together"):
        current_key()


def test_without_settings_nothing_is_signed() -> None:
    current_key.cache_clear()
    assert current_key() is None
