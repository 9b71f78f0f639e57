"""Requests a second with metrics, logs and traces on, against the same without: what it costs to be
observed. Both sets of processes run at the same time and are asked turn about.
"""

import asyncio
import socket
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil

from benchmarks.callers import call, get
from benchmarks.house import WEB_PROCESSES, BenchSalon, database, furnish, web
from benchmarks.result import Result
from openchair.platform.db.embedded import Cluster

CLIENTS = 16
ROUNDS = 10
REQUESTS = 300
WARM_UP = 100
AT_LEAST = 0.9
FEWEST_BYTES = 200
"""Of a span on the wire: that less came for each request would mean that traces were off."""
ZONE = ZoneInfo("Europe/Zurich")


def measure(cluster: Cluster) -> Result:
    """Ten short rounds of each, turn about; medians, of the ratio too: each round is held against
    the one beside it, so that what else the machine does meanwhile falls on both.

    Fails when nothing was logged or traced.
    """
    with (
        database(cluster, "bench_observing") as url,
        tempfile.TemporaryDirectory(prefix="openchair-bench-logs-") as folder,
        _receiver() as receiver,
    ):
        salon = asyncio.run(furnish(url))
        log = Path(folder) / "web.log"
        settings = {"OPENCHAIR_LOG_LEVEL": "info", "OTEL_EXPORTER_OTLP_ENDPOINT": receiver}
        silent = {"OPENCHAIR_LOG_LEVEL": "error"}
        with (
            web(url, settings=settings, output=log) as (observed, ours),
            web(url, settings=silent, module="benchmarks.unobserved") as (unobserved, theirs),
        ):
            ports = [observed, unobserved]
            rates: dict[int, list[float]] = {observed: [], unobserved: []}
            for port in ports:
                _ask(port, salon, WARM_UP)
            before = _processor(ours), _processor(theirs)
            for number in range(ROUNDS):
                for port in ports if number % 2 else reversed(ports):
                    rates[port].append(_ask(port, salon, REQUESTS))
            spent = _processor(ours) - before[0], _processor(theirs) - before[1]
        _prove(log, receiver)
    value = statistics.median(rates[observed])
    reference = statistics.median(rates[unobserved])
    ratio = statistics.median(
        ours / theirs for ours, theirs in zip(rates[observed], rates[unobserved], strict=True)
    )
    with_it, without = (each / ROUNDS / REQUESTS * 1000 for each in spent)
    return Result(
        name="observing",
        value=value,
        unit="requests/s",
        reference=reference,
        ratio=ratio,
        bound=f">= {AT_LEAST}",
        holds=ratio >= AT_LEAST,
        against="the same web processes without metrics, logs and traces",
        where=f"{CLIENTS} clients, {WEB_PROCESSES} web processes of each kind, free times and pages"
        f" turn about, {ROUNDS} rounds. A request takes {with_it:.2f} ms of a processor when it is"
        f" counted, logged and exported as a span, {without:.2f} ms when it is not.",
    )


def _processor(processes: list[int]) -> float:
    """Seconds that these have run on a processor."""
    times = [psutil.Process(each).cpu_times() for each in processes]
    return sum(each.user + each.system for each in times)


def _ask(port: int, salon: BenchSalon, count: int) -> float:
    """Requests a second. Half ask for free times, half for the salon's page."""
    day = (datetime.now(ZONE) + timedelta(days=3)).date()
    times = get(
        f"/api/v1/salons/{salon.slug}/availability?service_id={salon.service_id}"
        f"&from={day}&to={day}"
    )
    page = get(f"/{salon.slug}/en")
    answers = call(port, ((times, page)[each % 2] for each in range(count)), clients=CLIENTS)
    if set(answers.statuses) != {200}:
        raise RuntimeError(f"not every request was answered: {dict(answers.statuses)}")
    return count / answers.seconds


def _prove(log: Path, receiver: str) -> None:
    """What was to be observed was: a line and a span for each request."""
    asked = WARM_UP + ROUNDS * REQUESTS
    lines = log.read_text().count('"event":"request"')
    received = int(urllib.request.urlopen(receiver, timeout=5).read())  # noqa: S310 - our own
    if lines < asked or received < asked * FEWEST_BYTES:
        raise RuntimeError(f"of {asked} requests {lines} were logged, {received} bytes traced")


@contextmanager
def _receiver() -> Iterator[str]:
    """A process of its own that takes the traces in. Yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-m", "benchmarks.otlp_receiver", str(listening.fileno())]
        process = subprocess.Popen(command, pass_fds=[listening.fileno()])
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            process.terminate()
            process.wait(timeout=10)
