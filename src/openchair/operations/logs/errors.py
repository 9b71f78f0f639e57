"""Errors of the log, grouped by what they have in common: how often, since when, and one of them.

For `openchair monitoring analyze-errors`, `quick-scan` and the operations console. Pure but for
the lines it is given.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from openchair.operations.logs.fingerprint import Mark, is_fault, mark_of
from openchair.operations.logs.window import Heard, Window
from openchair.platform.logging.read import Line

MOST_GROUPS = 500
MOST_SAMPLE = 4000
MOST_TEXT_LINES = 200


@dataclass(slots=True, kw_only=True)
class ErrorGroup:
    """Errors with one fingerprint. `count`, `first` and `last` are of the time asked for; `is_new`
    when it never happened in what is kept of the log before that. `sample` is the newest.
    """

    mark: Mark
    count: int = 0
    first: datetime
    last: datetime
    processes: set[str] = field(default_factory=set)
    correlation_id: str | None = None
    sample: str
    is_new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """The groups, the most frequent first. `others` counts errors beyond five hundred groups;
    `log_begins` is the oldest line that was looked at for what is new, None without any; when the
    log does not reach back before `since`, nothing can be called new.
    """

    groups: tuple[ErrorGroup, ...]
    lines: int
    others: int
    since: datetime
    log_begins: datetime | None
    knows_new: bool

    @property
    def total(self) -> int:
        """All errors of that time."""
        return sum(each.count for each in self.groups) + self.others


def find_errors(folder: Path, *, since: datetime, hear: Heard | None = None) -> Errors:
    """Those since then, by reading all that is kept of the log."""
    window = Window(folder, hear=hear)
    gathered = Gathered(since)
    for line in joined(window):
        gathered.take(line)
    return gathered.told(log_begins=window.reached)


class Gathered:
    """Takes lines, the newest first, and groups those that are errors."""

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._groups: dict[str, ErrorGroup] = {}
        self._lines = self._others = 0

    def take(self, line: Line) -> None:
        """One line; what is older than `since` only says what is not new."""
        recent = line.at >= self._since
        self._lines += recent
        if not is_fault(line):
            return
        mark = mark_of(line)
        found = self._groups.get(mark.fingerprint)
        if not recent:
            if found is not None:
                found.is_new = False
        elif found is not None:
            found.count += 1
            found.first = min(found.first, line.at)
            found.processes.add(line.file)
            found.correlation_id = found.correlation_id or _correlation(line)
        elif len(self._groups) < MOST_GROUPS:
            self._groups[mark.fingerprint] = ErrorGroup(
                mark=mark,
                count=1,
                first=line.at,
                last=line.at,
                processes={line.file},
                correlation_id=_correlation(line),
                sample=sample_of(line),
            )
        else:
            self._others += 1

    def told(self, *, log_begins: datetime | None) -> Errors:
        """What was gathered."""
        knows_new = log_begins is not None and log_begins < self._since
        for each in self._groups.values():
            each.is_new = each.is_new and knows_new
        ranked = sorted(self._groups.values(), key=lambda each: (-each.count, each.mark.kind))
        return Errors(
            groups=tuple(ranked),
            lines=self._lines,
            others=self._others,
            since=self._since,
            log_begins=log_begins,
            knows_new=knows_new,
        )


def joined(lines: Iterable[Line]) -> Iterator[Line]:
    """The same lines, but what an interpreter prints over several of them (they are no JSON) as
    one. Lines come and go the newest first.
    """
    open_texts: dict[str, list[Line]] = {}
    for line in lines:
        if "level" not in line.fields and len(line.fields) == 1:
            texts = open_texts.setdefault(line.file, [])
            texts.append(line)
            if len(texts) < MOST_TEXT_LINES and not _begins(line):
                continue
            yield _as_one(open_texts.pop(line.file))
            continue
        if texts := open_texts.pop(line.file, []):
            yield _as_one(texts)
        yield line
    for texts in open_texts.values():
        yield _as_one(texts)


def sample_of(line: Line) -> str:
    """The line as a person reads it, with its exception, at most 4,000 characters."""
    fields = line.fields
    told = [str(fields.get("event", ""))]
    hidden = {"event", "exception", "timestamp", "level", "process", "correlation_id"}
    told += [f"{name}={value}" for name, value in fields.items() if name not in hidden]
    text = "  ".join(told)
    if exception := fields.get("exception"):
        text += f"\n{exception}"
    return text if len(text) <= MOST_SAMPLE else f"{text[: MOST_SAMPLE // 2]} … {text[-1800:]}"


def _begins(line: Line) -> bool:
    return str(line.fields["event"]).startswith("Traceback (most recent call last)")


def _as_one(texts: list[Line]) -> Line:
    text = "\n".join(str(each.fields["event"]) for each in reversed(texts))
    return Line(file=texts[0].file, at=texts[0].at, fields={"event": text})


def _correlation(line: Line) -> str | None:
    found = line.fields.get("correlation_id")
    return str(found) if found is not None else None
