"""Who asks far more than usual, and for what: by address and by path, from the request log, against
the log before it. `openchair monitoring ddos-detection` and `ddos-monitoring`. Pure but for lines.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from openchair.operations.logs.analyze import REQUESTS
from openchair.operations.logs.fingerprint import normalised
from openchair.operations.logs.window import Heard, Window
from openchair.platform.logging.read import Line

WINDOW = timedelta(minutes=5)
BEFORE = timedelta(hours=24)
MOST_KEYS = 50_000
OTHER = "other"
FEWEST_A_MINUTE = 60.0
"""Fewer requests a minute are a flood of nobody, however unusual."""
TIMES_USUAL = 10.0
TOP = 10
By = Literal["address", "path", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """Requests a minute now and usually, of one address, one path, or all together. `refused` of
    those now were answered by 429 or 403. `is_flood` when far beyond the usual.
    """

    by: By
    name: str
    now: float
    usual: float
    refused: int
    is_flood: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Floods:
    """The busiest addresses and paths of the window. `baseline_minutes` is how much log there was
    to compare with; without any, whatever is above 60 a minute of one address is called a flood.
    """

    at: datetime
    minutes: float
    requests: int
    baseline_minutes: float
    spikes: tuple[Spike, ...]
    is_whole: bool

    @property
    def floods(self) -> list[Spike]:
        """Those that are."""
        return [each for each in self.spikes if each.is_flood]


@dataclass(slots=True)
class Tally:
    """Requests by address and path; what is beyond fifty thousand names counts as `other`."""

    requests: int = 0
    addresses: Counter[str] = field(default_factory=Counter)
    paths: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)

    def take(self, line: Line) -> None:
        """One line of the log; others than requests are no matter."""
        fields = line.fields
        if fields.get("logger") != REQUESTS:
            return
        self.requests += 1
        address = _known(self.addresses, str(fields.get("address") or "unknown"))
        path = _known(self.paths, normalised(str(fields.get("path", ""))))
        self.addresses[address] += 1
        self.paths[path] += 1
        if fields.get("status") in {403, 429}:
            self.refused["address", address] += 1
            self.refused["path", path] += 1
            self.refused["all", ""] += 1


def find_floods(folder: Path, *, now: datetime, hear: Heard | None = None) -> Floods:
    """The last five minutes against the day before them."""
    recent, usual = Tally(), Tally()
    window = Window(folder, since=now - BEFORE, hear=hear)
    begin = now - WINDOW
    for line in window:
        (recent if line.at >= begin else usual).take(line)
    baseline = (begin - window.reached).total_seconds() / 60 if window.reached else 0.0
    return judged(
        recent,
        usual=usual,
        minutes=WINDOW.total_seconds() / 60,
        baseline_minutes=max(0.0, baseline),
        now=now,
        is_whole=window.is_whole,
    )


def judged(
    recent: Tally,
    *,
    usual: Tally,
    minutes: float,
    baseline_minutes: float,
    now: datetime,
    is_whole: bool = True,
) -> Floods:
    """Pure: what of `recent` is far beyond `usual`."""
    counted: list[tuple[By, str, int, int]] = [("all", "", recent.requests, usual.requests)]
    for address, count in recent.addresses.most_common(TOP):
        counted.append(("address", address, count, usual.addresses[address]))
    for path, count in recent.paths.most_common(TOP):
        counted.append(("path", path, count, usual.paths[path]))
    spikes = [
        _spike(
            by=by,
            name=name,
            now=count / minutes,
            usual=before / baseline_minutes if baseline_minutes else 0.0,
            refused=recent.refused[by, name],
            has_past=baseline_minutes >= 1,
        )
        for by, name, count, before in counted
    ]
    return Floods(
        at=now,
        minutes=minutes,
        requests=recent.requests,
        baseline_minutes=baseline_minutes,
        spikes=tuple(sorted(spikes, key=lambda each: (not each.is_flood, -each.now))),
        is_whole=is_whole,
    )


def _spike(*, by: By, name: str, now: float, usual: float, refused: int, has_past: bool) -> Spike:
    known = has_past or by == "address"
    return Spike(
        by=by,
        name=name,
        now=round(now, 2),
        usual=round(usual, 2),
        refused=refused,
        is_flood=known and now >= FEWEST_A_MINUTE and now > TIMES_USUAL * usual,
    )


def _known(counter: Counter[str], name: str) -> str:
    return name if name in counter or len(counter) < MOST_KEYS else OTHER
