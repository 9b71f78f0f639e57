"""`POST bookings` a second, against pgbench running the same SQL with as many clients."""

import asyncio
import re
import statistics
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from benchmarks.callers import Answers, call, post
from benchmarks.house import (
    CLOSES,
    OPENS,
    SERVICE_MINUTES,
    STYLISTS,
    WEB_PROCESSES,
    BenchSalon,
    database,
    furnish,
    web,
)
from benchmarks.result import Result
from benchmarks.same_sql import (
    THIS_RUN,
    Statement,
    booking_script,
    logged_statements,
    parameter_types,
)
from openchair.platform.db.embedded import BINARIES, Cluster

CLIENTS = 16
ROUNDS = 3
BOOKINGS = 1600
EARLY = 12
AT_LEAST = 0.4
SLOTS_A_DAY = (CLOSES - OPENS) // SERVICE_MINUTES
DAYS_A_ROUND = 1 + BOOKINGS // (CLIENTS * SLOTS_A_DAY)
ZONE = ZoneInfo("Europe/Zurich")
SAMPLE_ADDRESS = "sample@example.com"


def measure(cluster: Cluster) -> Result:
    """Three rounds of each, turn about; medians."""
    with database(cluster, "bench_booking") as url:
        salon = asyncio.run(furnish(url))
        first = datetime.now(ZONE).replace(hour=6, minute=0, second=0, microsecond=0)
        ours, theirs, slow = [], [], []
        with web(url) as (port, _):
            script, options = _recorded(cluster, url, port, salon, first + timedelta(days=3))
            for number in range(ROUNDS):
                begin = first + timedelta(days=10 + 2 * number * DAYS_A_ROUND)
                answers = _book(port, salon, begin, number)
                ours.append(BOOKINGS / answers.seconds)
                slow.append(statistics.median(answers.milliseconds))
                theirs.append(_pgbench(url, script, options, begin, number))
        count = int(cluster.run_sql("SELECT count(*) FROM bookings", database="bench_booking"))
    if count != EARLY + 1 + 2 * ROUNDS * BOOKINGS:
        raise RuntimeError(f"{count} bookings were made; some failed, so nothing was measured")
    value, reference = statistics.median(ours), statistics.median(theirs)
    server = CLIENTS / reference * 1000
    return Result(
        name="booking",
        value=value,
        unit="bookings/s",
        reference=reference,
        ratio=value / reference,
        bound=f">= {AT_LEAST}",
        holds=value / reference >= AT_LEAST,
        against=f"pgbench, the same SQL, {CLIENTS} clients",
        where=f"{CLIENTS} clients, {WEB_PROCESSES} web processes. A booking took"
        f" {statistics.median(slow):.1f} ms at the median; the same statements alone took"
        f" {server:.1f} ms with as many clients on the same two cores. The rest is Python: HTTP,"
        " validation, the sweep, and the driver.",
    )


def _book(port: int, salon: BenchSalon, begin: datetime, number: int) -> Answers:
    requests = (
        _request(
            salon,
            begin,
            stylist=each % STYLISTS,
            slot=each // STYLISTS,
            address=f"w{number}-{each}@example.com",
        )
        for each in range(BOOKINGS)
    )
    answers = call(port, requests, clients=CLIENTS)
    if set(answers.statuses) != {201}:
        raise RuntimeError(f"not every booking was made: {dict(answers.statuses)}")
    return answers


