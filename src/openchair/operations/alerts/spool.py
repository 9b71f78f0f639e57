"""What was to be written into PostgreSQL while that was away: lines of a file, in order, bounded,
handed over once when it is back. For the watcher's steps; each gives its own writers.

Handed over in a transaction and removed after its commit: a watcher that dies in between hands the
same lines over again, so what a writer writes has to bear its own id.
"""

import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from openchair.platform.logging.setup import logger

FILE = "spool.ndjson"
MOST_BYTES = 20_000_000
BATCH = 500

log = logger(__name__)

Row = dict[str, Any]
Write = Callable[[AsyncSession, Sequence[Row]], Awaitable[None]]


def append(folder: Path, *, kind: str, rows: Sequence[Row], file: str = FILE) -> int:
    """Add rows under a kind and wait until the disk has them. Answers how many found room; beyond
    20 MB nothing more is taken, which the log says.
    """
    if not rows:
        return 0
    path = folder / file
    folder.mkdir(parents=True, exist_ok=True)
    lines = b"".join(orjson.dumps({"kind": kind, "row": each}) + b"\n" for each in rows)
    if size_of(folder, file=file) + len(lines) > MOST_BYTES:
        log.error("the spool is full: history of an outage is lost", kind=kind, rows=len(rows))
        return 0
    with path.open("ab") as spool:
        spool.write(lines)
        spool.flush()
        os.fsync(spool.fileno())
    return len(rows)


def size_of(folder: Path, *, file: str = FILE) -> int:
    """Bytes that wait."""
    path = folder / file
    return path.stat().st_size if path.exists() else 0


async def flush(
    session: AsyncSession, folder: Path, *, writers: Mapping[str, Write], file: str = FILE
) -> int:
    """Hand everything that waits to its writer, in order, in the caller's transaction; call
    `discard` after its commit. Answers how many rows there were.
    """
    count = 0
    for kind, rows in _runs(folder / file):
        write = writers.get(kind)
        if write is None:
            log.error("nobody takes what the spool holds", kind=kind, rows=len(rows))
            continue
        await write(session, rows)
        count += len(rows)
    return count


def discard(folder: Path, *, file: str = FILE) -> None:
    """What was flushed is in the database now."""
    (folder / file).unlink(missing_ok=True)


def _runs(path: Path) -> Iterator[tuple[str, list[Row]]]:
    """Neighbouring rows of one kind together, at most 500. A torn last line was never promised."""
    kind, rows = "", list[Row]()
    for line in _lines(path):
        if rows and (line["kind"] != kind or len(rows) >= BATCH):
            yield kind, rows
            rows = []
        kind = line["kind"]
        rows.append(line["row"])
    if rows:
        yield kind, rows


def _lines(path: Path) -> Iterator[Row]:
    if not path.exists():
        return
    with path.open("rb") as spool:
        while batch := list(islice(spool, BATCH)):
            for line in batch:
                try:
                    yield orjson.loads(line)
                except orjson.JSONDecodeError:
                    log.warning("a torn line of the spool was left out", bytes=len(line))
