"""Files as spreadsheets and other booking systems write them."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openchair.customers.imports import read
from openchair.customers.imports.columns import guess_fields, wrong_fields
from openchair.customers.imports.read import count_lines, read_sheet
from openchair.platform.errors import Invalid

TEXT = "Name;E-Mail\r\nZoë Müller;zoe@example.ch\r\n\r\n;\r\nŁukasz;l@example.pl\r\n"


@pytest.mark.parametrize(
    ("content", "country", "encoding"),
    [
        (TEXT.encode(), "CH", "utf-8"),
        (TEXT.encode("utf-8-sig"), "CH", "utf-8"),
        (TEXT.encode("utf-16"), "CH", "utf-16"),
        (TEXT.encode("utf-16-le"), "CH", "utf-16"),
        (TEXT.encode("utf-16-be"), "CH", "utf-16"),
        (TEXT.replace("Ł", "L").encode("cp1252"), "CH", "cp1252"),
        (TEXT.encode("cp1250"), "PL", "cp1250"),
    ],
)
def test_every_spelling_gives_the_same_rows(content: bytes, country: str, encoding: str) -> None:
    sheet = read_sheet(content, country=country)
    assert (sheet.encoding, sheet.delimiter) == (encoding, ";")
    assert sheet.header == ("Name", "E-Mail")
    lines = list(sheet.lines())
    assert [line.number for line in lines] == [2, 5]
    assert lines[0].cells == ("Zoë Müller", "zoe@example.ch")
    assert lines[1].cells[0].removeprefix("Ł").removeprefix("L") == "ukasz"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_the_one_outside_of_quotes(delimiter: str) -> None:
    text = f'"Name, first; or\tlast"{delimiter}Phone\n"Zoë{delimiter} M."{delimiter}079\n'
    sheet = read_sheet(text.encode(), country="CH")
    assert sheet.delimiter == delimiter
    assert [line.cells for line in sheet.lines()] == [(f"Zoë{delimiter} M.", "079")]


def test_a_line_break_in_a_cell_counts_as_a_line_of_the_file() -> None:
    sheet = read_sheet(b'name,note\nA,"one\ntwo"\nB,\n', country="CH")
    assert [(line.number, line.cells) for line in sheet.lines()] == [
        (2, ("A", "one\ntwo")),
        (4, ("B", "")),
    ]


@given(st.lists(st.lists(st.text(max_size=20), min_size=2, max_size=4), min_size=1, max_size=8))
def test_what_a_spreadsheet_writes_is_read_back(rows: list[list[str]]) -> None:
    rows = [[cell.replace("\x00", "").replace("\r", "") for cell in row] for row in rows]
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    written = io.StringIO()
    csv.writer(written).writerows([["name", "phone"], *kept])
    sheet = read_sheet(written.getvalue().encode("utf-8", "replace"), country="CH")
    encodable = [[cell.encode("utf-8", "replace").decode() for cell in row] for row in kept]
    assert [list(line.cells) for line in sheet.lines()] == encodable


@given(st.binary(max_size=400))
def test_no_file_breaks_it(content: bytes) -> None:
    with suppress(Invalid):
        assert count_lines(read_sheet(content, country="CH")) > 0


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_ROWS", 3)
    with pytest.raises(Invalid, match="100,000 rows"):
        count_lines(read_sheet(b"name\nA\nB\nC\nD\n", country="CH"))
    with pytest.raises(Invalid, match="20 MB"):
        read_sheet(b"x" * (read.MOST_BYTES + 1), country="CH")
    with pytest.raises(Invalid, match="100 columns"):
        read_sheet(b"a," * 101 + b"\n1\n", country="CH")
    with pytest.raises(Invalid, match="Line 2"):
        count_lines(read_sheet(b"name\n" + b"x" * 20_000 + b"\n", country="CH"))


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (("Vorname", "Nachname", "E-Mail-Adresse", "Handy"), "first_name last_name email phone"),
        (("Imię i nazwisko", "Adres e-mail", "Nr telefonu", "Uwagi"), "name email phone note"),
        (("Ім'я", "Прізвище", "Телефон", "Алергії"), "first_name last_name phone allergies"),
        (
            ("First Name", "Last_Name", "MOBILE", "Newsletter"),
            "first_name last_name phone marketing",
        ),
        (("Name", "Kunde", "Punkte", "Sprache"), "name - - language"),
    ],
)
def test_headings_are_guessed_in_four_languages(header: tuple[str, ...], fields: str) -> None:
    assert guess_fields(header) == [each.replace("-", "") for each in fields.split()]


def test_a_choice_of_columns_needs_a_name_once() -> None:
    assert wrong_fields(["name", "email", "", ""]) == ""
    assert wrong_fields(["email", "phone"]) == "names"
    assert wrong_fields(["name", "name"]) == "twice"
    assert wrong_fields(["name", "salary"]) == "unknown"
