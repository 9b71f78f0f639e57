"""`openchair monitoring realtime`: the live view, drawn by Rich, or a line of JSON a look."""

import asyncio
import os
import sys
import termios
import tty
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

import orjson
from rich.console import Group
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from openchair.cli import monitoring_shown as shown
from openchair.cli.looking import House, on_house
from openchair.cli.plot import bars
from openchair.cli.work import out
from openchair.operations.diagnostics.live import Counters, Tick, counters_of, moment_of, tick_of
from openchair.operations.diagnostics.overview import Overview, look_over
from openchair.operations.diagnostics.own_site import address_of_site
from openchair.platform.clock import utc_now
from openchair.platform.metrics.snapshots import FOLDER, Snapshot, read_snapshots

KEPT = 60
ASKED_EVERY = 0.1
MEGABYTE = 1_000_000


class View:
    """What is remembered between two looks."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._before: tuple[datetime, Counters] | None = None
        self._requests: deque[float] = deque(maxlen=KEPT)
        self._p95: deque[float] = deque(maxlen=KEPT)

    async def look(self) -> tuple[Overview, Tick]:
        """The next look."""
        house, now = self._house, utc_now()
        overview = await look_over(
            prober=house.prober,
            database=house.database,
            address=address_of_site(house.installation),
            now=now,
        )
        snapshots = read_snapshots(house.installation.home / FOLDER, now=utc_now())
        tick = tick_of(
            overview=overview,
            sentence=shown.sentence_of(overview.sentence).plain,
            snapshots=snapshots,
            before=self._before,
        )
        self._remember(snapshots, tick)
        return overview, tick

    def _remember(self, snapshots: Sequence[Snapshot], tick: Tick) -> None:
        written = moment_of(snapshots)
        if written is not None and (self._before is None or written > self._before[0]):
            self._before = written, counters_of(snapshots)
        if tick.requests is not None:
            self._requests.append(tick.requests)
            self._p95.append(tick.p95_ms or 0.0)

    def draw(self, overview: Overview, tick: Tick) -> Panel:
        """The screen."""
        figures = Table.grid(padding=(0, 2))
        figures.add_row("requests", _told(tick.requests, "/s", 1), Text(bars([*self._requests])))
        figures.add_row("p95", _told(tick.p95_ms, "ms", 0), Text(bars([*self._p95])))
        figures.add_row("5xx", _told(tick.errors, "/s", 2))
        age = "" if tick.queue_age is None else f"the oldest for {tick.queue_age:,.0f} s"
        figures.add_row("due messages", _told(tick.waiting, "", 0), age)
        figures.add_row("dead letters", _told(tick.dead_letters, "", 0))
        parts = ", ".join(f"{name} {size // MEGABYTE} MB" for name, size in tick.memory.items())
        figures.add_row("memory", _told(tick.memory_percent, "%", 0), parts)
        figures.add_row("alerts", str(len(tick.alerts)), ", ".join(tick.alerts[:5]))
        return Panel(
            Group(
                shown.sentence_of(overview.sentence),
                Text(),
                figures,
                Text(),
                shown.readings_table(overview.readings),
            ),
            title=f"OpenChair  {tick.at:%H:%M:%S} UTC",
            subtitle="q ends it",
        )


def watch_live(*, every: float, once: bool, as_json: bool) -> None:
    """Look again and again until q or Ctrl-C; once where nobody can press a key."""

    async def work(house: House) -> None:
        view = View(house)
        if once or not (as_json or shown.is_watched()):
            overview, tick = await view.look()
            _print(view, overview, tick, as_json=as_json)
        elif as_json:
            while True:
                overview, tick = await view.look()
                _print(view, overview, tick, as_json=True)
                await asyncio.sleep(every)
        else:
            await _live(view, every=every)

    try:
        on_house(work)
    except (KeyboardInterrupt, BrokenPipeError):
        return


def _print(view: View, overview: Overview, tick: Tick, *, as_json: bool) -> None:
    if as_json:
        print(orjson.dumps(asdict(tick)).decode(), flush=True)
    else:
        out.print(view.draw(overview, tick))


async def _live(view: View, *, every: float) -> None:
    with _keys(), Live(Text("looking …"), console=out, screen=True, auto_refresh=False) as live:
        while True:
            overview, tick = await view.look()
            live.update(view.draw(overview, tick), refresh=True)
            if await _is_asked_to_end(seconds=every):
                return


async def _is_asked_to_end(*, seconds: float) -> bool:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        if sys.stdin.isatty() and b"q" in _pressed():
            return True
        await asyncio.sleep(ASKED_EVERY)
    return False


def _pressed() -> bytes:
    try:
        return os.read(sys.stdin.fileno(), 64)
    except BlockingIOError:
        return b""


@contextmanager
def _keys() -> Iterator[None]:
    """Keys come at once and are not shown; the terminal is as before when it ends."""
    if not sys.stdin.isatty():
        yield
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    blocking = os.get_blocking(descriptor)
    try:
        tty.setcbreak(descriptor)
        os.set_blocking(descriptor, False)
        yield
    finally:
        os.set_blocking(descriptor, blocking)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _told(value: float | None, unit: str, digits: int) -> str:
    return "–" if value is None else f"{value:,.{digits}f} {unit}".rstrip()
