"""Names, e-mail addresses and phone numbers as people really type them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openchair.customers.profiles.contact import Contact, clean_contact, clean_name
from openchair.platform.errors import Invalid


def contact(
    name: str = "Anna Muster", email: str | None = "anna@mail.ch", phone: str | None = None
) -> Contact:
    return clean_contact(name=name, email=email, phone=phone, country="CH")


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("Anna Muster", "Anna Muster"),
        ("  Anna   Muster ", "Anna Muster"),
        ("Zoe\u0308", "Zoë"),
        ("محمد علي", "محمد علي"),
        ("שרה כהן", "שרה כהן"),
        ("Оксана Шевченко", "Оксана Шевченко"),
        ("李小龍", "李小龍"),
        ("👩\u200d🦰 Róża", "👩\u200d🦰 Róża"),
        ("💇", "💇"),
        ("O'Brien-Łuczak 3rd", "O'Brien-Łuczak 3rd"),
        ("\u202egnihton\u202c Anna", "gnihton Anna"),
        ("\u2066Anna\u2069\u200f", "Anna"),
        ("x" * 200, "x" * 200),
    ],
)
def test_a_name_of_any_script_is_kept(typed: str, kept: str) -> None:
    assert contact(name=typed).name == kept


@pytest.mark.parametrize(
    "typed, code",
    [
        ("", "name_missing"),
        ("   ", "name_missing"),
        ("\u202e\u202c", "name_missing"),
        ("\u200d\u200d", "name_missing"),
        ("...", "name_missing"),
        ("x" * 201, "name_too_long"),
        ("x" * 10_240, "name_too_long"),
        ("Anna\x00", "name_invalid"),
        ("Anna\nMuster", "name_invalid"),
        ("Anna\x1b[31m", "name_invalid"),
        ("Anna\ud83d", "name_invalid"),
        ("Anna\u2028", "name_invalid"),
        ("Anna\ufffe", "name_invalid"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        contact(name=typed)
    assert (refused.value.code, refused.value.field) == (code, "customer.name")


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("anna@mail.ch", "anna@mail.ch"),
        (" Anna.Muster+Salon@Mail.CH ", "anna.muster+salon@mail.ch"),
        ("anna@bücher.ch", "anna@xn--bcher-kva.ch"),
        ("o'brien@example.org", "o'brien@example.org"),
    ],
)
def test_an_email_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert contact(email=typed).email == kept


@pytest.mark.parametrize(
    "typed",
    [
        "anna",
        "anna@",
        "@mail.ch",
        "anna@mail",
        "anna@@mail.ch",
        "anna@mail..ch",
        "anna muster@mail.ch",
        "Anna <anna@mail.ch>",
        "anna@mail.ch, eve@mail.ch",
        "anna@mail.ch\nBcc: eve@mail.ch",
        "anna@mail.ch\x00",
        "anna@localhost",
        "anna@[127.0.0.1]",
        "ännä@mail.ch",
        "\ud83danna@mail.ch",
        "a" * 65 + "@mail.ch",
        "a@" + "b" * 10_240 + ".ch",
    ],
)
def test_a_wrong_email_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        contact(email=typed, phone="+41446681800")
    assert (refused.value.code, refused.value.field) == ("email_invalid", "customer.email")


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("044 668 18 00", "+41446681800"),
        ("+41 44 668 18 00", "+41446681800"),
        ("0041446681800", "+41446681800"),
        ("+48 601 234 567", "+48601234567"),
        ("+380 50 123 45 67", "+380501234567"),
        ("٠٤٤٦٦٨١٨٠٠", "+41446681800"),
    ],
)
def test_a_phone_number_is_kept_as_e164(typed: str, kept: str) -> None:
    assert contact(phone=typed).phone_e164 == kept


@pytest.mark.parametrize(
    "typed", ["123", "+41", "phone", "+999 12345678", "044 668 18 0", "0" * 41, "044\x00668", "+"]
)
def test_a_wrong_phone_number_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        contact(phone=typed)
    assert (refused.value.code, refused.value.field) == ("phone_invalid", "customer.phone")


def test_a_phone_number_alone_is_enough() -> None:
    assert contact(email=None, phone="044 668 18 00") == Contact(
        "Anna Muster", None, "+41446681800"
    )
    assert contact(email=" ", phone="044 668 18 00").email is None


@pytest.mark.parametrize("email, phone", [(None, None), ("", ""), (" ", None)])
def test_somebody_who_cannot_be_reached_is_refused(email: str | None, phone: str | None) -> None:
    with pytest.raises(Invalid) as refused:
        contact(email=email, phone=phone)
    assert (refused.value.code, refused.value.field) == ("contact_missing", "customer.email")


@given(st.text(max_size=300))
def test_whatever_is_typed_as_a_name_is_refused_or_harmless(typed: str) -> None:
    try:
        kept = clean_name(typed)
    except Invalid:
        return
    assert 1 <= len(kept) <= 200
    assert clean_name(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert kept.encode()
    assert "\x00" not in kept
