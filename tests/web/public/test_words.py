"""The public site is complete in four languages: no sentence is left in English by accident."""

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import openchair.web
from openchair.platform.languages.catalogues import NAMES, files_of
from openchair.web.languages import DOMAIN

WEB = Path(openchair.web.__file__).parent
KEYWORDS = {"text": None, "say": None, "plural": (1, 2), "n": (1, 2)}
OPTIONS = {"trim_blocks": "true", "encoding": "utf-8"}


def messages_of_templates() -> Iterator[str]:
    templates = WEB / "templates"
    for path in [
        *templates.glob("*.html"),
        *templates.glob("public/*"),
        *templates.glob("errors/*"),
    ]:
        with path.open("rb") as file:
            for _line, _function, found, _comments in babel_extract(file, ["_", "n_"], [], OPTIONS):
                yield str(found if isinstance(found, str) else (found or ("",))[0])


def messages_of_code() -> Iterator[str]:
    for path in WEB.glob("public/*.py"):
        with path.open("rb") as file:
            for _line, found, _comments, _context in extract("python", file, keywords=KEYWORDS):
                yield found if isinstance(found, str) else found[0]


MESSAGES = sorted({*messages_of_templates(), *messages_of_code()})


def test_the_site_says_something() -> None:
    assert len(MESSAGES) > 150


def catalogues(language: str) -> Iterator[Catalog]:
    for path in files_of(DOMAIN, language):
        with path.open("rb") as file:
            yield read_po(file, locale=language)


def ids_of(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (tuple, list)) else (str(message.id),)


@pytest.mark.parametrize("language", NAMES)
def test_every_sentence_is_translated(language: str) -> None:
    messages = [each for catalogue in catalogues(language) for each in catalogue if each.id]
    known = {ids_of(each)[0] for each in messages if each.string and not each.context}
    assert [each for each in MESSAGES if each not in known] == []
    plain = [ids_of(each)[0] for each in messages if not each.context]
    assert len(plain) == len(set(plain)), "one sentence stands in two files"
    for message in messages:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings:
            assert string, ids
            known = names_in(str(ids[0])) | names_in(str(ids[-1]))
            assert names_in(str(string)) <= known, ids


@pytest.mark.parametrize("language", NAMES)
def test_no_sentence_is_left_over(language: str) -> None:
    found = [each for catalogue in catalogues(language) for each in catalogue if each.id]
    ids = {ids_of(each)[0] for each in found}
    assert ids - set(MESSAGES) == set()


def test_swiss_german_has_no_sharp_s() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in files_of(DOMAIN, "de"))
    assert "\N{LATIN SMALL LETTER SHARP S}" not in text


def names_in(text: str) -> set[str]:
    return {name for _literal, name, _format, _conversion in Formatter().parse(text) if name}
