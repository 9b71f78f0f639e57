"""Web, worker and database are killed for real: the status page goes on, tells it within a minute,
and afterwards its history has it. docs/status-page.md.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil
import pytest

from openchair.platform.db.embedded import Cluster
from tests.served import Served, house

TELLS_WITHIN = 30.0
RECOVERS_WITHIN = 60.0
EVERY = "1"

Document = dict[str, Any]


@pytest.fixture(scope="module")
def own_house(run_folder: Path) -> Iterator[Served]:
    """With a PostgreSQL of its own, since that is killed too."""
    home = run_folder / "status_page_house"
    settings = {"OPENCHAIR_WATCH_SECONDS": EVERY, "OPENCHAIR_DEMO": "false"}
    with house(home=home, database_url=None, settings=settings) as found:
        yield found
    Cluster(data=home / "postgres").stop()


def document(served: Served) -> Document:
    """What the page says, as a machine reads it over HTTP."""
    answer = httpx.get(f"http://127.0.0.1:{served.port + 4}/status.json", timeout=5)
    found: Document = answer.raise_for_status().json()
    return found


def eventually(
    served: Served, told: Callable[[Document], bool], *, within: float
) -> tuple[Document, float]:
    """The page once it tells that, and after how many seconds it did."""
    began, found = time.monotonic(), None
    while time.monotonic() - began < within:
        try:
            found = document(served)
        except httpx.HTTPError:
            time.sleep(0.2)
            continue
        if told(found):
            return found, time.monotonic() - began
        time.sleep(0.2)
    pytest.fail(f"not told within {within} s: {found}")


@contextmanager
def killed(served: Served) -> Iterator[None]:
    """Web, worker and database end by SIGKILL; nobody starts them until the block ends."""
    supervisor = psutil.Process(served.process.pid)
    children = {each.pid: " ".join(each.cmdline()) for each in supervisor.children()}
    parts = [
        pid
        for pid, command in children.items()
        if "openchair.main" in command or "openchair.worker" in command
    ]
    assert len(parts) == 2, children
    postmaster = Cluster(data=served.home / "postgres").process()
    assert postmaster is not None
    os.kill(supervisor.pid, signal.SIGSTOP)
    try:
        for pid in (*parts, postmaster.pid):
            os.kill(pid, signal.SIGKILL)
        yield
    finally:
        os.kill(supervisor.pid, signal.SIGCONT)


def states(found: Document) -> dict[str, str]:
    return {each["key"]: each["status"] for each in found["components"]}


@pytest.mark.timeout(300)
def test_the_page_tells_the_truth_while_everything_else_is_dead(own_house: Served) -> None:
    eventually(own_house, lambda found: found["status"] == "operational", within=RECOVERS_WITHIN)

    with killed(own_house):
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"{own_house.url}/api/health", timeout=1)
        found, seconds = eventually(
            own_house,
            lambda each: (
                states(each).get("mail") == "partial_outage"
                and states(each).get("booking") == "major_outage"
            ),
            within=TELLS_WITHIN,
        )
        assert seconds < TELLS_WITHIN
        assert states(found)["website"] == states(found)["console"] == "major_outage"
        page = httpx.get(f"http://127.0.0.1:{own_house.port + 4}/", timeout=5)
        assert page.status_code == 200
        assert "Booking online does not work at the moment" in page.text
        assert "Nothing is lost" in page.text
        assert "form-action" in page.headers["content-security-policy"]
        for secret in ("postgres", "127.0.0.1", "SELECT", str(own_house.home), "Traceback"):
            assert secret not in page.text
        open_now = [each for each in found["incidents"] if each["ended_at"] is None]
        assert [each["title"] for each in open_now] == ["Booking online does not work"]

    found, _ = eventually(
        own_house, lambda each: each["status"] == "operational", within=RECOVERS_WITHIN
    )
    outage = found["incidents"][0]
    assert outage["id"] == open_now[0]["id"]
    assert outage["ended_at"] is not None
    assert {"booking", "website", "console", "mail"} <= set(outage["components"])
    history = httpx.get(f"http://127.0.0.1:{own_house.port + 4}/de/history.html", timeout=5).text
    assert "Online buchen ging nicht" in history
    assert f"incidents/{outage['id']}.html" in history
    asyncio.run(spans_are_stored(own_house))


async def spans_are_stored(served: Served) -> None:
    """What happened while there was no database is in it, once."""
    connection = await asyncpg.connect(served.database_url, timeout=10)
    try:
        deadline, rows = time.monotonic() + 20, []
        while time.monotonic() < deadline:
            rows = await connection.fetch(
                "SELECT component, state FROM status_spans"
                " WHERE until IS NOT NULL AND state = 'major_outage'"
            )
            if len({row["component"] for row in rows}) >= 3:
                break
            await asyncio.sleep(0.2)
        assert sorted(row["component"] for row in rows) == ["booking", "console", "website"]
        down = await connection.fetchval(
            "SELECT sum(down_seconds) FROM status_days WHERE component = 'booking'"
        )
        assert 0 < down < 600
    finally:
        await connection.close()
