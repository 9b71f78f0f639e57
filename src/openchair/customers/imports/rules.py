"""Makes a client of a row, or says what is wrong with it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from openchair.customers.profiles.contact import clean_email, clean_name, clean_phone
from openchair.platform.errors import Invalid

TEXT_LENGTH = 2000
FORMULA = "=+-@\t\r"
YES = frozenset({"1", "yes", "y", "true", "x", "ja", "wahr", "tak", "prawda", "так", "да", "✓"})
NO = frozenset({"0", "no", "n", "false", "nein", "falsch", "nie", "fałsz", "ні", "нет"})
LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "de": ("de", "ger", "deu", "german", "deutsch", "niemiecki", "німецька"),
    "en": ("en", "eng", "english", "englisch", "angielski", "англійська"),
    "pl": ("pl", "pol", "polish", "polnisch", "polski", "польська"),
    "uk": ("uk", "ua", "ukr", "ukrainian", "ukrainisch", "ukraiński", "українська"),
}
_LANGUAGE = {word: language for language, words in LANGUAGES.items() for word in words}


class Refused(Exception):
    """A row that cannot be taken over: which field (empty for the row itself), and the code of the
    reason.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ImportedClient:
    """A row as a client: e-mail lower case, phone as in E.164. `marketing` is None when the row
    does not say.
    """

    name: str
    email: str | None
    phone: str | None
    language: str
    allergies: str
    note: str
    marketing: bool | None


def client_of(
    cells: Sequence[str], *, fields: Sequence[str], country: str, language: str
) -> ImportedClient:
    """The client; `country` reads phones without a prefix, `language` is for rows without one.

    Raises `Refused`.
    """
    if any(cell.strip() for cell in cells[len(fields) :]):
        raise Refused("", "too_many_cells")
    given = {
        field: _bare(cell) for field, cell in zip(fields, cells, strict=False) if field and cell
    }
    parts = [given.get(each, "") for each in ("name", "first_name", "last_name")]
    name = _clean("name", lambda: clean_name(" ".join(part for part in parts if part)))
    email, phone = given.get("email", ""), given.get("phone", "")
    return ImportedClient(
        name=name,
        email=_clean("email", lambda: clean_email(email)) if email else None,
        phone=_clean("phone", lambda: clean_phone(phone, country=country)) if phone else None,
        language=_LANGUAGE.get(given.get("language", "").casefold()[:20].split("-")[0], language),
        allergies=_text("allergies", given),
        note=_text("note", given),
        marketing=_answer(given.get("marketing", "")),
    )


def same_person(one: str, other: str) -> bool:
    """Whether two names at one telephone may be the same person: `Müller` and `Anna Müller` may,
    `Anna Müller` and `Peter Müller` share no more than the telephone.
    """
    words, others = set(one.casefold().split()), set(other.casefold().split())
    return words <= others or others <= words


def _bare(cell: str) -> str:
    """Without the apostrophe that guards a cell against being run as a formula."""
    text = cell.strip()
    return text[1:].strip() if text[:1] == "'" and text[1:2] in FORMULA and text[1:] else text


def _clean(field: str, clean: Callable[[], str]) -> str:
    try:
        return clean()
    except Invalid as problem:
        raise Refused(field, problem.code) from problem


def _text(field: str, given: Mapping[str, str]) -> str:
    text = given.get(field, "")
    if len(text) > TEXT_LENGTH:
        raise Refused(field, "too_long")
    return text


def _answer(cell: str) -> bool | None:
    word = cell.casefold()
    return True if word in YES else False if word in NO else None
