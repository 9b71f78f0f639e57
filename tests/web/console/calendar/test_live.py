"""The stream of an open calendar on a real socket: what it hears, what ends it, what it holds."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from time import monotonic

import httpx
import pytest
import uvicorn
from httpx import AsyncClient

from openchair.cli.processes import die_with_parent
from openchair.identity.accounts.roles import remove_role
from openchair.identity.audit.record import SYSTEM
from openchair.identity.sessions.end import end_all_sessions
from openchair.main import Server, create_app
from openchair.platform.db.engine import Database
from openchair.platform.live.tell import changed
from openchair.platform.metrics import requests
from openchair.platform.metrics.catalogue import HTTP_DURATION
from openchair.web.console.calendar import live
from openchair.web.cookies import NAME
from tests.identity.people import open_for
from tests.served import NOT_LIMITED
from tests.web.console.conftest import House, Sit, add_visit, on

ADDRESS = "/console/house/calendar/live"
SOON = 2.0
START_SECONDS = 60.0


class Stream:
    """An open calendar, as a browser's EventSource sees it."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self._lines = answer.aiter_lines()

    async def next(self, wanted: str, *, seconds: float = SOON) -> str:
        """The next line that begins with `wanted`. Fails after `seconds`, or when it ends."""
        async with asyncio.timeout(seconds):
            async for line in self._lines:
                if line.startswith(wanted):
                    return line
        pytest.fail(f"the stream ended before it said {wanted!r}")

    async def ended(self, *, seconds: float = SOON) -> list[str]:
        """What it says until it ends, which it does within `seconds`."""
        async with asyncio.timeout(seconds):
            return [line async for line in self._lines if line]

    async def quiet(self, seconds: float = 0.5) -> None:
        """Fails when it says that something changed."""
        with pytest.raises(TimeoutError):
            await self.next("event:", seconds=seconds)


@asynccontextmanager
async def listening(url: str, token: str) -> AsyncIterator[Stream]:
    """A stream that has said that it listens."""
    async with (
        AsyncClient(base_url=url, cookies={NAME: token}, timeout=START_SECONDS) as client,
        client.stream("GET", ADDRESS) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        stream = Stream(answer)
        await stream.next("retry: 2000")
        await stream.next("event: changed")
        yield stream


async def logged_in(database: Database, house: House, role: str = "owner") -> str:
    async with database.transaction() as session:
        return (await open_for(session, house.people[role])).token


async def tell(database: Database, house: House) -> None:
    async with database.transaction() as session:
        changed(session, salon_id=house.salon.id)


@pytest.fixture
def elsewhere(database_url: str, house: House, tmp_path: Path) -> Iterator[str]:
    """Another process that serves the same house. Its address."""
    del house  # it has to be there before
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "openchair.main", str(listener.fileno())],
            env={
                **os.environ,
                **NOT_LIMITED,
                "DATABASE_URL": database_url,
                "OPENCHAIR_HOME": str(tmp_path),
            },
            pass_fds=[listener.fileno()],
            stdout=subprocess.DEVNULL,
            preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509 -- no threads here
        )
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    process.wait(10)


@pytest.fixture
async def served(database: Database) -> AsyncIterator[tuple[str, Server]]:
    """A web process's own server, within this one."""
    config = uvicorn.Config(create_app(database=database), log_config=None, lifespan="off")
    server = Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        task = asyncio.create_task(server.serve([listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", server
        server.should_exit = True
        await task
    await config.app.state.live.close()  # type: ignore[union-attr]  # as its lifespan does


async def test_a_booking_of_one_process_is_seen_in_another_within_two_seconds(
    elsewhere: str, house: House, database: Database
) -> None:
    token = await logged_in(database, house)
    async with asyncio.timeout(START_SECONDS):
        async with listening(elsewhere, token) as desk, listening(elsewhere, token) as tablet:
            visit = await add_visit(database, house, on(10, days=2))
            begun = monotonic()
            await asyncio.gather(desk.next("event: changed"), tablet.next("event: changed"))
            assert monotonic() - begun < SOON
            await desk.next("data: {")
    async with AsyncClient(base_url=elsewhere, cookies={NAME: token}, timeout=30) as client:
        board = await client.get(f"/console/house/calendar/board?first={on(10, days=2).date()}")
    assert [each["booking_id"] for each in board.json()["visits"]] == [str(visit)]


async def test_it_holds_no_connection_of_the_pool(
    served: tuple[str, Server], house: House, database: Database
) -> None:
    token = await logged_in(database, house)
    async with listening(served[0], token) as one, listening(served[0], token) as two:
        await one.quiet(0.2)
        await two.quiet(0.2)
        assert database.use_percent == 0


async def test_it_ends_with_the_session(
    served: tuple[str, Server],
    house: House,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "LOOK_EVERY_SECONDS", 0.3)
    token = await logged_in(database, house)
    async with listening(served[0], token) as stream:
        await stream.next(": here")
        async with database.transaction() as session:
            await end_all_sessions(session, user_id=house.people["owner"], by=SYSTEM)
        assert "event: changed" not in await stream.ended()


async def test_it_tells_nothing_to_who_left_the_team(
    served: tuple[str, Server], house: House, database: Database
) -> None:
    token = await logged_in(database, house, "manager")
    async with listening(served[0], token) as stream:
        async with database.transaction() as session:
            await remove_role(
                session,
                salon_id=house.salon.id,
                user_id=house.people["manager"],
                by=SYSTEM,
            )
        await tell(database, house)
        assert "event: changed" not in await stream.ended()


async def test_it_does_not_keep_the_process_from_ending(
    served: tuple[str, Server], house: House, database: Database
) -> None:
    url, server = served
    async with listening(url, await logged_in(database, house)) as stream:
        begun = monotonic()
        server.should_exit = True
        await stream.ended()
        assert monotonic() - begun < SOON


async def test_a_cut_connection_is_made_again(
    served: tuple[str, Server], house: House, database: Database
) -> None:
    async with listening(served[0], await logged_in(database, house)) as stream:
        async with database.alone() as connection:
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        again = await stream.next("event: changed", seconds=5)
        await tell(database, house)
        assert again == await stream.next("event: changed", seconds=5)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_stream_is_no_request_in_flight_and_has_no_duration(
    method: str, house: House, sit: Sit
) -> None:
    desk = await sit(house.people["owner"])
    before = requests.in_flight.last
    took = HTTP_DURATION.of("/console/{salon}/calendar/live").count
    answer = await desk.client.request(method, ADDRESS)  # ends at once: see `door` in conftest
    assert answer.status_code == 200
    assert requests.in_flight.last == before
    assert HTTP_DURATION.of("/console/{salon}/calendar/live").count == took
