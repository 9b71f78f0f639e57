"""Keeps a handful of child processes alive, and ends every one of them.

`openchair up` uses it. A child that dies is started again; a parent that dies, even by kill -9,
takes its children along; what they print goes to bounded files.
"""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 10.0
STEADY_SECONDS = 30
GRACE_SECONDS = 10
PATIENCE_SECONDS = 1
LOG_BYTES = 10_000_000
LOG_CHECK_SECONDS = 30
LAST_WORDS_BYTES = 3000
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process of the house. `inherited` are file descriptors that it is given; it has
    `grace_seconds` to finish what it has begun when it is asked to end.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    inherited: tuple[int, ...] = ()
    grace_seconds: float = GRACE_SECONDS


class House:
    """The running parts. `tell` is called with a sentence when one of them ended."""

    def __init__(self, *, parts: Sequence[Part], logs: Path, tell: Callable[[str], None]) -> None:
        self.parts = parts
        self.logs = logs
        self.tell = tell
        self.processes: dict[str, asyncio.subprocess.Process] = {}
        self.deaths = 0
        self._keepers: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Start every part and keep it alive; returns at once."""
        self.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep = [self._keep(part) for part in self.parts]
        self._keepers = [asyncio.create_task(each) for each in (*keep, self._bound_logs())]

    async def stop(self, *, hurry: asyncio.Event | None = None) -> None:
        """Ask every part to end, and end by force what has not after its grace, or once `hurry`
        is set.
        """
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        hurrying = asyncio.create_task((hurry or asyncio.Event()).wait())
        await asyncio.gather(*(self._end(part, hurrying) for part in self.parts))
        hurrying.cancel()

    def last_words(self, name: str) -> str:
        """The end of what a part printed, for a person who wonders why it does not start."""
        path = self.log_of(name)
        return path.read_bytes()[-LAST_WORDS_BYTES:].decode(errors="replace").strip()

    def log_of(self, name: str) -> Path:
        """The file a part prints into."""
        return self.logs / f"{name}.log"

    async def _end(self, part: Part, hurrying: asyncio.Task[bool]) -> None:
        process = self.processes.get(part.name)
        if process is None or process.returncode is not None:
            return
        _signal_group(process, signal.SIGTERM)
        ended = asyncio.create_task(process.wait())
        patience = min(PATIENCE_SECONDS, part.grace_seconds)
        if not await _first({ended, hurrying}, seconds=patience):
            self.tell(
                f"{part.name} finishes what it has begun, which takes {part.grace_seconds:g} s at"
                " most. Ctrl-C ends it at once."
            )
            await _first({ended, hurrying}, seconds=part.grace_seconds - patience)
        if not ended.done():
            _signal_group(process, signal.SIGKILL)
        await ended

    async def _keep(self, part: Part) -> None:
        wait = FIRST_WAIT_SECONDS
        while True:
            began = monotonic()
            ended = await self._live(part)
            self.deaths += 1
            wait = FIRST_WAIT_SECONDS if monotonic() - began > STEADY_SECONDS else wait
            self.tell(f"{part.name} {ended}; starting it again. Log: {self.log_of(part.name)}")
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    async def _live(self, part: Part) -> str:
        """Start it, wait for its end, and answer how that was. No memory, no disk or no file left
        for it may be different in a moment, so that is an end as well.
        """
        try:
            process = self.processes[part.name] = await self._spawn(part)
        except OSError as error:
            return f"could not be started ({error.strerror})"
        code = await process.wait()
        _signal_group(process, signal.SIGKILL)  # what it left behind in its group
        return _how(code)

    async def _spawn(self, part: Part) -> asyncio.subprocess.Process:
        with self.log_of(part.name).open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *part.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **part.environment},
                pass_fds=part.inherited,
                start_new_session=True,  # Ctrl-C is for us; we pass it on in order
                preexec_fn=partial(die_with_parent, os.getpid()),
            )

    async def _bound_logs(self) -> None:
        """Keep each file below about `LOG_BYTES`, with one older file beside it.

        The parts hold it open for appending, so it is copied and cut, not renamed.
        """
        while True:
            for path in self.logs.glob("*.log"):
                if path.stat().st_size > LOG_BYTES:
                    try:
                        path.with_suffix(".log.1").write_bytes(path.read_bytes())
                    except OSError as error:  # a full disk: the room is worth more than the lines
                        self.tell(f"{path.name} could not be kept ({error.strerror}).")
                    os.truncate(path, 0)
            await asyncio.sleep(LOG_CHECK_SECONDS)


def die_with_parent(parent: int) -> None:
    """In the child, before it becomes the program: SIGTERM to me when my parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)  # it died before the kernel knew our wish


async def _first(of: set[asyncio.Task[Any]], *, seconds: float) -> bool:
    """Whether one of these is done within `seconds`."""
    done, _ = await asyncio.wait(of, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)


def _signal_group(process: asyncio.subprocess.Process, what: signal.Signals) -> None:
    try:
        os.killpg(process.pid, what)
    except ProcessLookupError:
        return  # it ended by itself meanwhile


def _how(code: int) -> str:
    if code >= 0:
        return f"ended with code {code}"
    return f"was ended by {signal.Signals(-code).name}"
