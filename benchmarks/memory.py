"""What each process of `openchair up` keeps in memory after work, against a bare Python process
that has only imported the same frameworks."""

import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import httpx
import psutil

from benchmarks.result import Result
from tests.served import Served, house

BARE = (
    "import fastapi, uvicorn, uvloop, sqlalchemy.ext.asyncio, asyncpg, pydantic, jinja2, babel,"
    " orjson, structlog, pgqueuer; print('ready', flush=True); input()"
)
AT_MOST = 3.0
ANSWERS = 200
MEGABYTE = 1024 * 1024
SALON = "schnittwerk"


def measure() -> Result:
    """Proportional set size (shared pages divided by their users), in MB."""
    with (
        tempfile.TemporaryDirectory(prefix="openchair-bench-up-") as folder,
        house(home=Path(folder) / "home", database_url=None) as served,
    ):
        _work(served)
        sizes = _sizes(served)
    bare = _bare()
    parts = ", ".join(f"{part} {size:.0f}" for part, size in sorted(sizes.items()))
    return Result(
        name="memory",
        value=sizes["web"],
        unit="MB",
        reference=bare,
        ratio=sizes["web"] / bare,
        bound=f"<= {AT_MOST}",
        holds=sizes["web"] / bare <= AT_MOST,
        against="a Python process with the same imports",
        where=f"One web process after {ANSWERS} months of free times and home pages. Each process,"
        f" in MB: {parts}; together {sum(sizes.values()):.0f}. PostgreSQL is the sum of its"
        " processes, shared buffers counted once.",
    )


def _work(served: Served) -> None:
    with httpx.Client(base_url=served.url, timeout=30) as caller:
        services = caller.get(f"/api/v1/salons/{SALON}/services").json()["services"]
        first = date.today() + timedelta(days=1)  # noqa: DTZ011 - any day will do
        for number in range(ANSWERS):
            query = {
                "service_id": services[number % len(services)]["id"],
                "from": str(first),
                "to": str(first + timedelta(days=30)),
            }
            caller.get(f"/api/v1/salons/{SALON}/availability", params=query).raise_for_status()
            caller.get(f"/{SALON}/de").raise_for_status()


def _sizes(served: Served) -> dict[str, float]:
    found: defaultdict[str, float] = defaultdict(float)
    top = psutil.Process(served.process.pid)
    for process in [top, *top.children(recursive=True), *_postgres(served)]:
        found[_part(process)] += process.memory_full_info().pss / MEGABYTE
    return found


def _postgres(served: Served) -> list[psutil.Process]:
    lines = (served.home / "postgres" / "postmaster.pid").read_text().splitlines()
    server = psutil.Process(int(lines[0]))
    return [server, *server.children(recursive=True)]


def _part(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    if process.name() == "postgres":
        return "postgres"
    parts = {"openchair.main": "web", "openchair.worker": "worker", "openchair_sandbox": "sandbox"}
    return next((part for word, part in parts.items() if word in command), "up")


def _bare() -> float:
    with subprocess.Popen(
        [sys.executable, "-c", BARE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        if process.stdout is None:
            raise RuntimeError("the bare process has no output")
        process.stdout.readline()
        size = psutil.Process(process.pid).memory_full_info().pss / MEGABYTE
        process.communicate(b"\n", timeout=20)
    return float(size)
