"""The lines of a stretch of time, the newest first and never more than fit: what the other modules
here count in. Commands and the operations console call it; nothing is kept in memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from openchair.platform.logging.read import Line, newest_first

MOST_LINES = 500_000
TOLD_EVERY = 2000

Heard = Callable[[int], None]
"""Called with the number of lines read so far, every two thousand."""


@dataclass(slots=True)
class Window:
    """Lines not older than `since` (UTC), at most half a million. After it was read, `reached` is
    the moment of the oldest line, and `is_whole` whether nothing was left out for its number.
    """

    folder: Path
    since: datetime | None = None
    most: int = MOST_LINES
    hear: Heard | None = None
    read: int = field(default=0, init=False)
    reached: datetime | None = field(default=None, init=False)
    is_whole: bool = field(default=True, init=False)

    def __iter__(self) -> Iterator[Line]:
        for line in newest_first(self.folder):
            if self.since is not None and line.at < self.since:
                return
            if self.read >= self.most:
                self.is_whole = False
                return
            self.read += 1
            self.reached = line.at
            if self.hear is not None and self.read % TOLD_EVERY == 0:
                self.hear(self.read)
            yield line
