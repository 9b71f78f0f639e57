"""Signed webhooks stored a second, through real web processes, against pgbench inserting the same
rows with as many clients."""

import os
import re
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson

from benchmarks.callers import Answers, call
from benchmarks.house import WEB_PROCESSES, database, web
from benchmarks.result import Result
from openchair.platform.db.embedded import BINARIES, Cluster
from openchair.webhooks.standard import key_of, new_secret, signed_headers

CLIENTS = 16
ROUNDS = 3
WEBHOOKS = 8_000
EARLY = 800
AT_LEAST = 0.4
DOOR = "/api/email-webhook"
SETTING = "EMAIL_WEBHOOK_SECRET"
BODY = orjson.dumps(
    {
        "type": "email.delivered",
        "timestamp": "2026-05-04T14:30:00Z",
        "data": {"message_id": "<0198c5a27d1e7c3a9f425b8e6d0a1c2f@salon.example>"},
    }
)
SCRIPT = """
\\set n :n + 1
INSERT INTO webhook_events
    (id, source, provider_event_id, event_type, payload, duplicates, correlation_id)
VALUES (gen_random_uuid(), 'email', concat_ws('-', 'row', :round::text, :client_id::text, :n::text),
    'email.delivered', (:payload)::jsonb, 0, '0198c5a27d1e7c3a9f425b8e6d0a1c2f');
"""


def measure(cluster: Cluster) -> Result:
    """Three rounds of each, turn about; medians."""
    secret = new_secret()
    with database(cluster, "bench_webhooks") as url, _environment(secret):
        script = cluster.data.parent / "webhooks.sql"
        ours, theirs, slow = [], [], []
        with web(url) as (port, _):
            _send(port, secret, "early", EARLY)
            for number in range(ROUNDS):
                answers = _send(port, secret, f"web-{number}", WEBHOOKS)
                ours.append(WEBHOOKS / answers.seconds)
                slow.append(statistics.median(answers.milliseconds))
                theirs.append(_pgbench(url, script, number))
        count = int(
            cluster.run_sql("SELECT count(*) FROM webhook_events", database="bench_webhooks")
        )
    if count != EARLY + 2 * ROUNDS * WEBHOOKS:
        raise RuntimeError(f"{count} webhooks were stored, so nothing was measured")
    value, reference = statistics.median(ours), statistics.median(theirs)
    return Result(
        name="webhook_ingest",
        value=value,
        unit="webhooks/s",
        reference=reference,
        ratio=value / reference,
        bound=f">= {AT_LEAST}",
        holds=value / reference >= AT_LEAST,
        against=f"pgbench, the same rows one by one, {CLIENTS} clients",
        where=f"{CLIENTS} clients, {WEB_PROCESSES} web processes; each webhook is verified, stored"
        f" and committed before its answer, {statistics.median(slow):.1f} ms at the median. What"
        " comes at the same moment shares a statement and a commit, which pgbench does not; the"
        " time goes into HTTP.",
    )


@contextmanager
def _environment(secret: str) -> Iterator[None]:
    os.environ[SETTING] = secret
    try:
        yield
    finally:
        del os.environ[SETTING]


def _send(port: int, secret: str, name: str, count: int) -> Answers:
    requests = _requests(secret, name, count)
    answers = call(port, requests, clients=CLIENTS)
    if set(answers.statuses) != {204}:
        raise RuntimeError(f"not every webhook was taken: {dict(answers.statuses)}")
    return answers


def _requests(secret: str, name: str, count: int) -> list[bytes]:
    """Made beforehand: signing is the provider's work."""
    key, now = key_of(secret), int(time.time())
    made = []
    for number in range(count):
        headers = {
            "Host": "127.0.0.1",
            "Content-Type": "application/json",
            "Content-Length": str(len(BODY)),
            **signed_headers([key], message_id=f"{name}-{number}", timestamp=now, body=BODY),
        }
        lines = "".join(f"{header}: {value}\r\n" for header, value in headers.items())
        made.append(f"POST {DOOR} HTTP/1.1\r\n{lines}\r\n".encode() + BODY)
    return made


def _pgbench(url: str, script: Path, number: int) -> float:
    """Rows a second of one round."""
    script.write_text(SCRIPT)
    done = subprocess.run(
        [
            str(BINARIES / "pgbench"),
            "--no-vacuum",
            "--protocol=prepared",
            f"--client={CLIENTS}",
            "--jobs=1",
            f"--transactions={WEBHOOKS // CLIENTS}",
            f"--file={script}",
            "-Dn=0",
            f"-Dround={number}",
            f"-Dpayload={BODY.decode()}",
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
