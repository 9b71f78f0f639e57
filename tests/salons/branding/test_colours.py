"""Mails know no oklch; what they get is checked against values computed elsewhere (CSS Color 4)."""

import pytest

from openchair.salons.branding.colours import contrast, parse


@pytest.mark.parametrize(
    "written, expected",
    [
        ("oklch(0 0 0)", "#000000"),
        ("oklch(1 0 0)", "#ffffff"),
        ("oklch(0.62796 0.25768 29.234)", "#ff0000"),
        ("oklch(0.86644 0.29483 142.495)", "#00ff00"),
        ("oklch(45.201% 0.31321 264.052)", "#0000ff"),
        ("oklch(0.59987 0 0)", "#808080"),
    ],
)
def test_oklch_becomes_the_hexadecimal_of_the_standard(written: str, expected: str) -> None:
    assert parse(written).hex == expected


def test_a_colour_no_screen_can_show_is_clipped() -> None:
    assert parse("oklch(0.9 0.4 142)").hex.startswith("#00ff")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(parse("oklch(0 0 0)"), parse("oklch(1 0 0)")) == pytest.approx(21, abs=0.01)


@pytest.mark.parametrize("written", ["red", "#fff", "oklch(a b c)", "oklch(0.5 0.1 20);x:1"])
def test_anything_else_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        parse(written)
