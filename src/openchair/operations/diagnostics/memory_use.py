"""What each process of the house has in memory now: `openchair monitoring memory-usage`. Reads the
kernel, and what the processes say of themselves; works with the database away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from openchair.platform.metrics.snapshots import FOLDER, read_snapshots

POSTGRESQL = "postgresql"
SANDBOX = "openchair_sandbox"
SUPERVISOR = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessMemory:
    """One process (PostgreSQL: all of its processes together), in bytes. `resident` is what is in
    RAM; `own` what would come back if it ended, None where the kernel does not tell us.
    """

    name: str
    pid: int
    processes: int
    resident: int
    own: int | None
    swapped: int
    threads: int
    running_seconds: float


def memory_of_house(
    *, home: Path, postgres: psutil.Process | None, now: datetime
) -> list[ProcessMemory]:
    """Those on this machine, the largest first. `postgres` is the embedded server, if it runs."""
    found = []
    ours: dict[int, str] = {}
    for each in read_snapshots(home / FOLDER, now=now):
        number = each.instance.rpartition(":")[2]
        if number.isdigit():
            ours[int(number)] = each.process
    ours |= _relatives(ours)
    for pid, name in ours.items():
        if (measured := _measure(name, [pid], now=now)) is not None:
            found.append(measured)
    if postgres is not None:
        pids = [postgres.pid, *(child.pid for child in _children(postgres))]
        if (measured := _measure(POSTGRESQL, pids, now=now)) is not None:
            found.append(measured)
    return sorted(found, key=lambda each: -each.resident)


def machine_memory() -> tuple[int, int]:
    """What is available without swapping, and all there is, in bytes."""
    memory = psutil.virtual_memory()
    return int(memory.available), int(memory.total)


def _relatives(ours: Iterable[int]) -> dict[int, str]:
    """The supervisor above those that write figures, and the sandbox beside them."""
    found: dict[int, str] = {}
    for pid in ours:
        try:
            parent = psutil.Process(pid).parent()
            if parent is None or "openchair" not in " ".join(parent.cmdline()):
                continue
            found[parent.pid] = SUPERVISOR
            for child in parent.children():
                if SANDBOX in child.cmdline():
                    found[child.pid] = "sandbox"
        except psutil.Error:
            continue  # it ended while we looked
    return found


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _measure(name: str, pids: list[int], *, now: datetime) -> ProcessMemory | None:
    """Together; of several processes what they share counts once (the kernel's PSS)."""
    resident = swapped = threads = 0
    own: int | None = 0
    alive, oldest = 0, float("inf")
    for pid in pids:
        try:
            process = psutil.Process(pid)
            with process.oneshot():
                plain = process.memory_info()
                threads += process.num_threads()
                oldest = min(oldest, process.create_time())
        except psutil.Error:
            continue
        alive += 1
        try:
            full = process.memory_full_info()
            resident += full.pss if len(pids) > 1 else plain.rss
            swapped += full.swap
            own = None if own is None else own + full.uss
        except (psutil.Error, AttributeError):
            resident += plain.rss
            own = None
    if not alive:
        return None
    return ProcessMemory(
        name=name,
        pid=pids[0],
        processes=alive,
        resident=resident,
        own=own,
        swapped=swapped,
        threads=threads,
        running_seconds=max(0.0, now.timestamp() - oldest),
    )
