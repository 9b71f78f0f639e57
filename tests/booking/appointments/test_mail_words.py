"""The catalogues of the mails are complete, and every sentence of the code is in them."""

import ast
import re
from pathlib import Path

import pytest

import openchair
from openchair.platform.languages.catalogues import catalogue

SOURCE = Path(openchair.__file__).parent
ROOM = SOURCE / "booking" / "appointments"
FILES = [
    *(ROOM / "mails").glob("*.py"),
    *(ROOM / "texts").glob("*.py"),
    ROOM / "calendar_file.py",
    *(SOURCE / "booking" / "waitlist" / "mails").glob("*.py"),
    *(SOURCE / "identity" / "invitations").glob("render.py"),
    *(SOURCE / "notifications" / "mails").glob("*.py"),
    *(SOURCE / "customers" / "notices").glob("*.py"),
]
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def said() -> set[str]:
    """Every literal that `say(…)` or `….text(…)` is called with, in the files of the mails."""
    found = set()
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args:
                function, first = node.func, node.args[0]
                says = (isinstance(function, ast.Name) and function.id == "say") or (
                    isinstance(function, ast.Attribute) and function.attr == "text"
                )
                if says and isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found


@pytest.mark.parametrize("language", ["de", "pl", "uk"])
def test_every_sentence_is_translated_and_none_is_left_over(language: str) -> None:
    translated = {message for _, message in catalogue("mails", language).messages}
    assert len(said()) > 20
    assert translated == said()


@pytest.mark.parametrize("language", ["de", "pl", "uk"])
def test_translations_fill_in_the_same_facts(language: str) -> None:
    for (context, message), forms in catalogue("mails", language).messages.items():
        for form in forms:
            assert set(PLACEHOLDER.findall(form)) == set(PLACEHOLDER.findall(message)), message
            assert context in ("", "informal")


def test_german_is_spelled_as_the_swiss_do() -> None:
    for forms in catalogue("mails", "de").messages.values():
        assert "ß" not in "".join(forms)
