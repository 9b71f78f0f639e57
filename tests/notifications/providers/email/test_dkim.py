"""Signatures are checked as a recipient checks them, with the public key only."""

import base64
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from hypothesis import example, given
from hypothesis import strategies as st

from openchair.notifications.providers.email.dkim import (
    OVERSIGNED,
    SIGNED,
    DkimKey,
    _fields,
    _relaxed_body,
    current_key,
    sign,
)
from openchair.platform.settings.base import forget
from openchair.platform.settings.files import BadSettings
from tests.notifications.providers.email import dkim_verifier

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


RECORD = b"v=DKIM1; k=rsa; p=" + base64.b64encode(
    PRIVATE.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
)


def holds(mail: bytes) -> bool:
    return dkim_verifier.holds(mail, record=RECORD)


def tags(signed: bytes) -> dict[bytes, bytes]:
    return dkim_verifier.tags_of(dkim_verifier.taken_apart(signed)[0][0].partition(b":")[2])


# ------------------------------------------------------------------ what the RFCs print

DINNER = (
    b"From: Joe SixPack <joe@football.example.com>\r\n"
    b"To: Suzie Q <suzie@shopping.example.net>\r\n"
    b"Subject: Is dinner ready?\r\n"
    b"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    b"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
    b"\r\n"
    b"Hi.\r\n"
    b"\r\n"
    b"We lost the game. Are you hungry yet?\r\n"
    b"\r\n"
    b"Joe.\r\n"
)
SIMPLE = (  # RFC 6376, A.2 and C
    b"DKIM-Signature: v=1; a=rsa-sha256; s=brisbane; d=example.com;\r\n"
    b"      c=simple/simple; q=dns/txt; i=joe@football.example.com;\r\n"
    b"      h=Received : From : To : Subject : Date : Message-ID;\r\n"
    b"      bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    b"      b=AuUoFEfDxTDkHlLXSZEpZj79LICEps6eda7W3deTVFOk4yAUoqOB\r\n"
    b"        4nujc7YopdG5dWLSdNg6xNAZpOPr+kHxt1IrE+NahM6L/LbvaHut\r\n"
    b"        KVdkLLkpVaVVQPzeRDI009SO2Il5Lu7rDNH6mZckBdrIx0orEtZV\r\n"
    b"        4bmp/YzhwvcubU4=;\r\n"
    b"Received: from client1.football.example.com  [192.0.2.1]\r\n"
    b"      by submitserver.example.com with SUBMISSION;\r\n"
    b"      Fri, 11 Jul 2003 21:01:54 -0700 (PDT)\r\n"
) + DINNER
SIMPLE_RECORD = (
    b"v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkM"
    b"oGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v/R"
    b"tdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToI"
    b"MmPSPDdQPNUYckcQ2QIDAQAB"
)
RELAXED = (  # RFC 8463, A.2 and A.3
    b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;\r\n"
    b" d=football.example.com; i=@football.example.com;\r\n"
    b" q=dns/txt; s=test; t=1528637909; h=from : to : subject :\r\n"
    b" date : message-id : from : subject : date;\r\n"
    b" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    b" b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3\r\n"
    b" DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz\r\n"
    b" dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=\r\n"
) + DINNER
RELAXED_RECORD = (
    b"v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
    b"iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
    b"DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
    b"Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
)


@pytest.mark.parametrize(
    ("mail", "record"),
    [(SIMPLE, SIMPLE_RECORD), (RELAXED, RELAXED_RECORD)],
    ids=["RFC 6376", "RFC 8463"],
)
def test_the_verifier_agrees_with_the_signed_mails_of_the_rfcs(mail: bytes, record: bytes) -> None:
    assert dkim_verifier.holds(mail, record=record)
    assert not dkim_verifier.holds(mail.replace(b"hungry", b"thirsty"), record=record)
    assert not dkim_verifier.holds(mail.replace(b"dinner", b"supper"), record=record)
    other = RELAXED_RECORD if record is SIMPLE_RECORD else SIMPLE_RECORD
    assert not dkim_verifier.holds(mail, record=other)


def test_the_body_of_the_rfcs_has_their_hash() -> None:
    assert tags(sign(DINNER, key=key()))[b"bh"] == b"2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="


def test_the_example_of_relaxing() -> None:
    """RFC 6376, 3.4.5, example 1."""
    assert dict(_fields(b"A: X\r\nB : Y\t\r\n\tZ  ")) == {"a": [b"a:X\r\n"], "b": [b"b:Y Z\r\n"]}
    assert _relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"


@pytest.mark.parametrize(
    "end", [b"", b"\r\n", b"\r\n\r\n", b"\r\n\r\n\r\n", b"\r\n\r\n \t\r\n\t", b"\n\n\n"]
)
def test_an_empty_body_has_the_hash_of_nothing(end: bytes) -> None:
    """RFC 6376, 3.4.4."""
    signed = sign(b"From: a@example.org" + end, key=key())
    assert tags(signed)[b"bh"] == b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert holds(signed)


# ------------------------------------------------------------------ what a recipient sees


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


def test_a_program_that_is_none_of_ours_agrees(tmp_path: Path) -> None:
    """What was signed is written out by hand, and openssl has the last word."""
    signed = sign(b"From:  A <a@example.org>\r\nX: y\r\nTO: b\r\n\tc \r\n\r\nHi \r\n", key=key())
    head = signed.partition(b"\r\nFrom")[0].replace(b"\r\n", b"")
    text, _, signature = head.partition(b" b=")
    (tmp_path / "signature").write_bytes(base64.b64decode(signature.replace(b" ", b"")))
    (tmp_path / "signed").write_bytes(
        b"from:A <a@example.org>\r\nto:b c\r\n"
        + text.replace(b"DKIM-Signature: ", b"dkim-signature:")
        + b" b="
    )
    (tmp_path / "public.pem").write_bytes(
        PRIVATE.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    command = "openssl dgst -sha256 -verify public.pem -signature signature signed"
    told = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False)
    assert told.stdout == b"Verified OK\n"


