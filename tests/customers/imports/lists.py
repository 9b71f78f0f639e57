"""Lists of clients as other programs write them, with bad rows at known lines."""

import csv
import io

HEADING = (
    "Vorname",
    "Nachname",
    "E-Mail",
    "Handy",
    "Sprache",
    "Bemerkungen",
    "Newsletter",
    "Punkte",
)
BAD = (("E-Mail", "anna@", "email"), ("Handy", "12", "phone"), ("Nachname", "", "name"))


def client_list(rows: int, *, bad: int = 0, delimiter: str = ";") -> str:
    """So many rows below a German heading; every so many-th is bad."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(HEADING)
    every = rows // bad if bad else rows + 1
    for number in range(1, rows + 1):
        cells = [
            f"Zoë{number}",
            "Müller",
            f"zoe{number}@example.ch",
            f"079 {number // 10000:03} {number // 100 % 100:02} {number % 100:02}",
            "Deutsch",
            'mag "Gold", kurz' if number % 50 == 0 else "",
            "ja" if number % 2 else "nein",
            "12",
        ]
        if bad and number % every == 0 and number // every <= bad:
            which = (number // every) % len(BAD)
            heading, cell, _ = BAD[which]
            cells[HEADING.index(heading)] = cell
            if which == 2:
                cells[0] = ""
        writer.writerow(cells)
    return written.getvalue()
