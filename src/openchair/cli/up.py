"""`openchair up`: everything on this machine, from an empty folder to an open salon.

Database, migrations, demo salons, then web, worker and sandbox as children. It holds the pages'
listening socket, so that callers wait instead of failing while a web process is started again.
"""

import asyncio
import fcntl
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EACCES, EADDRINUSE
from functools import partial
from time import monotonic, sleep

import httpx
import typer
from rich.console import Console

from openchair.cli.database import connected, database_url, embedded_cluster
from openchair.cli.processes import (
    GRACE_SECONDS,
    LOG_BYTES,
    LOG_CHECK_SECONDS,
    House,
    Part,
    die_with_parent,
)
from openchair.cli.welcome import welcome
from openchair.notifications.settings import MailSettings
from openchair.platform.db.embedded import CannotStart
from openchair.platform.db.migrate import upgrade
from openchair.platform.errors import Conflict, Unavailable
from openchair.platform.settings.base import load
from openchair.platform.settings.files import make_home
from openchair.platform.settings.installation import InstallationSettings

BACKLOG = 2048
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- listened on, never called
PORT_SECONDS = 8
READY_SECONDS = 60
WATCH_SECONDS = 1
RETRY_SECONDS = 10
HOPELESS_DEATHS = 3
SENDING = 2  # waits of a mail under way: for sender and recipient, then for the content
DEMO_BEGUN = "demo.begun"

console = Console()
commands = typer.Typer()


@commands.command(epilog="Example: OPENCHAIR_PORT=9000 openchair up")
def up() -> None:
    """Start everything here and keep it running until Ctrl-C."""
    signal.signal(signal.SIGTERM, _interrupt)
    settings = load(InstallationSettings)
    began = monotonic()
    try:
        with _only_one(settings), _listen(settings) as listening:
            _step("PostgreSQL")
            with database_url() as url:
                _step("Migrations")
                upgrade(url)
                asyncio.run(_open(settings, url=url, listening=listening, began=began))
    except KeyboardInterrupt:
        console.print("Interrupted before everything was up.")
        raise typer.Exit(1) from None


async def _open(
    settings: InstallationSettings, *, url: str, listening: socket.socket, began: float
) -> None:
    stop, hurry = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, _ask, stop, hurry)
    await _load_demo(settings, url=url, stop=stop)
    if stop.is_set():
        console.print("Interrupted. What is missing of the demo comes at the next start.")
        return
    _step("Web, worker, watcher, sandbox" if settings.sandbox else "Web, worker, watcher")
    parts = _parts(settings, url=url, listening=listening)
    house = House(parts=parts, logs=settings.home / "logs", tell=console.print)
    house.start()
    keepers = [
        asyncio.create_task(each) for each in (_keep_database(settings), _keep_log_small(settings))
    ]
    try:
        if await _until_ready(settings, house, stop):
            console.print(welcome(settings, seconds=monotonic() - began))
        await stop.wait()
        console.print("Closing …")
    finally:
        for keeper in keepers:
            keeper.cancel()
        await house.stop(hurry=hurry)


# ------------------------------------------------------------------ before anything runs


