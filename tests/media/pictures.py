"""Pictures as people and others send them."""

import io
import struct
import zlib

from PIL import Image, ImageDraw


def photo(width: int = 1600, height: int = 1200, kind: str = "JPEG", *, mode: str = "RGB") -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new("RGB", (width, height), (30, 60, 200))
    ImageDraw.Draw(picture).rectangle((0, 0, width // 2, height), fill=(210, 40, 30))
    written = io.BytesIO()
    picture.convert(mode).save(written, kind)
    return written.getvalue()


def sideways() -> bytes:
    """A telephone's photo held upright: stored lying, with a note how to turn it, and a place."""
    picture = Image.open(io.BytesIO(photo(1600, 1200)))
    notes = Image.Exif()
    notes[0x0112] = 6
    notes[0x010F] = "Telephone of Anna"
    notes[0x8825] = {1: "N", 2: (47.0, 25.0, 0.0)}
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=notes)
    return written.getvalue()


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A small PNG that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        summed = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", summed)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )
