"""gettext catalogues and the two tones of address. Read from their .po files once per process.

Called by pages (domain `openchair`) and mails (domain `mails`); knows nothing of what they say.
"""

import gettext
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from markupsafe import Markup, escape

LOCALE = Path(__file__).parents[2] / "locale"
NAMES = {"de": "Deutsch", "en": "English", "pl": "Polski", "uk": "Українська"}
INFORMAL = "informal"
SHORT = "short"

_Key = tuple[str, str]  # (context, message id)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One language's messages; a context holds what an informal salon says differently, or a name
    for where there is little room.
    """

    messages: dict[_Key, tuple[str, ...]]
    plural_form: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Words:
    """Says things in one language and tone; message ids are the English sentences."""

    language: str
    tone: str
    catalogue: Catalogue

    def text(self, message: str, **values: Any) -> str:
        """Translate; `{name}` in the message is filled from `values`, escaped if one is markup."""
        forms = self._forms(message)
        return _fill(forms[0] if forms else message, values)

    def short(self, message: str) -> str:
        """The name for where there is little room, in the languages whose usual one is long."""
        forms = self.catalogue.messages.get((SHORT, message))
        return forms[0] if forms else self.text(message)

    def plural(self, one: str, many: str, number: int, **values: Any) -> str:
        """Translate with the language's own plural form; `{number}` is filled with `number`."""
        forms = self._forms(one)
        index = self.catalogue.plural_form(number)
        chosen = forms[index] if index < len(forms) else (one if number == 1 else many)
        return _fill(chosen, {"number": number, **values})

    def _forms(self, message: str) -> tuple[str, ...]:
        found = self.catalogue.messages
        if self.tone == INFORMAL and (INFORMAL, message) in found:
            return found[INFORMAL, message]
        return found.get(("", message), ())


@lru_cache(maxsize=32)
def words_for(*, domain: str, language: str, tone: str = "polite") -> Words:
    """The words of one language, English where the language is not one of ours."""
    known = language if language in NAMES else "en"
    return Words(language=known, tone=tone, catalogue=catalogue(domain, known))


@lru_cache(maxsize=32)
def catalogue(domain: str, language: str) -> Catalogue:
    """Read the .po files of a domain; untranslated and fuzzy messages are left out."""
    read = [_read(path, language) for path in files_of(domain, language)]
    messages: dict[_Key, tuple[str, ...]] = {}
    for entry in chain.from_iterable(read):
        ids = entry.id if isinstance(entry.id, (tuple, list)) else (entry.id,)
        given = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
        strings = [string for string in given if string]
        if ids[0] and len(strings) == len(given) and not entry.fuzzy:
            messages[entry.context or "", ids[0]] = tuple(strings)
    return Catalogue(messages=messages, plural_form=gettext.c2py(read[0].plural_expr))


def files_of(domain: str, language: str) -> list[Path]:
    """`console.po` and what belongs to it: `console.clients.po`, `console.reports.po`, …"""
    folder = LOCALE / language / "LC_MESSAGES"
    return [folder / f"{domain}.po", *sorted(folder.glob(f"{domain}.*.po"))]


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _fill(message: str, values: dict[str, Any]) -> str:
    if not values:
        return message
    if any(hasattr(value, "__html__") for value in values.values()):
        return Markup(escape(message)).format(**values)  # noqa: S704  the message itself is escaped
    return message.format(**values)
