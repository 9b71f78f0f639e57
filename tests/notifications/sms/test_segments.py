import pytest
from hypothesis import given
from hypothesis import strategies as st

from openchair.notifications.providers.sms.segments import (
    BASIC,
    EXTENSION,
    count_segments,
    is_gsm,
)


def test_the_alphabet_is_whole() -> None:
    """GSM 03.38 has 128 codes: one is the escape, ten more hide behind it."""
    assert len(BASIC) == 127
    assert len(EXTENSION) == 10
    assert not BASIC & EXTENSION


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ä" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 159 + "€", 2),
        ("ś" * 70, 1),
        ("ś" * 71, 2),
        ("ś" * 134, 2),
        ("ś" * 135, 3),
        ("a" * 70 + "ś", 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        # 152 and an escaped one: its two codes do not fit and move on, and the rest with them.
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ś" * 66 + "😀" + "ś" * 66, 3),
        ("Привіт, Анно!", 1),
        ("ç" * 71, 2),
        ("Ç" * 160, 1),
        ("`" * 71, 2),
    ],
)
def test_segments(text: str, segments: int) -> None:
    assert count_segments(text) == segments


@given(st.text(max_size=2000))
def test_against_a_slow_model(text: str) -> None:
    """Fill segments one code after another, as a telephone would."""
    gsm = is_gsm(text)
    codes = [
        ([character] * 2 if character in EXTENSION else [character])
        if gsm
        else [character] * (len(character.encode("utf-16-be", "surrogatepass")) // 2)
        for character in text
    ]
    if sum(map(len, codes)) <= (160 if gsm else 70):
        assert count_segments(text) == 1
        return
    room = 153 if gsm else 67
    filled: list[int] = [0]
    for code in codes:
        if filled[-1] + len(code) > room:
            filled.append(0)
        filled[-1] += len(code)
    assert count_segments(text) == len(filled)