@contextmanager
def _only_one(settings: InstallationSettings) -> Iterator[None]:
    """Hold the data folder's lock. Raises `Conflict` when another `up` does."""
    make_home(settings.home)
    with (settings.home / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Conflict(f"OpenChair already runs from {settings.home}: {lock.read()}") from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, {settings.address}")
        lock.flush()
        yield


@contextmanager
def _listen(settings: InstallationSettings) -> Iterator[socket.socket]:
    """The pages' socket. Raises `Conflict` when one of our ports is taken."""
    listening = _bind(settings.host, settings.port)
    try:
        for port in settings.sandbox_ports.values() if settings.sandbox else ():
            _bind("127.0.0.1", port).close()
        _bind(settings.host, settings.status_page_port).close()
        yield listening
    finally:
        listening.close()


def _bind(host: str, port: int) -> socket.socket:
    """Patient for a few seconds: the children of a killed predecessor may still be leaving."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    deadline = monotonic() + PORT_SECONDS
    while True:
        try:
            return socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            if error.errno not in {EADDRINUSE, EACCES}:
                raise Conflict(
                    f"The pages cannot be served on {host} ({_reason(error)}). "
                    "Set OPENCHAIR_HOST to an address of this machine."
                ) from error
            if monotonic() > deadline or error.errno == EACCES:
                raise Conflict(
                    f"Port {port} on {host} cannot be used ({_reason(error)}). "
                    "Set OPENCHAIR_PORT to the first of five free ports."
                ) from error
            sleep(0.1)


def _reason(error: OSError) -> str:
    """Without the address, which Python appends to it."""
    return str(error.strerror).split(" (", 1)[0]


# ------------------------------------------------------------------ the parts


def _parts(settings: InstallationSettings, *, url: str, listening: socket.socket) -> list[Part]:
    environment = {"DATABASE_URL": url, "OPENCHAIR_HOME": str(settings.home)}
    python = [sys.executable, "-m"]
    descriptor = listening.fileno()
    webs = [
        Part(
            name="web" if settings.web_processes == 1 else f"web-{number}",
            command=[*python, "openchair.main", str(descriptor)],
            environment=environment,
            inherited=(descriptor,),
        )
        for number in range(1, settings.web_processes + 1)
    ]
    parts = [
        *webs,
        Part(
            name="worker",
            command=[*python, "openchair.worker"],
            environment=environment,
            grace_seconds=SENDING * load(MailSettings).mail_timeout_seconds + GRACE_SECONDS,
        ),
        Part(name="watch", command=[*python, "openchair.watch"], environment=environment),
    ]
    if settings.sandbox:
        ports = [f"--{name}-port={port}" for name, port in settings.sandbox_ports.items()]
        received = settings.home / "sandbox"
        received.mkdir(mode=0o700, exist_ok=True)
        sandbox = [*python, "openchair_sandbox", *ports, "--data", str(received)]
        parts.append(Part(name="sandbox", command=sandbox))
    return parts


async def _until_ready(settings: InstallationSettings, house: House, stop: asyncio.Event) -> bool:
    """True when web and sandbox answer, False when asked to stop before that.

    Raises `Unavailable`, with the last words of each, when they keep dying or never answer.
    """
    host = EVERYWHERE.get(settings.host, settings.host)
    shown = f"[{host}]" if ":" in host else host
    addresses = [f"http://{shown}:{settings.port}/api/health"]
    if settings.sandbox:
        addresses.append(f"http://127.0.0.1:{settings.sandbox_port}/")
    deadline = monotonic() + READY_SECONDS
    async with httpx.AsyncClient(timeout=2) as caller:
        while addresses:
            if stop.is_set():
                return False
            if house.deaths >= HOPELESS_DEATHS or monotonic() > deadline:
                words = (f"{part.name}: {house.last_words(part.name)}" for part in house.parts)
                raise Unavailable("OpenChair does not start.\n" + "\n".join(words))
            addresses = [each for each in addresses if not await _answers(caller, each)]
            await asyncio.sleep(0.05)
    return True


async def _answers(caller: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await caller.get(address)).status_code < 500
    except httpx.HTTPError:
        return False


# ------------------------------------------------------------------ the database


async def _keep_database(settings: InstallationSettings) -> None:
    """Start the embedded PostgreSQL again when it was killed; an external one is not ours."""
    if settings.database_url is not None:
        return
    cluster = embedded_cluster()
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        if cluster.process() is None:
            console.print("PostgreSQL ended; starting it again.")
            try:
                await asyncio.to_thread(cluster.start)
            except (CannotStart, OSError) as error:  # a full disk, for instance, may be emptied
                console.print(f"{error}\nTrying again in {RETRY_SECONDS} s.", markup=False)
                await asyncio.sleep(RETRY_SECONDS)


async def _keep_log_small(settings: InstallationSettings) -> None:
    """What the embedded PostgreSQL writes itself is bounded as the parts' logs are."""
    while settings.database_url is None:
        try:
            await asyncio.to_thread(embedded_cluster().bound_log, most=LOG_BYTES)
        except (OSError, subprocess.CalledProcessError) as error:
            console.print(f"PostgreSQL's log could not be cut: {error}", markup=False)
        await asyncio.sleep(LOG_CHECK_SECONDS)


async def _has_salons(url: str) -> bool:
    async with connected(url) as connection:
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM salons)"))


async def _load_demo(settings: InstallationSettings, *, url: str, stop: asyncio.Event) -> None:
    """The demo salons into a database without any; a load that was cut off is finished.

    Returns early when asked to stop.
    """
    begun = settings.home / DEMO_BEGUN
    if not settings.demo or (await _has_salons(url) and not begun.exists()):
        return
    _step("Demo salons")
    begun.touch()
    command = [sys.executable, "-m", "openchair", "demo", "load"]
    environment = {**os.environ, "DATABASE_URL": url}
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, preexec_fn=partial(die_with_parent, os.getpid())
    )
    ended, stopped = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
    await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if stop.is_set() and process.returncode is None:
        process.terminate()
    if await ended == 0:
        begun.unlink()
    elif not stop.is_set():
        raise Unavailable("The demo salons could not be loaded; see above.")


def _step(name: str) -> None:
    console.print(f"[dim]·[/dim] {name} …")


def _ask(stop: asyncio.Event, hurry: asyncio.Event) -> None:
    """The first time to end in order, then to end at once."""
    (hurry if stop.is_set() else stop).set()


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
