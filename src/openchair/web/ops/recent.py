"""The last half hour of every measure, as this process read it: for the small curves of the tiles,
which have to be there when the database is away. Lost when the process ends; bounded.
"""

from collections import deque
from collections.abc import Sequence

from openchair.platform.probes import Reading

EVERY_SECONDS = 10
POINTS = 180
MOST_MEASURES = 100


class Recent:
    """`hear` is for `Prober.tell`."""

    def __init__(self) -> None:
        self._values: dict[str, deque[tuple[float, float]]] = {}

    def hear(self, reading: Reading) -> None:
        """Keep its measures, at most one every ten seconds."""
        at = reading.at.timestamp()
        for name, value in reading.measures.items():
            kept = self._values.get(name)
            if kept is None:
                if len(self._values) >= MOST_MEASURES:
                    continue
                kept = self._values[name] = deque(maxlen=POINTS)
            if kept and at - kept[-1][0] < EVERY_SECONDS:
                kept[-1] = (kept[-1][0], value)
            else:
                kept.append((at, value))

    def values(self, measure: str) -> Sequence[tuple[float, float]]:
        """Moments (seconds since 1970) and values, the oldest first."""
        return tuple(self._values.get(measure, ()))
