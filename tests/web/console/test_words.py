"""The console is complete in four languages: no sentence is left in English by accident."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import openchair.web
from openchair.platform.languages.catalogues import NAMES, SHORT, files_of

WEB = Path(openchair.web.__file__).parent
LANGUAGES = [language for language in NAMES if language != "en"]
SAID = {"text", "say", "plural"}
RAISED = {"Invalid", "Conflict", "Forbidden", "NotFound", "Unauthorized"}


def messages_of_templates() -> Iterator[str]:
    for path in sorted((WEB / "templates" / "console").rglob("*.html")):
        with path.open("rb") as file:
            options = {"trim_blocks": "true", "encoding": "utf-8"}
            for _line, _function, found, _comments in babel_extract(file, ["_", "n_"], [], options):
                yield str(found if isinstance(found, str) else (found or ("",))[0])


def messages_of_code() -> Iterator[str]:
    for path in sorted((WEB / "console").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                function = node.func
                name = getattr(function, "attr", getattr(function, "id", ""))
                first = node.args[0]
                if name in SAID | RAISED and isinstance(first, ast.Constant):
                    yield str(first.value)


MESSAGES = sorted({*messages_of_templates(), *messages_of_code()})


def names_in(text: str) -> set[str]:
    return {name for _literal, name, _format, _conversion in Formatter().parse(text) if name}


def test_the_console_says_something() -> None:
    assert len(MESSAGES) > 100


def catalogues(language: str) -> list[Catalog]:
    found = []
    for path in files_of("console", language):
        with path.open("rb") as file:
            found.append(read_po(file, locale=language))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    known: dict[tuple[str, str], str] = {}
    for catalogue in catalogues(language):
        for message in catalogue:
            if not message.id:
                continue
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            key = (message.context or "", str(ids[0]))
            assert key not in known, "one sentence stands in two files"
            known[key] = str(strings[0])
            assert all(names_in(str(string)) == names_in(str(ids[0])) for string in strings)
            if len(ids) > 1:
                assert len(strings) == catalogue.num_plurals
    assert [message for message in MESSAGES if not known.get(("", message))] == []
    assert {context for context, _ in known} <= {"", SHORT}
    assert [name for context, name in known if context == SHORT and name not in MESSAGES] == []
