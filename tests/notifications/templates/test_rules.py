"""What a salon may write: variables of a list, plain text, nothing that could be anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openchair.notifications.templates.rules import (
    LONGEST_VALUE,
    Mistake,
    Written,
    check,
    fill,
    mistakes_in,
    plain,
    tidied,
)
from openchair.platform.errors import Invalid

KNOWN = ("client", "time")


def mail(body: str = "Hello", subject: str = "Hello") -> Written:
    return Written(subject=subject, body=body)


def codes(written: Written, channel: str = "email") -> list[tuple[str, str, int]]:
    found = mistakes_in(written, channel=channel, variables=KNOWN)
    return [(each.code, each.field, each.line) for each in found]


def test_words_with_known_variables_are_kept_tidy() -> None:
    written = mail("  Dear {{client}},\r\nuntil {{ time }}  \r\n\r\n", " {{ time }} ")
    assert check(written, channel="email", variables=KNOWN) == Written(
        subject="{{ time }}", body="Dear {{client}},\nuntil {{ time }}"
    )


def test_an_sms_has_no_subject() -> None:
    kept = check(mail("Hi", subject="ignored"), channel="sms", variables=KNOWN)
    assert kept == Written(subject=None, body="Hi")


@pytest.mark.parametrize(
    "body, code, line",
    [
        ("Dear {{ clinet }}", "unknown_variable", 1),
        ("a\nb\n{{ self.__class__ }}", "unknown_variable", 3),
        ("{{ 7 * 7 }}", "unknown_variable", 1),
        ("{{ client | upper }}", "unknown_variable", 1),
        ("{{}}", "unknown_variable", 1),
        ("{{ client", "unclosed", 1),
        ("a\n{{ client }", "unclosed", 2),
        ("client }}", "unclosed", 1),
        ("{{ client\n}}", "unclosed", 1),
        ("{{ {{ client }} }}", "unclosed", 1),
        ("", "empty", 1),
        ("a\n\u202eb", "unprintable", 2),
        ("x" * 5001, "too_long", 1),
    ],
)
def test_what_cannot_be_filled_in_is_named_with_its_line(body: str, code: str, line: int) -> None:
    assert (code, "body", line) in codes(mail(body))
    with pytest.raises(Invalid) as refused:
        check(mail(body), channel="email", variables=KNOWN)
    assert refused.value.field == "body"
    assert refused.value.details["variables"] == list(KNOWN)


def test_the_sentence_names_the_line_and_lists_what_is_known() -> None:
    with pytest.raises(Invalid) as refused:
        check(mail("Dear\n{{ clinet }}"), channel="email", variables=KNOWN)
    assert refused.value.message == (
        "In line 2 there is nothing called “clinet”. Known are: client, time."
    )


def test_every_mistake_is_told_at_once() -> None:
    found = codes(mail("{{ a }} {{ b }}\n{{ client", subject="{{ c }}"))
    assert found == [
        ("unknown_variable", "subject", 1),
        ("unknown_variable", "body", 1),
        ("unknown_variable", "body", 1),
        ("unclosed", "body", 2),
    ]


def test_a_subject_is_one_line() -> None:
    assert codes(mail(subject="Hello\nBcc: all@example.org"))[0] == ("one_line", "subject", 1)
    assert codes(mail(subject="Hello\rBcc: all@example.org"))[0] == ("unprintable", "subject", 1)


def test_single_braces_and_markup_are_text() -> None:
    body = "{client} {% if x %} <b>{{ client }}</b> $client %s"
    assert codes(mail(body)) == []
    assert fill(body, {"client": "Anna"}) == "{client} {% if x %} <b>Anna</b> $client %s"


def test_an_sms_is_shorter_than_a_mail() -> None:
    assert codes(mail("x" * 700), "sms") == []
    assert codes(mail("x" * 701), "sms") == [("too_long", "body", 1)]


def test_what_a_value_holds_is_never_read_again() -> None:
    values = {"client": "{{ time }}", "time": "10:00"}
    assert fill("{{ client }} {{time}}", values) == "{{ time }} 10:00"


def test_a_value_is_one_line_of_bounded_length() -> None:
    assert plain("Anna\r\nBcc: all@example.org\u202e") == "Anna Bcc: all@example.org"
    assert len(plain("x" * 10_000)) == LONGEST_VALUE
    assert plain("Zoë 💇\u200d♀️") == "Zoë 💇\u200d♀️"


def test_a_line_whose_variable_is_empty_keeps_its_neighbours() -> None:
    assert fill("Hello\n{{ before }}\nbye", {}) == "Hello\n\nbye"


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_and_no_value_breaks_it(text: str, value: str) -> None:
    written = tidied(Written(subject=text, body=text), channel="email")
    mistakes = mistakes_in(written, channel="email", variables=KNOWN)
    assert all(isinstance(each, Mistake) for each in mistakes)
    filled = fill(text, dict.fromkeys(KNOWN, value))
    assert "\r" not in filled
    if not mistakes:
        assert check(written, channel="email", variables=KNOWN) == written
