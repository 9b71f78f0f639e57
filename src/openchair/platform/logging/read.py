"""Reads the log files of the data folder from their end, so that a command answers at once however
large they are; also the older file that rotation left beside each. Writes nothing.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

BLOCK_BYTES = 65_536
MOST_LINE_BYTES = 1_000_000
OLDER_SUFFIX = ".1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. `file` is the process that printed it; `fields` is what it says.

    What is no JSON (a traceback of the interpreter) has its text as `event` and takes the moment
    of the line behind it.
    """

    file: str
    at: datetime
    fields: dict[str, Any]


def newest_first(folder: Path) -> Iterator[Line]:
    """All lines of all files, the newest first; a block of each file at a time."""
    streams = [_ranked(path, number) for number, path in enumerate(sorted(folder.glob("*.log")))]
    for *_, line in heapq.merge(*streams):
        yield line


class Tail:
    """What is added to the files from now on. `read` answers the whole lines since last time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._offsets = {path: path.stat().st_size for path in folder.glob("*.log")}

    def read(self) -> list[Line]:
        """In order of time. A file that was cut meanwhile begins anew."""
        found: list[Line] = []
        for path in sorted(self._folder.glob("*.log")):
            offset = self._offsets.get(path, 0)
            size = path.stat().st_size
            if size == offset:
                continue
            with path.open("rb") as file:
                file.seek(0 if size < offset else offset)
                content = file.read(MOST_LINE_BYTES)
                start = file.tell() - len(content)
            whole = content.rfind(b"\n") + 1
            if whole == 0 and len(content) == MOST_LINE_BYTES:
                whole = len(content)  # one endless line: do not wait for its end
            self._offsets[path] = start + whole
            moment = datetime.now(UTC)
            for raw in content[:whole].splitlines():
                line = _line(path.stem, raw, otherwise=moment)
                moment = line.at
                found.append(line)
        return sorted(found, key=lambda line: line.at)


def _ranked(path: Path, number: int) -> Iterator[tuple[float, int, int, Line]]:
    """Of two at the same moment the files' order decides, then the file's own."""
    for count, line in enumerate(_backwards(path)):
        yield -line.at.timestamp(), number, count, line


def _backwards(path: Path) -> Iterator[Line]:
    moment = datetime.now(UTC)
    for each in (path, path.with_name(path.name + OLDER_SUFFIX)):
        for raw in _raw_lines(each):
            if raw.strip():
                line = _line(path.stem, raw, otherwise=moment)
                # A clock that was set back must not hide what is older in the file.
                moment = min(moment, line.at)
                yield Line(file=line.file, at=moment, fields=line.fields)


def _raw_lines(path: Path) -> Iterator[bytes]:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        position = file.seek(0, 2)
        rest = b""
        while position > 0:
            size = min(BLOCK_BYTES, position)
            position = file.seek(position - size)
            first, *lines = (file.read(size) + rest).split(b"\n")
            yield from reversed(lines)
            rest = first[-MOST_LINE_BYTES:]
        yield rest


def _line(file: str, raw: bytes, *, otherwise: datetime) -> Line:
    try:
        fields = orjson.loads(raw)
    except orjson.JSONDecodeError:
        fields = None
    if not isinstance(fields, dict):
        text = raw[:MOST_LINE_BYTES].decode(errors="replace").rstrip()
        return Line(file=file, at=otherwise, fields={"event": text})
    return Line(file=file, at=_moment(fields.get("timestamp")) or otherwise, fields=fields)


def _moment(given: object) -> datetime | None:
    if not isinstance(given, str):
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
