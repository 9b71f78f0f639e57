"""One trace from a caller's request to the mail, and from a job to the service it calls: real
processes, a real receiver.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from openchair.platform import correlation
from openchair.platform.db.engine import Database
from openchair.platform.jobs.queue import JobContext, enqueue, job
from openchair.platform.traces import span
from tests.api.conftest import booking, make_house
from tests.api.web_process import web_process
from tests.platform.outbound.http_server import http_server
from tests.platform.traces.receiver import receiver

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
ELSEWHERE = "00f067aa0ba902b7"
WORKER = """
import asyncio, sys
from openchair import reactions
from openchair.platform.jobs.queue import job
from openchair.platform.outbound.call import call
from openchair.worker.run import run_worker

@job("test.calls")
async def calls(context, payload):
    await call(context.database, service="neighbour", method="GET", url=payload["url"])

reactions.start()
asyncio.run(run_worker(sys.argv[1]))
"""


@job("test.calls")
async def calls(context: JobContext, payload: dict[str, Any]) -> None:
    """Declared here so that it can be queued; the worker process has its own."""


@contextmanager
def worker(url: str) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", WORKER, url], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait(timeout=30)


async def test_a_request_and_its_mail_are_one_trace(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = await make_house(database)
    monkeypatch.setenv("OPENCHAIR_HOME", str(tmp_path))
    monkeypatch.setenv("OPENCHAIR_PORT", "9")  # the mail server cannot be reached, and need not be
    with receiver() as spans:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", spans.url)
        with (
            web_process(database_url=database.url, folder=tmp_path) as web,
            worker(database.url),
        ):
            async with httpx.AsyncClient(base_url=web.url) as call:
                answer = await call.post(
                    f"{house.path}/bookings",
                    json=booking(house),
                    headers={"traceparent": f"00-{TRACE}-{ELSEWHERE}-01"},
                )
            assert answer.status_code == 201, answer.text
            assert answer.headers["x-correlation-id"] == TRACE
            request = await spans.wait_for("POST /api/v1/salons/{slug}/bookings")
            mail = await spans.wait_for("message email")
    assert request.trace == mail.trace == TRACE
    assert request.parent == ELSEWHERE
    assert request.service == "openchair-web"
    assert request.attributes["http.response.status_code"] == 201
    assert mail.service == "openchair-worker"
    assert mail.attributes["correlation_id"] == TRACE


async def test_a_job_and_the_call_it_makes_are_children_of_who_queued_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCHAIR_HOME", str(tmp_path))
    async with http_server() as neighbour:
        with receiver() as spans:
            monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", spans.url)
            span.start(endpoint=spans.url, process="test", version="1")
            token = correlation.adopt(None)
            with span.span("request"):
                async with database.transaction() as session:
                    await enqueue(session, "test.calls", {"url": neighbour.url})
            trace = correlation.current()
            correlation.release(token)
            span.stop()
            with worker(database.url):
                outbound = await spans.wait_for("GET neighbour")
                done = await spans.wait_for("job test.calls")
            request = await spans.wait_for("request")
        heard = neighbour.requests[0]
    assert request.trace == done.trace == outbound.trace == trace
    assert done.parent == request.span
    assert outbound.parent == done.span
    assert outbound.attributes["outcome"] == "2xx"
    assert heard.headers["traceparent"] == f"00-{trace}-{outbound.span}-01"
    assert heard.headers["x-correlation-id"] == trace
