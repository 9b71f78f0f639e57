"""What a column of somebody else's list may be, and a guess by its heading in four languages.

Pure; called when a list was uploaded and when its columns are named.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

FIELDS = (
    "name",
    "first_name",
    "last_name",
    "email",
    "phone",
    "language",
    "allergies",
    "note",
    "marketing",
)
"""What can be taken over; every other column is left out."""
NAMES = ("name", "first_name", "last_name")
HEADINGS: Mapping[str, str] = {
    "first_name": "first name|firstname|given name|forename|vorname|imie|imie klienta|имя|імя|ім я",
    "last_name": "last name|lastname|surname|family name|nachname|familienname|nazwisko|прізвище"
    "|фамилия",
    "name": "name|full name|client|client name|customer|customer name|kunde|kundin|kundenname"
    "|vor- und nachname|klient|klientka|imie i nazwisko|nazwa|клієнт|клиент|піб|імя та прізвище",
    "email": "e-mail|email|mail|e mail|email address|e-mail address|mail address|e-mail-adresse"
    "|mailadresse|adres e-mail|adres email|e-mail klienta|пошта|електронна пошта|ел пошта|почта",
    "phone": "phone|mobile|cell|phone number|mobile number|mobile phone|telephone|tel|telefon"
    "|telefonnummer|handy|handynummer|mobil|mobilnummer|natel|telefon komorkowy|numer telefonu"
    "|komorka|nr telefonu|телефон|номер телефону|мобільний|моб телефон",
    "language": "language|sprache|jezyk|мова|язык|lang|locale",
    "allergies": "allergies|allergy|allergien|allergie|unvertraglichkeiten|alergie|alergia"
    "|uczulenia|алергії|алергія|аллергия",
    "note": "note|notes|comment|comments|remarks|notiz|notizen|bemerkung|bemerkungen|kommentar"
    "|notatka|notatki|uwagi|komentarz|нотатки|нотатка|примітки|примітка|коментар|заметки",
    "marketing": "marketing|newsletter|marketing consent|accepts marketing|email marketing|werbung"
    "|werbung erlaubt|zgoda marketingowa|zgoda na marketing|маркетинг|розсилка|реклама|рассылка",
}


def guess_fields(header: Sequence[str]) -> list[str]:
    """For each column what it seems to be, or nothing; no field is guessed twice."""
    taken: set[str] = set()
    guessed = []
    for heading in header:
        found = _BY_HEADING.get(_plain(heading), "")
        if found in taken:
            found = ""
        taken.add(found)
        guessed.append(found)
    return guessed


def wrong_fields(fields: Sequence[str]) -> str:
    """Why this choice cannot be used: `names`, `twice`, `unknown`; empty when it can."""
    chosen = [field for field in fields if field]
    if any(field not in FIELDS for field in chosen):
        return "unknown"
    if len(chosen) != len(set(chosen)):
        return "twice"
    return "" if any(field in NAMES for field in chosen) else "names"


def _plain(heading: str) -> str:
    """Lower case, without accents of Latin letters, signs as blanks."""
    lower = heading.casefold().replace("ł", "l").replace("ß", "ss")
    parts = unicodedata.normalize("NFD", lower)
    bare = "".join(
        each
        for number, each in enumerate(parts)
        if not (unicodedata.combining(each) and parts[number - 1 : number].isascii())
    )
    composed = unicodedata.normalize("NFC", bare).replace("'", "").replace("’", "")
    return " ".join(re.sub(r"[^\w-]+|_", " ", composed).split())


_BY_HEADING = {
    _plain(heading): field
    for field, headings in HEADINGS.items()
    for heading in headings.split("|")
}
