"""The page is complete in four languages: no sentence is left in English by accident."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import openchair.operations.status_page
import openchair.web.status
from openchair.operations.status_page.words import DOMAIN
from openchair.platform.languages.catalogues import LOCALE, NAMES

ROOM = Path(next(iter(openchair.operations.status_page.__path__)))
DOORS = Path(next(iter(openchair.web.status.__path__)))
TEMPLATES = (*ROOM.glob("pages/*.html"), *(DOORS.parent / "templates/status").glob("*.html"))
SQL = re.compile(r"(SELECT|DELETE FROM|until IS) ")
SAID = {"say", "text", "plural"}
LANGUAGES = [language for language in NAMES if language != "en"]


def said() -> set[str]:
    found = {"Skip to content"}
    for path in TEMPLATES:
        found |= set(re.findall(r'_\("([^"]+)"', path.read_text(encoding="utf-8")))
    for path in (*ROOM.glob("*.py"), *DOORS.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                found |= set(constants(node.args[0])) if name in SAID else set()
    return {each for each in found if "\n" not in each and not SQL.match(each)}


def constants(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return [*constants(node.body), *constants(node.orelse)]
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return [str(node.value)] if is_text and isinstance(node, ast.Constant) else []


def names_in(text: str) -> set[str]:
    return {name for _literal, name, _format, _conversion in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    messages = said()
    assert len(messages) > 70
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    missing = [each for each in messages if not (catalogue.get(each) and catalogue[each].string)]
    assert missing == []
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert ids[0] in messages, f"nobody says {ids[0]}"
        assert all(names_in(str(each)) == names_in(ids[0]) for each in texts)
