"""What we note ourselves is read in the reader's language; others' words stay as they are."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

import openchair
from openchair.notifications.rendering import registered_kinds
from openchair.platform.languages.catalogues import NAMES
from openchair.web.console.door import Desk
from openchair.web.console.language import console_words
from openchair.web.console.message_templates_view import kind_name
from openchair.web.console.own_words import OURS, own_words

ROOT = Path(openchair.__file__).parent
LANGUAGES = [language for language in NAMES if language != "en"]
NOTED = {"Unwanted", "Outdated", "Refused", "PutOff"}
FILLED = {"suppressed[address]": "complaint", "booking.status": "cancelled"}


def desk(language: str) -> Desk:
    return cast("Desk", SimpleNamespace(words=console_words(language)))


def noted_in_code() -> Iterator[str]:
    """The sentences that end a message before a provider has said anything."""
    for room in ("booking", "customers", "notifications"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args:
                    name = getattr(node.func, "id", "")
                    if name in NOTED and (sentence := filled(node.args[0])):
                        yield sentence


def filled(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return ""
    if any("USED_UP" in ast.unparse(part) for part in node.values):
        return "the month's budget is used up (500 of 500)"
    parts = [
        str(part.value)
        if isinstance(part, ast.Constant)
        else FILLED.get(ast.unparse(cast("ast.FormattedValue", part).value), "reminder")
        for part in node.values
    ]
    return "".join(parts)


NOTED_IN_CODE = sorted(set(noted_in_code()))
NOTED_IN_SQL = (
    "its use-by time passed before it could be sent",
    "withdrawn by its sender",
    "the worker let its lease run out",
    "the worker ended after the content left; it may have arrived",
    "its workers died 3 times",
    "the worker ended before the content left; trying again",
    "the worker ended while it sent this; it may have arrived",
    "waits for quiet_hours until 2026-11-23T08:00:00+00:00",
    "waits for budget until 2026-12-01T00:00:00+01:00",
)


def test_there_are_sentences_to_look_at() -> None:
    assert len(NOTED_IN_CODE) >= 7


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sentence", [*NOTED_IN_CODE, *NOTED_IN_SQL])
def test_no_sentence_of_ours_is_left_in_english(sentence: str, language: str) -> None:
    told = own_words(desk(language), sentence)
    assert told != sentence
    assert told != own_words(desk("en"), sentence)
    assert "_" not in told


@pytest.mark.parametrize("sentence", NOTED_IN_SQL)
def test_what_a_statement_writes_is_what_we_read(sentence: str) -> None:
    written = re.split(r" 3 | quiet_hours | budget ", sentence, maxsplit=1)[0]
    rooms = (ROOT / "notifications", ROOT / "webhooks")
    files = [path.read_text(encoding="utf-8") for room in rooms for path in room.rglob("*.py")]
    assert any(written in file for file in files)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    words = console_words(language)
    assert [message for _, message in OURS if not words._forms(message)] == []


@pytest.mark.parametrize("said", ["451 come back later", "", "550 5.1.1 who? the visit was moved"])
def test_what_others_say_stays_as_it_is(said: str) -> None:
    assert own_words(desk("pl"), said) == said
    assert own_words(desk("pl"), None) == ""


def test_what_others_say_stays_within_our_sentence() -> None:
    told = own_words(desk("de"), "the answer was lost: Connection reset\nby peer")
    assert told == "Die Antwort ging verloren: Connection reset\nby peer"


@pytest.mark.parametrize("language", NAMES)
def test_every_kind_of_message_has_a_name(language: str) -> None:
    here = desk(language)
    nobodys = kind_name(here, "nobody.knows")
    names = [kind_name(here, kind) for kind in registered_kinds()]
    assert "trial.mail" in registered_kinds()
    assert not {*names, nobodys} & {*registered_kinds(), "nobody.knows"}
    assert nobodys not in names
    assert len(set(names)) == len(names)
