"""Links to unsubscribe: what was signed comes back, and nothing else is believed."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openchair.notifications.unsubscribe import (
    Unsubscription,
    make_token,
    read_token,
    unsubscribe_url,
)
from openchair.platform.errors import NotFound
from openchair.platform.ids import new_id

ANNA = Unsubscription(
    salon_id=UUID(int=7),
    channel="email",
    recipient="anna:müller@example.org",
    category="reminder",
    language="de",
)


def test_what_was_signed_comes_back() -> None:
    for channel in ("email", "sms"):
        for category in ("reminder", "marketing"):
            asked = replace(ANNA, channel=channel, category=category, salon_id=new_id())
            assert read_token(make_token(asked)) == asked


def test_a_token_stands_in_an_address_as_it_is() -> None:
    token = make_token(ANNA)
    assert token.replace("-", "").replace("_", "").isalnum()
    assert "anna" not in token


@given(st.integers(min_value=0), st.characters())
def test_one_letter_changed_is_not_believed(place: int, letter: str) -> None:
    token = make_token(ANNA)
    at = place % len(token)
    changed = token[:at] + letter + token[at + 1 :]
    assume(changed != token)
    with pytest.raises(NotFound) as refused:
        read_token(changed)
    assert refused.value.code == "unsubscribe_unknown"


@pytest.mark.parametrize("token", ["", "x", "ä" * 40, "-" * 5000, "A" * 60, "%00", "a=b"])
def test_what_is_no_token_is_not_believed(token: str) -> None:
    with pytest.raises(NotFound):
        read_token(token)


def test_what_was_ordered_cannot_be_unsubscribed_from() -> None:
    about = {"salon_id": UUID(int=7), "channel": "email", "recipient": "a@example.org"}
    assert unsubscribe_url(**about, category="transactional", language="en") is None  # type: ignore[arg-type]
    url = unsubscribe_url(**about, category="marketing", language="en")  # type: ignore[arg-type]
    assert url is not None
    assert "/unsubscribe/" in url
    assert read_token(url.rpartition("/")[2]).category == "marketing"