def _request(salon: BenchSalon, begin: datetime, *, stylist: int, slot: int, address: str) -> bytes:
    start = begin + timedelta(days=slot // SLOTS_A_DAY)
    start += timedelta(minutes=SERVICE_MINUTES * (slot % SLOTS_A_DAY))
    body = {
        "service_ids": [salon.service_id],
        "staff_id": salon.staff_ids[stylist],
        "start": start.isoformat(),
        "customer": {
            "name": "Somebody Else",
            "email": address,
            "language": "en",
        },
    }
    return post(f"/api/v1/salons/{salon.slug}/bookings", orjson.dumps(body))


def _recorded(
    cluster: Cluster, url: str, port: int, salon: BenchSalon, day: datetime
) -> tuple[Path, list[str]]:
    """Book once with the server writing down every statement; make a script of what it wrote.

    Bookings before it let every process draw its share of the limit by address, which is one
    statement for very many bookings and not part of each.
    """
    early = [
        _request(salon, day, stylist=each, slot=SLOTS_A_DAY, address=f"early{each}@example.com")
        for each in range(EARLY)
    ]
    call(port, early, clients=EARLY)
    cluster.run_sql("ALTER SYSTEM SET log_statement = 'all'", database="postgres")
    cluster.run_sql("ALTER SYSTEM SET log_parameter_max_length = -1", database="postgres")
    cluster.run_sql("SELECT pg_reload_conf()", database="postgres")
    time.sleep(1)
    call(port, [_request(salon, day, stylist=0, slot=0, address=SAMPLE_ADDRESS)], clients=1)
    cluster.run_sql("ALTER SYSTEM RESET log_statement", database="postgres")
    cluster.run_sql("ALTER SYSTEM RESET log_parameter_max_length", database="postgres")
    cluster.run_sql("SELECT pg_reload_conf()", database="postgres")
    time.sleep(1)
    statements = logged_statements(cluster, "bench_booking")
    booked = cluster.run_sql(
        "SELECT manage_token, resource_id FROM bookings b JOIN occupancy o ON o.booking_id = b.id"
        " WHERE o.kind = 'resource' ORDER BY b.created_at DESC LIMIT 1",
        database="bench_booking",
    )
    token, chair = booked.strip().split("|")
    fixed = {str(each) for each in (salon.salon_id, salon.location_id, salon.service_id)}
    fixed |= {str(each) for each in [*salon.staff_ids, *salon.chair_ids]}
    script = booking_script(
        statements,
        asyncio.run(parameter_types(url, statements)),
        replacements={
            SAMPLE_ADDRESS: f"{THIS_RUN} || '@example.com'",
            token: f"'token-' || {THIS_RUN}",
            str(salon.staff_ids[0]): "(:staff::uuid[])[:client_id::int + 1]::text",
            chair: "(:chairs::uuid[])[:client_id::int + 1]::text",
            **_times(statements, day),
        },
        fixed=fixed,
        preamble=[
            "\\set n :n + 1",
            f"\\set day (:n - 1) / {SLOTS_A_DAY}",
            f"\\set slot (:n - 1) % {SLOTS_A_DAY}",
        ],
    )
    path = cluster.data.parent / "booking.sql"
    teams = [f"-Dstaff={_array(salon.staff_ids)}", f"-Dchairs={_array(salon.chair_ids)}"]
    return path, [*script.write(path), *teams]


def _times(statements: Sequence[Statement], day: datetime) -> dict[str, str]:
    """Times of the visit move by the slot, the window that is read by whole days."""
    found = {}
    visit = {_text(day), _text(day + timedelta(minutes=SERVICE_MINUTES))}
    stamp = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00")
    near = (day - timedelta(days=3), day + timedelta(days=5))
    for value in [value for each in statements for value in each.values.values() if value]:
        for text in stamp.findall(value):
            moment = datetime.fromisoformat(text)
            if text in visit:
                minutes = f"{SERVICE_MINUTES} * :slot::int"
            elif near[0] <= moment <= near[1]:
                minutes = "0"
            else:
                continue
            moved = f"make_interval(days => :day::int + :shift::int, mins => {minutes})"
            found[text] = f"('{_colonless(moment)}'::timestamptz + {moved})::text"
    return found


def _colonless(moment: datetime) -> str:
    """A form without colons, which pgbench takes for variables."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%S+00")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S+00")


def _array(ids: Sequence[UUID]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


def _pgbench(url: str, script: Path, options: list[str], begin: datetime, number: int) -> float:
    """Bookings a second of one round, into the days behind the web's."""
    recorded = datetime.now(ZONE).date() + timedelta(days=3)
    shift = (begin.date() - recorded).days + DAYS_A_ROUND
    done = subprocess.run(
        [
            str(BINARIES / "pgbench"),
            "--no-vacuum",
            "--protocol=prepared",
            f"--client={CLIENTS}",
            "--jobs=1",
            f"--transactions={BOOKINGS // CLIENTS}",
            f"--file={script}",
            "-Dn=0",
            f"-Dround={number}",
            f"-Dshift={shift}",
            *options,
            url,
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or rate is None:
        raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
    return float(rate[1])
