"""Whatever is sent, what is kept is a clean picture, or nothing."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from openchair.media.make import make_now
from openchair.media.rules import MOST_BYTES
from openchair.platform.errors import Invalid
from tests.media.pictures import bomb, photo, sideways


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_it_is_kept_as_webp_in_a_few_widths(kind: str) -> None:
    made = make_now(photo(1600, 1200, kind))
    assert (made.width, made.height) == (1280, 960)
    assert sorted(made.files) == [160, 320, 640, 1280]
    for width, content in made.files.items():
        picture = opened(content)
        assert picture.format == "WEBP"
        assert picture.size == (width, width * 3 // 4)
        red, _, blue = picture.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert red > 180
        assert blue < 90


def test_a_small_one_is_never_made_larger() -> None:
    made = make_now(photo(200, 100))
    assert sorted(made.files) == [160, 200]


@pytest.mark.parametrize("mode", ["L", "CMYK", "1"])
def test_other_kinds_of_colour_are_understood(mode: str) -> None:
    kind = "PNG" if mode == "1" else "JPEG"
    assert make_now(photo(400, 300, kind, mode=mode)).width == 400


def test_what_is_seen_through_stays_so() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (200, 200), (10, 20, 30, 0)).save(written, "PNG")
    assert opened(make_now(written.getvalue()).files[200]).mode == "RGBA"


def test_it_stands_upright_and_all_notes_are_gone() -> None:
    sent = sideways()
    assert b"Telephone of Anna" in sent
    made = make_now(sent)
    assert (made.width, made.height) == (1200, 1600)
    for content in made.files.values():
        assert b"Telephone" not in content
        assert not opened(content).getexif()
        assert set(opened(content).info) <= {"loop", "background", "timestamp", "duration"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "not_a_picture"),
        (b"GIF89a" + b"\x01" * 40, "not_a_picture"),
        (b"%PDF-1.7 " + b"x" * 100, "not_a_picture"),
        (photo()[:4000], "not_a_picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "not_a_picture"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 50, "heic"),
        (bomb(), "too_many_pixels"),
        (bomb(9000, 9000), "too_many_pixels"),
        (bomb(900, 900), "not_a_picture"),
        (photo(8, 8, "PNG"), "odd_shape"),
        (photo(2000, 20), "odd_shape"),
        (b"\xff" * (MOST_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_to_do(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_now(content)
    assert (refused.value.code, refused.value.field) == (code, "picture")
    assert "lease" in refused.value.message


@given(at=st.integers(0, 3000), replaced=st.binary(min_size=1, max_size=40))
def test_a_damaged_file_is_a_picture_or_a_refusal(at: int, replaced: bytes) -> None:
    whole = photo(120, 80, "PNG") if at % 2 else photo(120, 80)
    place = at % len(whole)
    damaged = whole[:place] + replaced + whole[place + len(replaced) :]
    try:
        made = make_now(damaged)
    except Invalid:
        return
    assert made.files
