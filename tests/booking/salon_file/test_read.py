from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openchair.booking.salon_file.read import FaultyFile, read_salon_file
from openchair.booking.salon_file.yaml_text import dump, load
from openchair.salons.reserved import RESERVED_SLUGS
from tests.booking.salon_file.example import changed, example, example_text

DEMO = Path(__file__).parents[3] / "src" / "openchair" / "booking" / "demo"


def faults(content: str | bytes) -> list[tuple[int, str]]:
    """Line and message of everything that is wrong."""
    found = tried(content.encode() if isinstance(content, str) else content)
    assert found
    return found


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_example_of_the_page_is_read() -> None:
    file = example()
    assert file.slug == "kate-and-co"
    cut, colour = file.price_list[0].services
    assert [variant.price for variant in cut.variants] == [4500, 6000]
    assert (colour.minutes, colour.processing_minutes, colour.finish_minutes) == (30, 45, 30)
    assert colour.name == {"en": "Full colour"}


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("price: 45.00", "prise: 45.00", "prise is not a known key; did you mean price?"),
        ("price: 45.00", "price: 45.005", "price has more decimals than its currency has."),
        ("price: 45.00", "price: cheap", "price must be an amount such as 89.00, without a sign."),
        ("price: 45.00", "price: -1", "price must be between 0 and a million."),
        ("minutes: 45}", "minutes: 4}", "minutes must be at least 5."),
        ("minutes: 45}", "minutes: soon}", "minutes must be a whole number, not 'soon'."),
        ("needs: [chairs]", "needs: [chair]", "did you mean chairs?"),
        ("services: [cut, colour]", "services: [cutt]", "did you mean cut?"),
        ("without: [cut-long]", "without: [toner]", "is no variant or add-on of cut."),
        ("staff: kate", "staff: kat", "staff: kat is nobody of the team; did you mean kate?"),
        ("role: owner", "role: boss", "role must be 'owner', 'manager', 'staff' or"),
        ("time_zone: Europe/London", "time_zone: Londn", "did you mean Europe/London?"),
        ("currency: GBP", "currency: GPB", "GPB is no currency code of ISO 4217"),
        ("slug: kate-and-co", "slug: api", "slug is api, an address OpenChair itself uses"),
        ("slug: kate-and-co", "slug: Kate", "slug must be a short name of small letters"),
        ("phone: +44 20 7946 0812", "phone: 020 7946", "phone must be a number with its country"),
        ("hello@kate-and-co.example", "hello", "is not an e-mail address"),
        ("[09:00-13:00, 14:00-17:00]", "[09:00-13:00, 12:00-17:00]", "has hours that overlap"),
        ("09:00-18:00 without 12:30-13:15", "09:00-18:00 without 08:00-09:30", "not inside"),
        ("tuesday: 09:00-18:00\n", "tuesday: 9 to 6\n", "must be hours such as 09:00-18:30"),
        ("tuesday: 09:00-18:00\n", "tuesday: 09:00-25:00\n", "a day ends at 24:00"),
        ("begins: 2027-04-01", "begins: 2027-02-30", "must be a date such as 2026-12-24"),
        ("ends: 2027-04-09", "ends: 2027-03-09", "must end after it begins"),
        ("languages: [en]", "languages: [de]", "must be one of the salon's languages"),
        ("tagline: Good hair, no fuss.", "tagline: {uk: Ні}", "has a text in uk, but"),
        ('colour: "#c2410c"', "colour: #c2410c", "colour is missing."),
        ('colour: "#c2410c"', 'colour: "red"', 'colour must be a colour such as "#c2410c"'),
        ("slug: cut-long", "slug: cut-short", "cut-short is used twice"),
        ("name: Full colour", "name: Full colour\n    name: Colour", "stands here a second time"),
        ("name: VAT", "name: &vat VAT", "Anchors (&name) and tags (!name) are not used"),
        ("name: VAT", "name: !!python/name:os.system VAT", "tags (!name) are not used"),
        ("service: cut,", "service: cut, price: 9.00,", "cannot stand at cut as a whole"),
        ("minutes: 30\n", "minutes: 30\n    price: 1\n", "price stands here a second time"),
        ("    description: Wash", "    price: 5.00\n    description: Wash", "must be left out"),
        ("    price: 110.00\n", "", "price is missing"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(old: str, new: str, message: str) -> None:
    assert any(message in told for _, told in faults(changed((old, new)))), message


def test_everything_wrong_is_told_at_once_with_its_line() -> None:
    text = changed(
        ("price: 45.00", "prise: 45.00"),
        ("role: owner", "role: boss"),
        ("zone: Europe/London", "zone: Londn"),
    )
    wrong = ("zone: Londn", "prise", "role: boss")
    assert {line for line, _ in faults(text)} == {line_of(text, part) for part in wrong}


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_our_own_addresses_are_refused(slug: str) -> None:
    assert faults(changed(("slug: kate-and-co", f"slug: {slug}")))


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "must begin with keys"),
        (b"- a\n- b\n", "must begin with keys"),
        (b"slug: x\nname: 'abc\n", "cannot be read from here on"),
        (b"slug: \xff\xfe", "not UTF-8"),
        (b"slug: a\x00b", "control character"),
        (b"[" * 5000, "nested too deeply"),
        (b"a: [" + b"x," * 70_000 + b"]", "nested too deeply or too large"),
        (b"a: 1\n" + b"#" * 1_048_577, "larger than 1 MiB"),
        (b"a: &a [1, 1]\nb: [*a, *a]\n", "References (*name) are not used"),
        (b"slug: a\n---\nslug: b\n", "a second document begins here"),
        (b"? [a]\n: b\n", "A key must be a plain word"),
    ],
)
def test_what_is_no_salon_file_at_all_is_refused(content: bytes, message: str) -> None:
    assert any(message in told for _, told in faults(content))


