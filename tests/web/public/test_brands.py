"""The demo salons' brands are readable, and nobody would take one for the other."""

import pytest
import yaml

from openchair.booking.demo import __file__ as demo
from openchair.salons.branding.brand import NEUTRAL, Brand, read_brand

SALONS = ("schnittwerk", "mariia-hub")


def brand_of(slug: str) -> Brand:
    with open(demo.replace("__init__.py", f"{slug}.yaml"), encoding="utf-8") as file:  # noqa: PTH123
        return read_brand(name=slug, brand=yaml.safe_load(file)["brand"])


@pytest.mark.parametrize("slug", SALONS)
def test_every_text_can_be_read(slug: str) -> None:
    assert brand_of(slug).palette.weak_pairs() == []
    assert NEUTRAL.palette.weak_pairs() == []


def test_two_salons_are_two_brands() -> None:
    first, second = map(brand_of, SALONS)
    assert first.art != second.art
    assert first.tone != second.tone
    assert first.fonts != second.fonts
    assert not set(first.families) & set(second.families)
    assert first.palette.action != second.palette.action