def test_the_headers_are_named_as_often_as_they_stand_there_and_once_more() -> None:
    mail = b"Reply-To: one@a.example\r\nReply-To: two@a.example\r\n" + MAIL
    signed = sign(mail, key=key())
    present = [name for name in SIGNED if b"\r\n" + name.encode() + b":" in mail.lower()]
    expected = [*present, "reply-to", *OVERSIGNED]
    assert sorted(tags(signed)[b"h"].decode().split(":")) == sorted(expected)
    assert holds(signed)
    assert not holds(signed.replace(b"one@", b"eno@"))
    assert not holds(signed.replace(b"two@", b"owt@"))
    assert not holds(signed.replace(b"one@a", b"two@A").replace(b"two@a", b"one@a"))


def test_its_lines_fit() -> None:
    """RFC 5322, 2.1.1; a name that is longer than a line cannot be cut (RFC 6376, 3.5)."""
    long = ".".join(["a" * 60] * 4)
    for domain in ("schnittwerk.example", long):
        signed = sign(MAIL, key=DkimKey(domain, "salon", pem(PKCS1)))
        lines = dkim_verifier.taken_apart(signed)[0][0].split(b"\r\n")[:-1]
        assert [line for line in lines if len(line) > 78] == (
            [f" d={domain};".encode()] if domain is long else []
        )
        assert lines[0].startswith(b"DKIM-Signature: v=1;")
        assert all(re.match(rb" \S.*\S\Z", line) for line in lines[1:])
        assert tags(signed)[b"d"] == domain.encode()
        assert holds(signed)


def test_line_ends_are_signed_as_they_travel() -> None:
    signed = sign(MAIL.replace(b"\r\n", b"\n") + b"bare\rreturn", key=key())
    assert signed.endswith(MAIL + b"bare\r\nreturn")
    assert holds(signed)


# ------------------------------------------------------------------ oddities

SPACE = st.text(" \t", max_size=3).map(str.encode)
FOLD = st.sampled_from([b" ", b"\t ", b"  ", b"\r\n ", b" \t\r\n\t ", b"\r\n \r\n  "])
WORD = st.binary(min_size=1, max_size=8).map(lambda word: re.sub(rb"[\s]", b"_", word))
NAME = st.sampled_from([*SIGNED, "Received", "X-Other", "SUBJECT", "To", "fRoM"]).map(str.encode)
FIELD = st.tuples(NAME, st.lists(WORD, max_size=4))
LINE = st.lists(st.one_of(WORD, st.just(b"")), max_size=3)


@st.composite
def laid_out(
    draw: st.DrawFn, fields: list[tuple[bytes, list[bytes]]], lines: list[list[bytes]]
) -> bytes:
    """The same mail for a recipient, with other spaces, folds and empty lines at the end."""
    mail = b""
    for name, words in fields:
        value = b"".join(draw(FOLD) + word for word in words).lstrip(b"\r\n")
        mail += name + draw(SPACE) + b":" + value + draw(SPACE) + b"\r\n"
    mail += b"\r\n"
    for words in lines:
        gaps = [draw(st.sampled_from([b" ", b"\t", b" \t  "])) for _ in words]
        mail += b"".join(gap + word for gap, word in zip(gaps, words, strict=True))
        mail += draw(SPACE) + b"\r\n"
    return mail + draw(st.sampled_from([b"", b"\r\n", b" \r\n\t\r\n", b"\r\n" * 5, b" "]))


@given(data=st.data(), fields=st.lists(FIELD, min_size=1), lines=st.lists(LINE, max_size=6))
def test_whatever_spaces_there_are_and_whatever_becomes_of_them(
    data: st.DataObject, fields: list[tuple[bytes, list[bytes]]], lines: list[list[bytes]]
) -> None:
    first = data.draw(laid_out(fields, lines))
    signed = sign(first, key=key())
    assert signed.endswith(first)
    assert holds(signed)
    on_its_way = signed[: -len(first)] + data.draw(laid_out(fields, lines))
    assert holds(on_its_way)


@given(
    body=st.text(" \t\r\nab.\x0b\x0c\xa0=", max_size=40).map(lambda text: text.encode("latin-1"))
)
@example(body=b"\r\n.\r\n")
@example(body=b" ")
@example(body=b"a\r")
def test_any_body(body: bytes) -> None:
    signed = sign(b"From: a@example.org\r\n\r\n" + body, key=key())
    assert holds(signed)
    assert holds(signed + b"\r\n")
    assert not holds(signed + b"x")


@given(mail=st.binary(max_size=60))
def test_no_mail_is_too_odd_to_be_signed(mail: bytes) -> None:
    assert b"DKIM-Signature: " in sign(mail, key=key())


# ------------------------------------------------------------------ the key


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


WITH_PASSWORD = PRIVATE.private_bytes(
    serialization.Encoding.PEM, PKCS8, serialization.BestAvailableEncryption(b"secret")
)
ELLIPTIC = ed25519.Ed25519PrivateKey.generate().private_bytes(
    serialization.Encoding.PEM, PKCS8, serialization.NoEncryption()
)

# The library makes none as short as this.
MAKE_SHORT = ["openssl", "genrsa", "1000"]
SHORT = subprocess.run(MAKE_SHORT, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    "content",
    [b"", b"no key at all", pem(PKCS1)[:400], WITH_PASSWORD, ELLIPTIC, SHORT],
    ids=["empty", "none", "half", "password", "elliptic", "short"],
)
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
