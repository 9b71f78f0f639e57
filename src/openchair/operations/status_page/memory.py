"""What the watcher has in mind about the page, and its own file of it, for when the database is
away or the watcher begins anew. Called by `watch.py` and by the command that writes the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import orjson
from pydantic import TypeAdapter, ValidationError

from openchair.operations.status_page.components import Key
from openchair.operations.status_page.files import put_file
from openchair.operations.status_page.history import DAYS, Day, Span, Told
from openchair.operations.status_page.settle import Settled
from openchair.operations.status_page.updates import Update
from openchair.platform.logging.setup import logger

FILE = "status.json"
MOST_SPANS = 2000
MOST_NEWS = 500

log = logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What holds for one component by what was measured."""

    component: Key
    settled: Settled


@dataclass(kw_only=True)
class PageMemory:
    """All of it. `began_at` is the very first look, `awaited` what has not worked since and is not
    judged yet. `knows_theirs` is whether the days were counted on from what the database had;
    `told_news` are the names of mails to readers that need not be sent (again).
    """

    settled: dict[Key, Settled] = field(default_factory=dict)
    spans: dict[UUID, Span] = field(default_factory=dict)
    days: dict[tuple[Key, date], Day] = field(default_factory=dict)
    updates: list[Update] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    told_news: dict[str, None] = field(default_factory=dict)
    unsaved: set[UUID] = field(default_factory=set)
    looked_at: datetime | None = None
    began_at: datetime | None = None
    awaited: set[Key] = field(default_factory=set)
    every: float = 15.0
    knows_theirs: bool = False
    is_loaded: bool = False
    is_changed: bool = False
    saved_at: datetime | None = None
    filed_at: datetime | None = None
    reach_by_mail: dict[str, UUID] = field(default_factory=dict)

    def open_span(self, component: Key) -> Span | None:
        """The trouble that this component is in."""
        return next(
            (
                each
                for each in self.spans.values()
                if each.component == component and each.until is None
            ),
            None,
        )

    def put_span(self, span: Span) -> None:
        """Remember it, and that the database does not know it yet."""
        self.spans[span.id] = span
        self.unsaved.add(span.id)
        self.is_changed = True

    def note_news(self, names: Iterable[str]) -> None:
        """These need no mail any more."""
        self.told_news.update(dict.fromkeys(names))
        while len(self.told_news) > MOST_NEWS:
            self.told_news.pop(next(iter(self.told_news)))
        self.is_changed = True

    def forget_old(self, *, now: datetime) -> None:
        """What the page shows no more; of spans the newest two thousand at most."""
        first = now - timedelta(days=DAYS + 1)
        for span in [*self.spans.values()]:
            if span.until is not None and span.until < first and span.id not in self.unsaved:
                del self.spans[span.id]
        for span in sorted(self.spans.values(), key=lambda each: each.since)[:-MOST_SPANS]:
            del self.spans[span.id]
            self.unsaved.discard(span.id)
        for kept in [each for each in self.days if each[1] < first.date()]:
            del self.days[kept]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """The memory as it stands in the file."""

    settled: list[Remembered]
    spans: list[Span]
    days: list[Day]
    updates: list[Update]
    told: list[Told]
    told_news: list[str]
    unsaved: list[UUID]
    looked_at: datetime | None
    every: float
    knows_theirs: bool
    began_at: datetime | None = None
    awaited: list[Key] = field(default_factory=list)


_FILED = TypeAdapter(Filed)


def write_memory(folder: Path, memory: PageMemory, *, now: datetime) -> None:
    """Write it so that it outlives a power cut. Raises `OSError`."""
    filed = Filed(
        settled=[Remembered(component=key, settled=each) for key, each in memory.settled.items()],
        spans=[*memory.spans.values()],
        days=[*memory.days.values()],
        updates=memory.updates,
        told=memory.told,
        told_news=[*memory.told_news],
        unsaved=[*memory.unsaved],
        looked_at=memory.looked_at,
        every=memory.every,
        knows_theirs=memory.knows_theirs,
        began_at=memory.began_at,
        awaited=sorted(memory.awaited),
    )
    put_file(folder / FILE, orjson.dumps(filed, default=str), is_durable=True)
    memory.filed_at = now


def read_memory(folder: Path) -> PageMemory:
    """What an earlier watcher left here; an empty one when there is nothing that we can read."""
    try:
        filed = _FILED.validate_json((folder / FILE).read_bytes())
    except FileNotFoundError:
        return PageMemory(is_loaded=True)
    except (ValidationError, OSError):
        log.exception("the status page's own memory cannot be read; the database's is used")
        return PageMemory(is_loaded=True)
    return PageMemory(
        settled={each.component: each.settled for each in filed.settled},
        spans={each.id: each for each in filed.spans},
        days={(each.component, each.day): each for each in filed.days},
        updates=filed.updates,
        told=filed.told,
        told_news=dict.fromkeys(filed.told_news),
        unsaved=set(filed.unsaved),
        looked_at=None if filed.looked_at is None else filed.looked_at.astimezone(UTC),
        every=filed.every,
        knows_theirs=filed.knows_theirs,
        began_at=None if filed.began_at is None else filed.began_at.astimezone(UTC),
        awaited=set(filed.awaited),
        is_loaded=True,
    )
