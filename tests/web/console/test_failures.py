"""What the console says when it is asked too often or fails: in the reader's language, with the
plurals of that language, on its pages and to its scripts.
"""

import pytest
from bs4 import BeautifulSoup
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from openchair.main import create_app
from openchair.platform import correlation
from openchair.platform.db.engine import Database
from openchair.platform.edge.address_limits import too_many
from openchair.platform.edge.failures import as_problem
from openchair.platform.errors import TooMany
from openchair.platform.settings.base import forget
from openchair.web.console.language import console_words
from openchair.web.console.problem_words import sentence_of
from tests.web.console.conftest import ORIGIN, text_of

WAITS = {
    "en": {1: "wait 1 second ", 2: "wait 2 seconds", 5: "wait 5 seconds"},
    "de": {1: "warte 1 Sekunde ", 2: "warte 2 Sekunden ", 5: "warte 5 Sekunden "},
    "pl": {1: "1 sekundę ", 2: "2 sekundy ", 5: "5 sekund ", 22: "22 sekundy ", 25: "25 sekund "},
    "uk": {1: "1 секунду ", 2: "2 секунди ", 5: "5 секунд ", 21: "21 секунду ", 25: "25 секунд "},
}
CASES = [(language, *pair) for language, waits in WAITS.items() for pair in waits.items()]


@pytest.mark.parametrize(("language", "seconds", "told"), CASES)
def test_how_long_to_wait_has_the_plural_of_its_language(
    language: str, seconds: int, told: str
) -> None:
    assert told in sentence_of(too_many(seconds), words=console_words(language))


@pytest.fixture
def narrow_door(database: Database, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """The app for somebody who may ask once a minute."""
    monkeypatch.setenv("OPENCHAIR_LIMIT_READS_PER_MINUTE", "1")
    forget()
    return create_app(database=database)


@pytest.mark.parametrize("language", ["de", "pl", "uk"])
async def test_who_asks_too_often_reads_it_in_their_language(
    narrow_door: FastAPI, language: str
) -> None:
    headers = {"Accept-Language": language}
    transport = ASGITransport(narrow_door)
    async with AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
        await client.get("/console/log-in")
        page = await client.get("/console/log-in")
        script = await client.get("/console/house/calendar/board")
    for answer in (page, script):
        assert answer.status_code == 429
        problem = TooMany("", retry_after=int(answer.headers["retry-after"]))
        sentence = sentence_of(problem, words=console_words(language))
        shown = (
            answer.json()["message"]
            if answer is script
            else text_of(BeautifulSoup(answer.text, "html.parser"))
        )
        assert sentence in shown
        assert "Please" not in shown


@pytest.mark.parametrize("language", ["de", "pl", "uk"])
def test_a_fault_of_ours_is_said_in_the_readers_language(language: str) -> None:
    fault = as_problem(RuntimeError("a test broke this on purpose"))
    told = sentence_of(fault, words=console_words(language))
    assert told.endswith(correlation.current())
    assert "Something" not in told
