"""Makes a picture anew from bytes that anybody may have sent. Called by `keep.py`.

Only the pixels survive: orientation is applied, place, camera and every other note are gone.
Blocks; one picture at a time in a thread of its own, so that a large one costs memory once.
"""

import asyncio
import io
import struct
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PIL import (
    AvifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from openchair.media.rules import LEAST_SIDE, MOST_BYTES, MOST_PIXELS, WIDTHS, kept_size, widths_of
from openchair.platform.errors import Invalid

FORMATS = (
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    AvifImagePlugin.AvifImageFile.format,
)
"""A JPEG may hold a second picture (MPO, as some telephones make them): the first counts."""
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1")
QUALITY = 80
EFFORT = 4
LONGEST = 16  # times as high as wide, or as wide as high
DAMAGED = (
    OSError,
    SyntaxError,  # what Pillow raises for a broken PNG
    ValueError,
    EOFError,
    KeyError,
    IndexError,
    struct.error,
    OverflowError,
    MemoryError,
)

_workshop = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")


@dataclass(frozen=True, slots=True)
class Made:
    """A picture as it is kept: pixels of the largest, and a WebP file for each width."""

    width: int
    height: int
    files: dict[int, bytes]


async def make(content: bytes) -> Made:
    """WebP files in all widths. Raises `Invalid` (field `picture`) with what to do instead."""
    return await asyncio.get_running_loop().run_in_executor(_workshop, make_now, content)


def make_now(content: bytes) -> Made:
    """The same without a loop: it blocks."""
    if len(content) > MOST_BYTES:
        raise _refused("too_large", "The picture is larger than 15 MB. Please send a smaller one.")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about notes in the file, which are thrown away
        try:
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                _look_at(opened)
                picture = _upright(opened)
        except Image.DecompressionBombError as error:  # Pillow's own bound, far above ours
            raise _too_many_pixels() from error
        except DAMAGED as error:
            raise _unreadable(content) from error
    return _in_all_widths(picture)


def _look_at(opened: Image.Image) -> None:
    """Only the header is read so far: what is too much is never unpacked."""
    width, height = opened.size
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < LEAST_SIDE or max(width, height) > LONGEST * min(width, height):
        raise _refused(
            "odd_shape", "The picture is too small or too narrow. Please choose another one."
        )


def _upright(opened: Image.Image) -> Image.Image:
    """Its pixels the right way up, as colours that every screen means alike."""
    opened.draft(
        "RGB", (2 * WIDTHS[-1], 2 * WIDTHS[-1])
    )  # a JPEG is unpacked no larger than needed
    turned = ImageOps.exif_transpose(opened)
    profile = opened.info.get("icc_profile")
    has_alpha = "A" in turned.getbands() or "transparency" in turned.info
    plain = turned.convert("RGBA" if has_alpha else "RGB")
    if profile and turned.mode in {"RGB", "RGBA"}:
        plain = _in_common_colours(plain, profile)
    return plain


def _in_common_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, theirs, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return picture  # a broken profile spoils the shade a little, not the picture
    return converted or picture


def _in_all_widths(picture: Image.Image) -> Made:
    width, height = kept_size(*picture.size)
    files = {}
    for each in widths_of(width):
        size = (each, max(1, round(height * each / width)))
        sized = picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS)
        bare = Image.new(sized.mode, sized.size)
        bare.paste(sized)  # pixels and nothing else
        written = io.BytesIO()
        bare.save(written, "WEBP", quality=QUALITY, method=EFFORT)
        files[each] = written.getvalue()
    return Made(width=width, height=height, files=files)


def _unreadable(content: bytes) -> Invalid:
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return _refused(
            "heic",
            "HEIC pictures cannot be read here. Please save it as JPEG and send it again.",
        )
    return _refused(
        "not_a_picture",
        "This is no picture that can be read. Please send a JPEG, PNG, WebP or AVIF file.",
    )


def _too_many_pixels() -> Invalid:
    return _refused(
        "too_many_pixels", "The picture has more than 50 megapixels. Please send a smaller one."
    )


def _refused(code: str, message: str) -> Invalid:
    return Invalid(message, code=code, field="picture")
