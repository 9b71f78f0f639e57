import pytest
from babel.numbers import format_decimal

from openchair.operations.messages.read_limit import read_limit
from openchair.platform.errors import Invalid


@pytest.mark.parametrize("locale", ["de_CH", "de_DE", "de_AT", "en_GB", "pl_PL", "uk_UA"])
@pytest.mark.parametrize("number", [0, 7, 999, 1000, 12_345, 1_000_000, 100_000_000])
def test_a_number_is_read_as_the_four_languages_write_it(locale: str, number: int) -> None:
    assert read_limit(format_decimal(number, locale=locale)) == number
    assert read_limit(str(number)) == number


@pytest.mark.parametrize(
    "typed", ["1'000", "1’000", "1 000", "1\u00a0000", "1\u202f000", " 1.000 "]
)
def test_a_thousand_is_a_thousand(typed: str) -> None:
    assert read_limit(typed) == 1000


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "many", "-1", "+1", "1e3", "0x10", "1_000", "٣"),
        *("1.000,50", "1,000.50", "1000.5", "12.34", "1.00", "1 00", "10 00 000", "1.000'000"),
        *("1  000", "1000 000", "100000001", "9" * 40),
    ],
)
def test_what_could_mean_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="whole number from 0 to 100,000,000") as refused:
        read_limit(typed)
    assert refused.value.field == "limit"
