"""Draws the status page as files: pages in every language, the feed and the machine's document.

Called by `write.py` with what is known. Pure but for what it remembers of the last drawing, so that
only what changed is drawn again.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from openchair.operations.status_page.feed import draw_feed
from openchair.operations.status_page.machine import describe
from openchair.operations.status_page.settings import StatusPageSettings
from openchair.operations.status_page.view import Facts, by_month, lines_of, recent
from openchair.operations.status_page.words import LANGUAGES, Speaker, speaker
from openchair.platform.languages.catalogues import NAMES
from openchair.platform.settings.base import load
from openchair.platform.settings.installation import InstallationSettings

HERE = Path(__file__).parent
SUBSCRIBE = "/status/subscribe"
STAMP = "stamp.json"

Files = dict[str, bytes]


class Drawing:
    """What was drawn last, by path and by what it was drawn from."""

    def __init__(self) -> None:
        self._from: dict[str, str] = {}
        self._drawn: Files = {}

    @property
    def files(self) -> Files:
        """All of the last drawing."""
        return self._drawn

    def draw(self, facts: Facts, *, now: datetime) -> Files:
        """Every file of the page as it is now. The stamp alone differs from round to round."""
        settings = load(StatusPageSettings)
        news = _digest([_telling(facts), settings.name, load(InstallationSettings).address])
        minute = "" if facts.checked_at is None else f"{facts.checked_at:%d %H:%M}"
        files: Files = {}
        for path, content in _assets().items():
            files[path] = content
        for language in LANGUAGES:
            drawer = _Drawer(facts, speaker(language), settings.name, now)
            for path, made_from, draw in drawer.pages(news=news, minute=minute):
                files[path] = self._once(path, made_from, draw)
            if language == settings.status_language:
                files["index.html"] = self._once("index.html", news + minute, drawer.front)
                files["feed.atom"] = files[f"{language}/feed.atom"]
        files["status.json"] = self._once(
            "status.json", news + minute, lambda: describe(facts, now=now, name=settings.name)
        )
        files[STAMP] = orjson.dumps(
            {"checked_at": _stamp(facts.checked_at), "version": _digest(_news(facts))}
        )
        self._drawn = files
        return files

    def _once(self, path: str, made_from: str, draw: Any) -> bytes:
        if self._from.get(path) == made_from and path in self._drawn:
            return self._drawn[path]
        self._from[path] = made_from
        drawn: bytes = draw()
        return drawn


class _Drawer:
    """Draws in one language."""

    def __init__(self, facts: Facts, speaker_: Speaker, name: str, now: datetime) -> None:
        self._facts, self._speaker, self._name, self._now = facts, speaker_, name, now
        self._language = speaker_.language
        self._version = _digest(_news(facts))

    def pages(self, *, news: str, minute: str) -> Iterator[tuple[str, str, Any]]:
        """Path, what it depends on, and how it is drawn."""
        yield f"{self._language}/index.html", news + minute, lambda: self.index(root="../")
        yield f"{self._language}/history.html", news, self.history
        yield f"{self._language}/feed.atom", news, self.feed
        for outage in self._facts.outages:
            path = f"incidents/{outage.id}.html"
            made_from = _digest([outage, self._name, self._version])
            yield f"{self._language}/{path}", made_from, self._incident(outage, path)

    def front(self) -> bytes:
        """The first page, which lies above those of the languages."""
        return self.index(root="")

    def index(self, *, root: str) -> bytes:
        facts = self._facts
        return self._fill(
            "index.html",
            root=root,
            path="index.html",
            headline=self._speaker.headline(facts.judged),
            comfort=self._speaker.comfort(facts.parts),
            lines=lines_of(facts, self._speaker),
            lately=recent(facts, now=self._now),
            subscribe_url=f"{load(InstallationSettings).address}{SUBSCRIBE}",
        )

    def history(self) -> bytes:
        months = by_month(self._facts.outages, self._speaker)
        return self._fill("history.html", root="../", path="history.html", months=months)

    def feed(self) -> bytes:
        return draw_feed(self._facts, self._speaker, name=self._name, now=self._now)

    def _incident(self, outage: Any, path: str) -> Any:
        return lambda: self._fill("incident.html", root="../../", path=path, outage=outage)

    def _fill(self, template: str, *, root: str, path: str, **data: Any) -> bytes:
        words = self._speaker.words
        return (
            _environment()
            .get_template(template)
            .render(
                _=words.text,
                language=self._language,
                languages=[(code, NAMES[code]) for code in LANGUAGES],
                speaker=self._speaker,
                facts=self._facts,
                name=self._name,
                root=root,
                path=path,
                version=self._version,
                css=_name("status.css"),
                js=_name("status.js"),
                **data,
            )
            .encode()
        )


def _news(facts: Facts) -> object:
    """What is worth loading the page anew: not that a percentage moved."""
    days = {
        key: [None if day is None else day.worst for day in days]
        for key, days in facts.days.items()
    }
    return [facts.parts, sorted(facts.awaited), days, facts.outages]


def _telling(facts: Facts) -> object:
    """What a reader would notice: without the moment of the look."""
    lines = [
        [each.key, each.state, each.uptime, [bar.words for bar in each.bars]]
        for each in lines_of(facts, speaker("en"))
    ]
    return [lines, facts.outages, facts.every]


def _digest(data: object) -> str:
    content = orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(content).hexdigest()[:16]


@lru_cache(maxsize=1)
def _assets() -> Files:
    return {_name(each): (HERE / "assets" / each).read_bytes() for each in NAMED}


NAMED = ("status.css", "status.js", "icon.svg")


@lru_cache(maxsize=8)
def _name(asset: str) -> str:
    """With a hash, so that a browser never keeps an old one; the icon has its plain name."""
    stem, _, suffix = asset.rpartition(".")
    if suffix == "svg":
        return asset
    digest = hashlib.sha256((HERE / "assets" / asset).read_bytes()).hexdigest()[:10]
    return f"{stem}.{digest}.{suffix}"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["stamp"] = _stamp
    made.filters["lines"] = _lines
    return made


def _stamp(at: datetime | None) -> str | None:
    """As RFC 3339 has it."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _lines(words: str) -> Markup:
    """What people wrote, with their line ends."""
    return Markup("<br>").join(escape(each) for each in words.splitlines())
