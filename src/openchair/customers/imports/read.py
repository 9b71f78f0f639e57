"""Reads a list of clients as other programs write it: encodings, delimiters, quotes, one row at a
time. Pure: what is in the cells is nobody's business here.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from openchair.platform.errors import Invalid

MOST_BYTES = 20_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 100
MOST_CELL = 10_000
ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1250", "cp1251")
"""What a file may be written in; the last three are Windows of Western Europe, Poland, Ukraine."""
DELIMITERS = (",", ";", "\t")
SAMPLE = 64_000
OF_COUNTRY = {"PL": "cp1250", "CZ": "cp1250", "SK": "cp1250", "HU": "cp1250", "UA": "cp1251"}

csv.field_size_limit(MOST_CELL)


@dataclass(frozen=True, slots=True)
class Line:
    """One row; `number` is the line of the file it begins on, counted from 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that can be read: its headings, and how to come to the rows."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    text: str

    def lines(self) -> Iterator[Line]:
        """The rows below the heading, empty ones left out. Raises `Invalid` on `file`."""
        rows = _rows(self.text, self.delimiter)
        next(rows)
        yield from rows


def read_sheet(content: bytes, *, country: str, encoding: str = "") -> Sheet:
    """The file, read as `encoding` or as it looks like; `country` (ISO 3166) decides which Windows
    wrote it. Raises `Invalid` on `file` when it is too large, empty or no list at all.
    """
    if len(content) > MOST_BYTES:
        raise Invalid("The file is larger than 20 MB. Please split it in two.", field="file")
    used = encoding if encoding in ENCODINGS else guess_encoding(content, country=country)
    text = _decode(content, used)
    delimiter = guess_delimiter(text)
    heading = next(_rows(text, delimiter), None)
    if heading is None:
        raise Invalid("The file is empty. Please choose another one.", field="file")
    if len(heading.cells) > MOST_COLUMNS:
        raise Invalid(
            "The file has more than 100 columns. Please remove those you do not need.", field="file"
        )
    header = tuple(cell.strip()[:200] for cell in heading.cells)
    return Sheet(encoding=used, delimiter=delimiter, header=header, text=text)


def count_lines(sheet: Sheet) -> int:
    """How many rows are below the heading. Raises `Invalid` on `file` for too many or none."""
    number = 0
    for _ in sheet.lines():
        number += 1
        if number > MOST_ROWS:
            raise Invalid(
                "The file has more than 100,000 rows. Please split it in two.", field="file"
            )
    if not number:
        raise Invalid("The file has a heading but no clients below it.", field="file")
    return number


def guess_encoding(content: bytes, *, country: str) -> str:
    """By its mark, else by whether it can be UTF-8, else the Windows of the country."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = content[:SAMPLE]
    if sample.count(0) > len(sample) // 4:
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return OF_COUNTRY.get(country, "cp1252")
    return "utf-8"


def guess_delimiter(text: str) -> str:
    """The one that stands most often outside of quotes in the heading."""
    heading = text[:SAMPLE].lstrip("\n").partition("\n")[0]
    outside = "".join(heading.split('"')[::2])
    return max(DELIMITERS, key=outside.count)


def _decode(content: bytes, encoding: str) -> str:
    """Null bytes are dropped; what the encoding does not know becomes a mark of its own."""
    if encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        even, odd = content[:SAMPLE:2], content[1:SAMPLE:2]
        encoding = "utf-16-le" if odd.count(0) >= even.count(0) else "utf-16-be"
    text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def _rows(text: str, delimiter: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Invalid(
                f"Line {begins} cannot be read: a quotation mark may be missing there.",
                field="file",
                details={"line": begins},
            ) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield Line(begins, tuple(cells[: MOST_COLUMNS + 1]))