words = st.sampled_from(["slug", "name", "price", "cut", "09:00-18:00", "", "Ж", "{{", "-1", "en"])
anything = st.recursive(
    words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
TOP = ["slug", "languages", "price_list", "team", "logins", "resources", "opening_hours", "brand"]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*TOP, "currency", "tax", "holidays"]), anything))
def test_no_shape_of_data_does_more_than_be_refused(data: dict[str, Any]) -> None:
    with pytest.raises(FaultyFile) as caught:
        read_salon_file(dump(data).encode())
    assert caught.value.faults


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_slip_anywhere_in_the_file_is_read_or_refused(data: st.DataObject) -> None:
    text = example_text()
    at = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(0, 12))
    slip = data.draw(st.text(max_size=4))
    content = (text[:at] + slip + text[at + length :]).encode("utf-8", "surrogatepass")
    lines = [line for line, _ in tried(content)]
    assert all(1 <= line <= content.count(b"\n") + 2 for line in lines)


def tried(content: bytes) -> list[tuple[int, str]]:
    try:
        read_salon_file(content)
    except FaultyFile as refused:
        return [(fault.line, fault.message) for fault in refused.faults]
    return []


@pytest.mark.parametrize("slug", ["schnittwerk", "mariia-hub"])
def test_the_demo_salons_are_complete_in_their_four_languages(slug: str) -> None:
    file = read_salon_file((DEMO / f"{slug}.yaml").read_bytes())
    incomplete = [
        words for words in all_words(file.model_dump()) if words.keys() != {"de", "en", "pl", "uk"}
    ]
    assert incomplete == []


def all_words(value: Any) -> list[dict[str, str]]:
    if isinstance(value, dict):
        if value and value.keys() <= {"de", "en", "pl", "uk"}:
            return [value]
        return [found for item in value.values() for found in all_words(item)]
    if isinstance(value, list | tuple):
        return [found for item in value for found in all_words(item)]
    return []


@given(anything.filter(lambda data: isinstance(data, dict)))
def test_whatever_is_written_is_read_back(data: dict[str, Any]) -> None:
    assert load(dump(data)).data == data


shown = st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs"))


@given(st.dictionaries(st.text(shown, min_size=1), st.text(shown)))
def test_whatever_people_write_is_read_back(data: dict[str, str]) -> None:
    assert load(dump({"texts": data})).data == {"texts": data}
